"""One sender at a time, on every system: a lock that the database library takes and that ends with its process."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["AlreadySending", "alone"]


class AlreadySending(Exception):
    """Another process is sending this queue."""


@contextmanager
def alone(file: Path) -> Iterator[None]:
    """Hold the lock. Raises AlreadySending. A process that dies gives it back."""
    held = sqlite3.connect(file, timeout=0, isolation_level=None)
    try:
        _take(held)
        yield
    finally:
        held.close()


def _take(held: sqlite3.Connection) -> None:
    try:
        held.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        raise AlreadySending from error
