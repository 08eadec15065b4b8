"""One supervisor per home: a locked file, which the kernel unlocks however its holder ends."""

import fcntl
import os
import time
from pathlib import Path
from typing import IO

__all__ = ["AlreadyRunning", "acquire", "holder"]


class AlreadyRunning(Exception):
    """Another supervisor holds this home; the message is its process id."""


def acquire(file: Path, patience: float = 1.0) -> IO[str]:
    """Hold the home until the returned file closes."""
    lock = file.open("a+")
    deadline = time.monotonic() + patience
    while not _locked(lock, fcntl.LOCK_EX):
        # Whoever only looks, as `status` does, holds it for an instant too.
        if time.monotonic() > deadline:
            lock.close()
            raise AlreadyRunning(str(holder(file)))
        time.sleep(0.05)
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def holder(file: Path) -> int | None:
    """The process that holds the home now."""
    if not file.exists():
        return None
    with file.open("r") as lock:
        return None if _locked(lock, fcntl.LOCK_SH) else int(lock.read() or 0) or None


def _locked(lock: IO[str], how: int) -> bool:
    try:
        fcntl.flock(lock, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
