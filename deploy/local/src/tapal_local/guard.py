"""Ends everything one home started, as soon as its supervisor is gone, however it went.

Every process of a home carries the home's path in its environment, so children of children, daemons and processes
that a killed supervisor never got to write down are found as well.
"""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import psutil  # type: ignore[import-untyped]

__all__ = ["MARK", "keep", "kill_session", "marked", "processes", "sweep"]

MARK = "TAPAL_KEEPER"
GRACE = 9.0


def marked(home: Path) -> dict[str, str]:
    """The environment that makes a process belong to this home."""
    return {MARK: str(home)}


def processes(home: Path) -> list[psutil.Process]:
    """All living processes of this home except the one that asks."""
    return [process for process in psutil.process_iter() if process.pid != os.getpid() and _mark(process) == str(home)]


def _mark(process: psutil.Process) -> str | None:
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        environment: Mapping[str, str] = process.environ()
    except (psutil.Error, OSError):
        return None
    return environment.get(MARK)


def sweep(home: Path, grace: float = GRACE) -> int:
    """Ask all processes of this home to end, insist after `grace` seconds, return how many there were."""
    asked: set[int] = set()
    deadline = time.monotonic() + grace
    while found := processes(home):
        late = time.monotonic() > deadline
        for process in found:
            if late or process.pid not in asked:
                _end(process, hard=late)
                asked.add(process.pid)
        psutil.wait_procs(found, timeout=0.2)
    return len(asked)


def _end(process: psutil.Process, *, hard: bool) -> None:
    try:
        if hard:
            process.kill()
        else:
            process.terminate()
    except psutil.NoSuchProcess:
        pass


def kill_session(session: int) -> None:
    """Kill all processes of a session. Every process a supervisor starts leads a session of its own."""
    for pid in psutil.pids():
        with contextlib.suppress(ProcessLookupError):
            if os.getsid(pid) == session:
                os.kill(pid, signal.SIGKILL)


async def keep(home: Path) -> None:
    """Have a guard as long as this runs: it holds a pipe whose other end closes when we end."""
    environment = {name: value for name, value in os.environ.items() if name != MARK}
    while True:
        guard = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "tapal_local.guard", str(home)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
        )
        try:
            await guard.wait()
        finally:
            assert guard.stdin is not None
            guard.stdin.close()
            await guard.wait()


if __name__ == "__main__":
    sys.stdin.buffer.read()
    sweep(Path(sys.argv[1]))
