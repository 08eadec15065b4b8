"""Changes the master keys that wrap all data keys, while everything runs."""

import asyncio
import json
import os
import sys
from collections.abc import Callable, Mapping

from tapal_local import ports, state
from tapal_local.commands import Refused
from tapal_local.home import Home
from tapal_local.parts import services
from tapal_local.vault import Vault

__all__ = ["rotate"]

# Of each process: its master keys, and what wraps its keys anew.
RINGS = {
    "registry": ("master.key", "registry.rotate"),
    "alerts": ("texts.key", "alerts.rotate"),
    "alerts-protection": ("desk-texts.key", "alerts.rotate"),
    "gateway": ("factor.key", "gateway.rotate"),
}


async def rotate(home: Home, *, finish: bool, say: Callable[[str], None]) -> int:
    """Add a master key to each ring and wrap every key under it; to `finish`, wrap what is left and drop the old ones.

    Returns 1 where something is still under an old one: then it is to be repeated.
    """
    if state.running_pid(home) is None:
        raise Refused("not running; `tapal up` starts it")
    vault, left = Vault(home.secrets), 0
    parts = {part.name: part for part in services(home, vault, ports.read(home.ports))}
    for name, (ring, module) in RINGS.items():
        if not finish:
            vault.add_master(ring)
        told = await _rewrapped(module, parts[name].environment)
        say(f"{name}: {told['wrapped']} wrapped anew, {told['left']} left under an older master key")
        left += told["left"]
        if finish and told["left"] == 0:
            say(f"{name}: {vault.drop_old_masters(ring)} older master keys dropped")
    return 1 if left else 0


async def _rewrapped(module: str, environment: Mapping[str, str]) -> dict[str, int]:
    command, own = (sys.executable, "-P", "-m", module), {**os.environ, **environment}
    process = await asyncio.create_subprocess_exec(*command, env=own, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    if process.returncode not in (0, 1) or not out:
        raise Refused("the keys could not be wrapped anew; nothing is lost: repeat it")
    told: dict[str, int] = json.loads(out)
    return told
