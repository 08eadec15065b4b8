"""Master keys, which wrap the keys that data rests under. One file: `<id> <64 hex digits>` a line, the last is in use.

A line is added to change to a new master; whoever runs reads the file again by itself. An old line is needed until
every key was wrapped anew.
"""

import secrets
from collections.abc import Mapping
from pathlib import Path

from chassis.cipher import KEY, decrypt, encrypt

__all__ = ["Keyring", "line_of_new_master"]


def line_of_new_master() -> str:
    """A new master key with its id, as a line of the file."""
    return f"{secrets.token_hex(4)} {secrets.token_hex(KEY)}\n"


class Keyring:
    """The master keys of a file. Raises ValueError when there is none in it, or one that is not 32 bytes."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._masters: Mapping[str, bytes] = {}
        self._read_at = -1
        self._refresh()

    @property
    def current(self) -> str:
        """The id of the master under which keys are wrapped now."""
        self._refresh()
        return list(self._masters)[-1]

    def wrap(self, master: str, key: bytes, *place: str) -> bytes:
        """A key as it may rest."""
        return encrypt(self._masters[master], key, master, *place)

    def unwrap(self, master: str, wrapped: bytes, *place: str) -> bytes:
        """The key again. Raises ValueError where the master is not in the file, or it was wrapped for another place."""
        if master not in self._masters:
            self._refresh()
        if master not in self._masters:
            raise ValueError(f"master key {master} is not in {self._file.name}")
        return decrypt(self._masters[master], wrapped, master, *place)

    def _refresh(self) -> None:
        changed_at = self._file.stat().st_mtime_ns
        if changed_at != self._read_at:
            self._masters, self._read_at = _read(self._file), changed_at


def _read(file: Path) -> Mapping[str, bytes]:
    pairs = (line.split() for line in file.read_text().splitlines() if line.strip())
    found = {id: bytes.fromhex(key) for id, key in pairs}
    if not found or any(len(key) != KEY for key in found.values()):
        raise ValueError(f"no master key in {file.name}, or one of another length than 32 bytes")
    return found
