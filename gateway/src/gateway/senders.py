"""Systems that send events: known by their API key, of which only the digest is kept.

Each replica has all keys in memory and reads them again every two seconds: what is revoked is over everywhere by then,
and events are taken over while the database is away.
"""

import asyncio
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from chassis.errors import Conflict, Problem, Unavailable
from chassis.log import log
from chassis.mongo import Database, Document, outages
from contracts.agencies import Agency, Source

__all__ = ["Sender", "Senders", "digest_of", "id_of", "is_good", "new_row", "read_digests"]

NOTED_EVERY = timedelta(minutes=10)
ID = 24


@dataclass(frozen=True)
class Sender:
    """One source of one agency. Who it is comes from the key, never from what it sends."""

    owner: Agency
    source: Source

    @property
    def agency(self) -> str:
        """The code of its agency."""
        return self.owner.code


def read_digests(path: Path) -> dict[str, str]:
    """SHA-256 of each key to `<agency>/<source>`, of a JSON file."""
    found: dict[str, str] = json.loads(path.read_text())
    return found


def digest_of(key: str) -> str:
    """What is kept of a key: it is drawn from 256 bits, so a plain digest tells nothing of it."""
    return hashlib.sha256(key.encode(errors="replace")).hexdigest()


def id_of(digest: str) -> str:
    """What a key is called where it is listed."""
    return digest[:ID]


def is_good(row: Document, now: datetime) -> bool:
    """Whether a key still opens the door. One that came with the installation has no end."""
    return row["revoked_at"] is None and (row["until"] is None or now < row["until"])


@dataclass
class Senders:
    """The keys of all sources."""

    database: Database
    agencies: Sequence[Agency]
    now: Callable[[], datetime]
    _rows: Mapping[str, Document] | None = None
    _used: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.known = {f"{a.code}/{s.code}": Sender(a, s) for a in self.agencies for s in a.sources}

    def of_key(self, key: str) -> Sender | None:
        """The sender with this key. Raises Problem 503 before the keys were read for the first time."""
        if self._rows is None:
            raise Problem(503, "keys_unread", id="Layanan baru dimulai.", en="The service is starting.", retry_after=5)
        row = self._rows.get(digest_of(key))
        if row is None or not is_good(row, self.now()):
            return None
        self._used.add(row["_id"])
        return self.known.get(row["source"])

    async def seed(self, digests: Mapping[str, str]) -> None:
        """Take over the keys of the installation; one that was revoked stays so. Raises Unavailable."""
        with outages():
            there = {row["_id"] for row in await self.database.api_keys.find({}, {"_id": 1}).to_list(None)}
        for digest, source in digests.items():
            if id_of(digest) in there:
                continue
            row = new_row(digest, source, self.now(), None)
            with outages():
                await self.database.api_keys.update_one({"_id": row.pop("_id")}, {"$setOnInsert": row}, upsert=True)

    async def load(self) -> None:
        """Read all keys. Raises Unavailable."""
        with outages():
            rows = await self.database.api_keys.find({}).to_list(None)
        self._rows = {row["digest"]: row for row in rows}
        await self._note(rows)

    async def run(self, seconds: float) -> None:
        """Read them again and again, for ever."""
        while True:
            await asyncio.sleep(seconds)
            try:
                await self.load()
            except (Unavailable, Conflict) as error:
                log.warning("keys_not_read", missing=str(error))

    async def _note(self, rows: Iterable[Document]) -> None:
        """So that whoever changes a key sees when the old one is not used any more."""
        now, used = self.now(), self._used
        self._used = set()
        for row in rows:
            if row["_id"] in used and (row["used_at"] is None or now - row["used_at"] > NOTED_EVERY):
                with outages():
                    await self.database.api_keys.update_one({"_id": row["_id"]}, {"$set": {"used_at": now}})


def new_row(digest: str, source: str, at: datetime, until: datetime | None) -> Document:
    """A key at rest."""
    told = {"_id": id_of(digest), "digest": digest, "source": source, "at": at, "until": until}
    return {**told, "by": None, "revoked_at": None, "used_at": None}
