"""Uploads at rest: what was read, how far it was sent, and digests that tell a repeat from a change."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

from pymongo import UpdateOne

from chassis.drawers import Drawers
from chassis.mongo import Database, Document, by_ids, outages
from chassis.seal import Hasher, canonical
from gateway.entries import Said

__all__ = ["BATCH", "CHANGED", "NEW", "REPEAT", "UploadStore"]

NEW, REPEAT, CHANGED, FAULTY, CITIZEN = STATES = ("new", "repeat", "changed", "faulty", "citizen")
PREVIEW_KEPT = timedelta(hours=24)
RESULT_KEPT = timedelta(days=30)
DIGESTS_KEPT = timedelta(days=400)
LEASE = timedelta(seconds=30)
BATCH = 50
KEYS = "uploads"
Before = dict[str, tuple[str, str]]
"""What was sent before: key of the event to its content, and the id under which that went."""


@dataclass(frozen=True)
class _Marked:
    """An event of a row, and how it stands to what was sent before under its id."""

    event: Mapping[str, Any]
    mark: str


class UploadStore:
    """The gateway's own record of uploads. All raise Unavailable."""

    def __init__(self, database: Database, drawers: Drawers) -> None:
        self._drawers = drawers
        self._uploads = database.uploads
        self._rows = database.upload_rows
        self._digests = database.upload_digests
        self._facts = database.upload_facts

    async def prepare(self) -> None:
        """Make the indexes: rows by their place in an upload, digests by age. Raises Unavailable."""
        with outages():
            await self._rows.create_index([("upload", 1), ("n", 1)])
            await self._digests.create_index([("at", 1)])

    async def hasher(self) -> Hasher:
        """Makes digests with the one key of this gateway, which is made at the first upload."""
        with outages():
            fresh = {"$setOnInsert": {"key": secrets.token_hex(32)}}
            await self._facts.update_one({"_id": "digest"}, fresh, upsert=True)
            row = await self._facts.find_one({"_id": "digest"})
        assert row is not None
        return Hasher(bytes.fromhex(row["key"]))

    async def add(self, upload: Document, rows: Sequence[Said], hasher: Hasher, now: datetime) -> None:
        """Keep a preview."""
        name, before = upload["_id"], await self._before(upload, rows, hasher)
        documents = [_row(said, before, upload, hasher) for said in rows]
        await self._shut(name, documents)
        counts = {state: sum(row["state"] == state for row in documents) for state in STATES}
        kept = {**upload, "made_at": now, "expires_at": now + PREVIEW_KEPT, "state": "preview"}
        with outages():
            for start in range(0, len(documents), 500):
                part = [
                    {"_id": f"{name}/{start + index:06}", "upload": name, "n": start + index, **row}
                    for index, row in enumerate(documents[start : start + 500])
                ]
                await self._rows.insert_many(part)
            await self._uploads.insert_one({**kept, "total": len(documents), "next": 0, "counts": counts, "lease": now})

    async def _before(self, upload: Document, rows: Sequence[Said], hasher: Hasher) -> Before:
        keys = [_key(upload, event, hasher) for said in rows for event in said.events]
        with outages():
            known = await by_ids(self._digests, keys)
        return {row["_id"]: (row["content"], row["event"]) for row in known}

    async def latest(self, whose: Document) -> list[Document]:
        """The newest of these uploads."""
        with outages():
            rows = await self._uploads.find(whose).to_list(None)
        return sorted(rows, key=lambda row: row["made_at"], reverse=True)[:50]

    async def _shut(self, name: str, documents: Sequence[Document]) -> None:
        """What the rows say rests under a key of the upload's own, which goes with it."""
        held = [row for row in documents if row["body"]]
        shut = await self._drawers.shut(KEYS, [(name, row["body"].encode()) for row in held])
        for row, body in zip(held, shut, strict=True):
            row["body"] = body

    async def find(self, name: str, whose: Document) -> Document | None:
        """One upload, if it is among these."""
        with outages():
            return await self._uploads.find_one({"_id": name, **whose})

    async def rows(self, name: str, start: int, most: int) -> list[Document]:
        """Rows in the order of the file, from one on."""
        wanted = {"upload": name, "n": {"$gte": start, "$lt": start + most}}
        with outages():
            found = await self._rows.find(wanted).sort("n", 1).to_list(None)
        held = [row for row in found if row["body"]]
        for row, body in zip(held, await self._drawers.texts(KEYS, [(name, row["body"]) for row in held]), strict=True):
            row["body"] = body
        return found

    async def begin(self, name: str, now: datetime, *, correct: bool) -> bool:
        """From preview to import; false where it has begun already."""
        with outages():
            changed = await self._uploads.update_one(
                {"_id": name, "state": "preview"},
                {"$set": {"state": "importing", "correct": correct, "lease": now, "expires_at": now + RESULT_KEPT}},
            )
        return bool(changed.modified_count)

    async def claim(self, now: datetime) -> Document | None:
        """An import that nobody is at work on, now claimed for a while."""
        with outages():
            for row in await self._uploads.find({"state": "importing", "lease": {"$lte": now}}).to_list(None):
                claimed = {"$set": {"lease": now + LEASE}}
                taken = await self._uploads.update_one({"_id": row["_id"], "lease": row["lease"]}, claimed)
                if taken.modified_count:
                    return row
        return None

    async def sent(self, upload: Document, rows: Sequence[Document], now: datetime) -> None:
        """These rows have been sent: what they said is deleted, their ids and digests stay."""
        digests = [digest for row in rows for digest in row["digests"] if digest["event"] in row.get("went", ())]
        with outages():
            await self._rows.bulk_write(
                [UpdateOne({"_id": row["_id"]}, {"$set": {"body": None, "went": row.get("went", [])}}) for row in rows],
                ordered=False,
            )
            if digests:
                await self._digests.bulk_write(
                    [
                        UpdateOne(
                            {"_id": d["key"]},
                            {"$set": {"content": d["content"], "event": d["event"], "at": now}},
                            upsert=True,
                        )
                        for d in digests
                    ],
                    ordered=False,
                )
            await self._uploads.update_one(
                {"_id": upload["_id"]}, {"$set": {"next": rows[-1]["n"] + 1, "lease": now + LEASE}}
            )

    async def done(self, name: str) -> None:
        with outages():
            await self._uploads.update_one({"_id": name}, {"$set": {"state": "done"}})

    async def release(self, name: str, until: datetime) -> None:
        """Leave it to whoever comes by after this moment."""
        with outages():
            await self._uploads.update_one({"_id": name}, {"$set": {"lease": until}})

    async def tidy(self, now: datetime) -> None:
        """Delete what has been kept long enough."""
        with outages():
            for row in await self._uploads.find({"expires_at": {"$lt": now}}).to_list(None):
                await self._rows.delete_many({"upload": row["_id"]})
                await self._uploads.delete_one({"_id": row["_id"]})
                await self._drawers.destroy(KEYS, [row["_id"]])
            await self._digests.delete_many({"at": {"$lt": now - DIGESTS_KEPT}})


def _key(upload: Document, event: Mapping[str, Any], hasher: Hasher) -> str:
    return hasher.of("upload", upload["agency"], upload["source"], event["id"])


def _row(said: Said, before: Before, upload: Document, hasher: Hasher) -> Document:
    marked, digests = [], []
    for event in said.events:
        key, content = _key(upload, event, hasher), hasher.of_bytes("content", canonical(event))
        item = _marked(event, content, before.get(key))
        before.setdefault(key, (content, item.event["id"]))
        marked.append(item)
        digests.append({"key": key, "content": content, "event": item.event["id"]})
    return {
        "line": said.number,
        "state": _state(said, [item.mark for item in marked]),
        "faults": [asdict(fault) for fault in said.faults],
        "body": json.dumps([asdict(item) for item in marked]) if marked else None,
        "digests": digests,
    }


def _marked(event: Mapping[str, Any], content: str, known: tuple[str, str] | None) -> _Marked:
    if known is None:
        return _Marked(event, NEW)
    if known[0] == content:
        return _Marked({**event, "id": known[1]}, REPEAT)
    # The id follows from the content and from what it replaces: the same correction again is a repeat as well, and what
    # is said again after something else is not.
    told = content if known[1] == event["id"] else blake2b(f"{known[1]}|{content}".encode()).hexdigest()
    return _Marked({**event, "id": f"{event['id']}/k{told[:12]}", "corrects": event["id"]}, CHANGED)


def _state(said: Said, marks: Sequence[str]) -> str:
    if said.faults:
        return FAULTY
    if said.citizen:
        return CITIZEN
    return next((mark for mark in (CHANGED, NEW) if mark in marks), REPEAT)
