"""Ends everything one home started, as soon as its supervisor is gone, however it went.

Every process of a home carries the home's path in its environment, so children of children, daemons and processes
that a killed supervisor never got to write down are found. A program that writes over its environment is found by its
session, which the supervisor writes down.
"""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from tapal_local import lock

__all__ = ["MARK", "environment", "forget", "keep", "kill_session", "marked", "processes", "register", "sweep"]

MARK = "TAPAL_KEEPER"
GRACE = 9.0


def marked(home: Path) -> dict[str, str]:
    """The environment that makes a process belong to this home."""
    return {MARK: str(home)}


def environment(home: Path) -> dict[str, str]:
    """The environment of a part, before its own settings: nothing of the caller's reaches it by accident."""
    keep = ("PATH", "LANG", "LC_ALL", "HOME", "TMPDIR", "TZ", "VIRTUAL_ENV")
    inherited = {name: os.environ[name] for name in keep if name in os.environ}
    return {"PYTHONUNBUFFERED": "1", **inherited, **marked(home)}


def register(home: Path, pid: int) -> None:
    """Write down a process that leads a session, with the moment it began: process ids are used again."""
    with contextlib.suppress(psutil.NoSuchProcess), _sessions_file(home).open("a") as out:
        out.write(f"{pid} {psutil.Process(pid).create_time()}\n")


def processes(home: Path) -> list[psutil.Process]:
    """All living processes of this home except the one that asks."""
    sessions = _sessions(home)
    return [process for process in psutil.process_iter() if _belongs(process, home, sessions)]


def _belongs(process: psutil.Process, home: Path, sessions: set[int]) -> bool:
    try:
        if process.pid == os.getpid() or process.status() == psutil.STATUS_ZOMBIE:
            return False
        return os.getsid(process.pid) in sessions or process.environ().get(MARK) == str(home)
    except (psutil.Error, OSError):
        return False


def _sessions(home: Path) -> set[int]:
    """Sessions written down, without those whose number somebody else has by now."""
    file = _sessions_file(home)
    lines = file.read_text().splitlines() if file.exists() else []
    written = {int(pid): float(began) for pid, began in (line.split() for line in lines)}
    return {pid for pid, began in written.items() if _began(pid) in (None, began)}


def _began(pid: int) -> float | None:
    try:
        began: float = psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        return None
    return began


def _sessions_file(home: Path) -> Path:
    return home / "run" / "sessions"


def forget(home: Path) -> None:
    """Begin a new list of sessions. Only for who holds the home's lock, when no process is left."""
    _sessions_file(home).unlink(missing_ok=True)


def _always() -> bool:
    return True


def sweep(home: Path, grace: float = GRACE, go_on: Callable[[], bool] = _always) -> int:
    """Ask all processes of this home to end, insist after `grace` seconds, return how many there were."""
    asked: set[int] = set()
    deadline = time.monotonic() + grace
    # Found first, asked second: what a new supervisor starts after `go_on` said yes is not among the found.
    while (found := processes(home)) and go_on():
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
    unmarked = {name: value for name, value in os.environ.items() if name != MARK}
    while True:
        log = (home / "logs" / "guard.log").open("ab")
        guard = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "tapal_local.guard", str(home), str(os.getpid())),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=log,
            env=unmarked,
            start_new_session=True,
        )
        log.close()
        try:
            await guard.wait()
        finally:
            assert guard.stdin is not None
            guard.stdin.close()
            await guard.wait()


def main() -> None:
    """Wait until the pipe closes, then sweep, unless a new supervisor holds the home: it sweeps by itself."""
    home, supervisor = Path(sys.argv[1]), int(sys.argv[2])
    sys.stdin.buffer.read()
    # The kernel may close the pipe of a killed supervisor a moment before it lets go of the lock.
    sweep(home, go_on=lambda: lock.holder(home / "run" / "supervisor.lock") in (None, supervisor))


if __name__ == "__main__":
    main()
