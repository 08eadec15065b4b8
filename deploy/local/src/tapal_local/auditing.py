"""The access log from the command line: checkpoints, their proof, and the report of a breach."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from tapal_local import ports, state
from tapal_local.commands import Refused, logged_in
from tapal_local.home import Home
from tapal_local.vault import Vault
from tapal_local.verifying import lines_of, walk

__all__ = ["ask", "heads_of", "verify"]

WATCHER = "data_protection_officer"
GATEWAY = "gateway"


async def ask(home: Home, path: str, query: Mapping[str, str]) -> str:
    """What the gateway answers the data-protection officer of this home's sample accounts."""
    async with logged_in(home, WATCHER) as client:
        answer = await client.get(f"/v1/audit/{path}", params=dict(query))
        if answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY:
            raise Refused(answer.json()["title"])
        return json.dumps(answer.raise_for_status().json(), indent=1)


def heads_of(checkpoint: bytes, key: bytes) -> dict[str, list[Any]]:
    """What a checkpoint says: chain to number and hash. Raises Refused where this key did not sign it."""
    public = OKPKey.import_key(key)
    try:
        signed = json.loads(checkpoint)["checkpoints"]
        told = [json.loads(jws.deserialize_compact(one, public, algorithms=["Ed25519"]).payload) for one in signed]
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise Refused("this is no checkpoint that the gateway's key has signed") from error
    return {one["chain"]: [one["n"], one["hash"]] for one in told}


async def verify(home: Home, checkpoints: Sequence[Path], key: Path | None, say: Callable[[str], None]) -> int:
    """Walk the access log and say what was found. Returns 1 where something is not as it was sealed.

    The chain must lead through every checkpoint, each proved by `key` (none: this home's own).
    """
    if state.running_pid(home) is None:
        raise Refused("not running; `tapal up` starts it")
    vault, chosen = Vault(home.secrets), ports.read(home.ports)
    public = (key or vault.key_pair("checkpoint")[1]).read_bytes()
    failed = 0
    for noted in [heads_of(file.read_bytes(), public) for file in checkpoints] or [{}]:
        found = await walk((home, vault, chosen), GATEWAY, noted)
        for line in lines_of(found):
            say(line)
        failed |= any(chain["findings"] for chain in found.values())
    return failed
