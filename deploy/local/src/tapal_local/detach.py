"""`tapal up --detach`: the supervisor in the background, watched until it is ready."""

import asyncio
import os
import signal
import subprocess
import sys

from tapal_local import lock, ports, state
from tapal_local.display import Screen
from tapal_local.home import Home
from tapal_local.supervisor import NotStarted
from tapal_local.up import Wish, prepare
from tapal_local.vault import Vault
from tapal_local.welcome import welcome

__all__ = ["up"]


async def up(home: Home, screen: Screen, wish: Wish) -> None:
    """Returns once everything is ready. Interrupted before that, it stops what it began."""
    await prepare(home, screen)
    if (pid := state.running_pid(home)) is not None:
        raise lock.AlreadyRunning(str(pid))
    home.state.unlink(missing_ok=True)
    process = _spawn(home, wish)
    try:
        while (found := _state(home))["phase"] != "ready":
            if process.poll() is not None:
                raise NotStarted(found["message"] or f"see {home.log('supervisor')}")
            if found["phase"] == "starting":
                screen.step(found["message"] or "starting in the background")
            screen.parts(found["parts"])
            await asyncio.sleep(0.2)
        screen.parts(found["parts"])
        screen.close()
        screen.confide("ready" if wish.bare else welcome(home, Vault(home.secrets), ports.read(home.ports)))
    except BaseException:
        screen.close()
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(process.wait)
        raise


def _state(home: Home) -> state.State:
    return state.read(home) if home.state.exists() else {"phase": "starting", "message": "", "parts": []}


def _spawn(home: Home, wish: Wish) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-P", "-m", "tapal_local", "up", "--background", *wish.options()]
    with home.log("supervisor").open("ab") as log:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "TAPAL_HOME": str(home.path), "TAPAL_ROOT": str(home.root)},
            start_new_session=True,
        )
