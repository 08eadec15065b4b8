"""What the supervisor tells other commands: a lock while it runs, and a file with the state of its parts."""

import fcntl
import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from tapal_local.home import Home
from tapal_local.keeper import Status

__all__ = ["AlreadyRunning", "acquire", "read", "running_pid", "write"]

State = dict[str, Any]


class AlreadyRunning(Exception):
    """Another supervisor holds this home; the message is its process id."""


def acquire(home: Home) -> IO[str]:
    """Hold the home until the returned file closes, which also happens when we are killed."""
    lock = home.lock.open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise AlreadyRunning(str(running_pid(home))) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def running_pid(home: Home) -> int | None:
    """The living supervisor of this home."""
    if not home.lock.exists():
        return None
    with home.lock.open("r") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(lock.read() or 0) or None
    return None


def write(home: Home, phase: str, statuses: Sequence[Status], message: str = "") -> None:
    _replace(home.state, {"phase": phase, "message": message, "parts": [asdict(status) for status in statuses]})


def read(home: Home) -> State:
    """The last written state; nothing in it is ready when no supervisor lives."""
    state: State = json.loads(home.state.read_text()) if home.state.exists() else {"message": "", "parts": []}
    if running_pid(home) is None:
        parts = [{**part, "ready": False, "pid": None} for part in state["parts"]]
        phase = "failed" if state.get("phase") == "failed" else "stopped"
        state = {**state, "phase": phase, "parts": parts}
    return state


def _replace(file: Path, content: State) -> None:
    temporary = file.with_suffix(".new")
    temporary.write_text(json.dumps(content, indent=1))
    temporary.replace(file)
