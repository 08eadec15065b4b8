"""Walks the evidence chains of a running Tapal, and keeps the heads it saw for the next walk."""

import asyncio
import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from tapal_local import ports, state
from tapal_local.commands import Refused
from tapal_local.home import Home
from tapal_local.parts import services
from tapal_local.vault import Vault

__all__ = ["lines_of", "verify", "walk"]

Result = dict[str, Any]
# process whose database is walked: the program that walks it
PROGRAMS = {"registry": "registry.verify", "gateway": "gateway.verify"}
WORDS = {
    "entry_changed": "is not as it was stored",
    "entry_missing": "is gone",
    "entry_unaccounted": "is in no block and waits for none: it was slipped in, or taken out of what waits",
    "block_changed": "is not as it was sealed",
    "block_missing": "is gone",
    "block_misplaced": "stands in another one's place",
    "chain_broken": "does not follow from the block before it",
    "head_differs": "is not where the chain ends",
    "not_as_noted": "is another one than at an earlier walk",
}
FIRST = 50


async def verify(home: Home, heads: Path, say: Callable[[str], None]) -> int:
    """Walk everything and say what was found. Returns 1 where something is not as it was sealed.

    The heads of a sound walk are written to `heads`: a copy kept elsewhere shows later that nothing was cut off.
    """
    if state.running_pid(home) is None:
        raise Refused("not running; `tapal up` starts it")
    noted = _noted(heads)
    found: Result = {}
    for name in PROGRAMS:
        own = {chain: head for (process, chain), head in noted.items() if process == name}
        found |= await walk((home, Vault(home.secrets), ports.read(home.ports)), name, own)
    for line in lines_of(found):
        say(line)
    if any(chain["findings"] for chain in found.values()):
        return 1
    _note(heads, {name: chain["head"] for name, chain in found.items()})
    return 0


async def walk(system: tuple[Home, Vault, ports.Ports], name: str, noted: Mapping[str, Any]) -> Result:
    """Walk the chains of one process, each through the head that was noted: `<process>/<chain>` to what was found."""
    part = next(part for part in services(*system) if part.name == name)
    walked = await _walked(PROGRAMS[name], {**os.environ, **part.environment}, noted)
    return {f"{name}/{chain}": told for chain, told in walked.items()}


def _noted(heads: Path) -> dict[tuple[str, ...], Any]:
    written = json.loads(heads.read_text()) if heads.exists() else {}
    return {tuple(name.split("/", 1)): head for name, head in written.items()}


def _note(heads: Path, found: Mapping[str, Any]) -> None:
    heads.write_text(json.dumps(found, indent=1) + "\n")


def lines_of(found: Mapping[str, Result]) -> Iterable[str]:
    """What was found, in words: keys and numbers only."""
    for name, chain in found.items():
        findings = chain["findings"]
        outcome = f"{len(findings)} findings" if findings else "as sealed"
        yield f"{name}: {chain['blocks']} blocks, {chain['entries']} entries, {chain['unsealed']} unsealed: {outcome}"
        if chain["unbound"]:
            yield f"  {chain['unbound']} entries have no digest of their header: of a version before, or taken away"
        for finding in findings[:FIRST]:
            yield f"  {_named(finding)} {WORDS[finding['kind']]}"
        if len(findings) > FIRST:
            yield f"  and {len(findings) - FIRST} more"


def _named(finding: Mapping[str, Any]) -> str:
    if finding["entry"] is None:
        return f"block {finding['block']}"
    return f"entry {finding['entry']}" + (f" (block {finding['block']})" if finding["block"] else "")


async def _walked(module: str, environment: Mapping[str, str], noted: Mapping[str, Any]) -> Result:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", module, env=environment, stdin=pipe, stdout=pipe, stderr=pipe
    )
    out, err = await process.communicate(json.dumps(noted).encode())
    if process.returncode not in (0, 1) or not out:
        raise Refused(f"{module} could not walk: {err.decode(errors='replace').strip().splitlines()[-1:]}")
    result: Result = json.loads(out)
    return result
