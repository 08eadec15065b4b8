"""python -m registry.verify: walks the chains of the log in the database that a registry's environment names."""

import sys
from collections.abc import Mapping, Sequence

from chassis.blocks import Head
from chassis.inspection import Inspected, Inspection
from chassis.mongo import Database, connect
from chassis.seal import Hasher
from chassis.settings import read_key, read_models
from chassis.walking import walk_and_tell
from contracts.agencies import Agency
from registry.evidence import is_bound, is_intact
from registry.sealer import chains_of, kept_log
from registry.settings import RegistrySettings

__all__ = ["inspect_log"]


async def inspect_log(
    database: Database, hasher: Hasher, agencies: Sequence[str], noted: Mapping[str, Head]
) -> list[Inspected]:
    """Walk every chain of the log. Raises Unavailable."""
    inspection = Inspection(
        database,
        kept_log(hasher),
        is_intact=lambda entry: is_intact(hasher, entry),
        chain_of=lambda entry: str(entry.get("agency", "")),
        is_bound=is_bound,
    )
    return await inspection.run(chains_of(agencies), noted)


async def _inspect(noted: Mapping[str, Head]) -> list[Inspected]:
    settings = RegistrySettings()
    agencies = [agency.code for agency in read_models(settings.agencies_dir, Agency)]
    hasher = Hasher(read_key(settings.digest_key_file))
    async with connect(settings.mongo_url.get_secret_value()) as client:
        return await inspect_log(client[settings.mongo_database], hasher, agencies, noted)


if __name__ == "__main__":
    sys.exit(walk_and_tell(_inspect))
