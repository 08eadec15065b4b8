"""python -m registry.verify: walks the chains of the log and prints what was found, as one JSON object.

Reads the database named by the environment of a registry process, and from standard input the heads that were noted at
an earlier walk: {"imigrasi": [12, "<hash>"], …}. Ends with 1 where anything is not as it was sealed.
"""

import asyncio
import json
import sys
from collections.abc import Mapping
from typing import Any

from chassis.blocks import Head
from chassis.inspection import Inspected, Inspection
from chassis.mongo import Database, connect
from chassis.seal import Hasher
from chassis.settings import read_key, read_models
from contracts.agencies import Agency
from registry.evidence import is_intact
from registry.sealer import chains_of, kept_log
from registry.settings import RegistrySettings

__all__ = ["inspect_log", "told"]


async def inspect_log(
    database: Database, hasher: Hasher, agencies: list[str], noted: Mapping[str, Head]
) -> list[Inspected]:
    """Walk every chain of the log. Raises Unavailable."""
    inspection = Inspection(database, kept_log(hasher), lambda entry: is_intact(hasher, entry))
    return await inspection.run(chains_of(agencies), noted)


def told(found: list[Inspected]) -> dict[str, Any]:
    """The result as JSON: keys and numbers, nothing of what the entries say."""
    return {
        one.chain: {
            "blocks": one.blocks,
            "entries": one.entries,
            "unsealed": one.unsealed,
            "head": list(one.head),
            "findings": [{"kind": item.kind, "block": item.n, "entry": item.key} for item in one.findings],
        }
        for one in found
    }


async def _run(settings: RegistrySettings, noted: Mapping[str, Head]) -> list[Inspected]:
    agencies = [agency.code for agency in read_models(settings.agencies_dir, Agency)]
    hasher = Hasher(read_key(settings.digest_key_file))
    async with connect(settings.mongo_url.get_secret_value()) as client:
        return await inspect_log(client[settings.mongo_database], hasher, agencies, noted)


if __name__ == "__main__":
    heads = {chain: Head(*head) for chain, head in json.loads(sys.stdin.read() or "{}").items()}
    result = asyncio.run(_run(RegistrySettings(), heads))
    sys.stdout.write(json.dumps(told(result)) + "\n")
    sys.exit(1 if any(one.findings for one in result) else 0)
