"""Changes the master key that wraps all data keys, while everything runs."""

import asyncio
import json
import os
import sys
from collections.abc import Callable

from tapal_local import ports, state
from tapal_local.commands import Refused
from tapal_local.home import Home
from tapal_local.parts import services
from tapal_local.vault import Vault

__all__ = ["rotate"]


async def rotate(home: Home, *, finish: bool, say: Callable[[str], None]) -> int:
    """Add a master key and wrap every key under it; to `finish`, wrap what is left and drop the old masters.

    Returns 1 where something is still under an old one: then it is to be repeated.
    """
    if state.running_pid(home) is None:
        raise Refused("not running; `tapal up` starts it")
    vault = Vault(home.secrets)
    if not finish:
        vault.add_master()
    part = next(part for part in services(home, vault, ports.read(home.ports)) if part.name == "registry")
    command, environment = (sys.executable, "-P", "-m", "registry.rotate"), {**os.environ, **part.environment}
    process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    if process.returncode not in (0, 1) or not out:
        raise Refused("the keys could not be wrapped anew; nothing is lost: repeat it")
    told = json.loads(out)
    say(f"{told['wrapped']} wrapped anew, {told['left']} left under an older master key")
    if finish and told["left"] == 0:
        say(f"{vault.drop_old_masters()} older master keys dropped")
    return int(process.returncode or 0)
