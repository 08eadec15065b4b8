"""Rows of the access log at rest: who looked at whom, and why, is sealed, each row under a key of its own.

The keys of rows that are written together lie in one row. A row is found again by keyed digests in `look`. That part
goes with the key, so it is no part of what the chain proves; its own digest is, so that a changed one is noticed.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import InsertOne, UpdateMany, UpdateOne

from chassis.cipher import decrypt, encrypt, new_key
from chassis.drawers import Drawers
from chassis.errors import Unavailable
from chassis.mongo import Database, Document
from chassis.seal import Hasher, canonical

__all__ = ["LOOK", "AuditRows", "is_intact", "proved"]

KEYS, SECRET = "audit", "looks"
SEALED = ("account", "ids", "purpose", "trace", "mark")
BLANK: Mapping[str, Any] = {"account": "", "ids": [], "purpose": "", "trace": ""}
LOOK, PROOF, BODY, GROUP = "look", "look_digest", "b", "g"


class AuditRows:
    """Shuts and opens them. `prepare` comes first: without it all raise Unavailable, as while the database is away."""

    def __init__(self, drawers: Drawers) -> None:
        self._drawers = drawers
        self._hasher: Hasher | None = None

    @property
    def keys(self) -> Database:
        """Where the keys are."""
        return self._drawers.keys.database

    async def prepare(self) -> None:
        """Make the key of the digests, once. Raises Unavailable."""
        self._hasher = Hasher(await self._drawers.secret(KEYS, SECRET))

    def of(self, name: str) -> str:
        """What an account's name or an opaque id is found by."""
        if self._hasher is None:
            raise Unavailable("keys")
        return self._hasher.of("look", name)

    def by(self, account: str) -> Document:
        """The filter of what an account looked at."""
        return {f"{LOOK}.who": self.of(account)}

    def about(self, id: str) -> Document:
        """The filter of who looked at this."""
        return {f"{LOOK}.of": self.of(id)}

    def shut(self, rows: Sequence[Document]) -> tuple[list[Document], InsertOne[Document]]:
        """Rows as they rest, and the write of their keys, in the same transaction."""
        keys, group = {row["_id"]: new_key() for row in rows}, rows[0]["_id"]
        return [self._shut(row, keys[row["_id"]], group) for row in rows], self._drawers.keys.insert(KEYS, group, keys)

    async def opened(self, rows: Sequence[Document]) -> list[Document]:
        """Rows as they were written; one whose key is gone says who, whom and why no more. Raises Unavailable."""
        keys = await self._drawers.keys.of(KEYS, {row[GROUP] for row in rows if GROUP in row})
        return [_opened(row, keys.get(row[GROUP], {}).get(row["_id"])) if GROUP in row else row for row in rows]

    def erasing(self, rows: Iterable[Document]) -> tuple[list[UpdateMany], list[UpdateOne]]:
        """The writes that take away what rows are found by, and those that destroy their keys."""
        ids: dict[str, list[str]] = {}
        for row in rows:
            ids.setdefault(row[GROUP], []).append(row["_id"])
        self._drawers.keys.forget(KEYS, ids)
        gone = [UpdateMany({"_id": {"$in": these}}, {"$unset": {LOOK: ""}}) for these in ids.values()]
        pulled = [
            UpdateOne({"_id": group}, {"$pull": {"keys": {"p": {"$in": these}}}, "$set": {"v": secrets.token_hex(4)}})
            for group, these in ids.items()
        ]
        return gone, pulled

    def _shut(self, row: Document, key: bytes, group: str) -> Document:
        said = {name: row[name] for name in SEALED if name in row}
        clear = {name: value for name, value in row.items() if name not in SEALED}
        look = {
            "salt": secrets.token_hex(16),
            "who": self.of(row["account"]),
            "of": [self.of(id) for id in row["ids"]],
        }
        body = encrypt(key, json.dumps(said).encode(), KEYS, row["_id"])
        return {**clear, BODY: body, GROUP: group, PROOF: _digest(look), LOOK: look}


def _opened(row: Document, key: bytes | None) -> Document:
    clear = {name: value for name, value in row.items() if name not in (BODY, GROUP, PROOF, LOOK)}
    return {**clear, **(json.loads(decrypt(key, row[BODY], KEYS, row["_id"])) if key else BLANK)}


def proved(row: Document) -> Document:
    """What of a row the chain proves: all but what goes with its key."""
    return {name: value for name, value in row.items() if name != LOOK}


def is_intact(row: Document, erased_until: datetime) -> bool:
    """Whether it is still found by what it was found by: only of rows from before may that be gone."""
    if PROOF not in row:
        return LOOK not in row
    return bool(_digest(row[LOOK]) == row[PROOF] if LOOK in row else row["at"] <= erased_until)


def _digest(look: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(dict(look))).hexdigest()
