"""Logs of the parts: one file each, kept small, and a line to whoever listens."""

import asyncio
from collections.abc import Callable
from pathlib import Path

__all__ = ["Heard", "copy", "note", "since", "size", "tail"]

Heard = Callable[[str, str], None]
LIMIT = 20_000_000


async def copy(source: asyncio.StreamReader, file: Path, part: str, heard: Heard) -> None:
    """Copy what a part writes to its file, and line by line to `heard`, until it closes its output."""
    rest = b""
    while chunk := await source.read(65536):
        _append(file, chunk)
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            heard(part, line.decode(errors="replace"))
        rest = rest[-LIMIT:]


def note(file: Path, text: str) -> None:
    """A line of our own in the log of a part."""
    _append(file, f"tapal: {text}\n".encode())


def _append(file: Path, chunk: bytes) -> None:
    if file.exists() and file.stat().st_size > LIMIT:
        file.replace(file.with_suffix(".log.1"))
    with file.open("ab") as out:
        out.write(chunk)


def size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def since(file: Path, at: int) -> bytes:
    """What was written after the first `at` bytes."""
    if not file.exists():
        return b""
    with file.open("rb") as source:
        source.seek(at)
        return source.read()


def tail(file: Path, lines: int = 20) -> str:
    """The last lines of a log."""
    if not file.exists():
        return ""
    with file.open("rb") as source:
        source.seek(max(0, file.stat().st_size - 65536))
        return "\n".join(source.read().decode(errors="replace").splitlines()[-lines:])
