"""Deadlines: a row for each subject that must be looked at by the clock alone."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from pymongo import ASCENDING, DeleteOne, InsertOne, ReplaceOne, UpdateOne

from alerts.documents import NEVER, SubjectState, bucket_of
from alerts.leases import Leases
from alerts.news import News
from chassis.mongo import Database, Document, outages

__all__ = ["Deadlines", "deadline_writes", "dirty_writes", "waiting_writes"]

MINUTE = 60
PAGE = 500
Write = DeleteOne | ReplaceOne[Document]
WaitingWrite = DeleteOne | InsertOne[Document]


def deadline_writes(states: Iterable[SubjectState]) -> list[Write]:
    """Rows for those whose next moment is not what is armed already."""
    return [_write(state.key, state.due) for state in states if state.due != state.armed[0]]


def waiting_writes(states: Iterable[SubjectState]) -> list[WaitingWrite]:
    """Rows of who waits for what, as far as they change."""
    writes: list[WaitingWrite] = []
    for state in states:
        before, after = state.armed[1], state.waits
        writes += [DeleteOne({"_id": f"{name} {state.key}"}) for name in before - after]
        writes += [
            InsertOne({"_id": f"{name} {state.key}", "for": name, "subject": state.key}) for name in after - before
        ]
    return writes


def dirty_writes(keys: Iterable[str], now: datetime) -> list[UpdateOne]:
    """Rows of subjects that another one's news is about: they are looked at now."""
    return [UpdateOne({"_id": key}, {"$set": _now(now)}, upsert=True) for key in keys]


def _now(now: datetime) -> Document:
    return {"bucket": int(now.timestamp()) // 60, "due": now, "lease": NEVER}


def _write(id: str, due: datetime | None) -> Write:
    if due is None:
        return DeleteOne({"_id": id})
    return ReplaceOne({"_id": id}, {"_id": id, "bucket": bucket_of(due), "due": due, "lease": NEVER}, upsert=True)


class Deadlines:
    """The rows: which subjects are looked at, and when."""

    def __init__(self, database: Database) -> None:
        self._rows = database.deadlines
        self._waiting = database.waiting
        self._leases = Leases(database.deadlines, MINUTE)

    async def prepare(self) -> None:
        """Make the indexes: what is due, and who waits for what."""
        await self._leases.prepare()
        with outages():
            await self._waiting.create_index([("for", ASCENDING)])

    async def claim(self, now: datetime, token: str, limit: int) -> News:
        """Take some of what is due. What a worker does not finish within its lease, another takes."""
        rows = await self._leases.claim(now, token, limit)
        return News(look_at=frozenset(row["_id"] for row in rows), due=tuple(row["due"] for row in rows))

    async def postpone(self, keys: Iterable[str], until: datetime) -> None:
        """Look again later at what could not be judged."""
        later = {"bucket": bucket_of(until), "due": until, "lease": NEVER}
        with outages():
            await self._rows.update_many({"_id": {"$in": sorted(keys)}}, {"$set": later})

    async def wake(self, name: str, now: datetime) -> None:
        """Everyone who waits for this is looked at now."""
        with outages():
            waiting = await self._waiting.find({"for": name}).to_list(None)
            keys = [row["subject"] for row in waiting]
        for start in range(0, len(keys), PAGE):
            await self.look_at(keys[start : start + PAGE], now)

    async def look_at(self, keys: Sequence[str], now: datetime) -> None:
        """Let these be looked at now."""
        with outages():
            await self._rows.bulk_write(dirty_writes(keys, now), ordered=False)

    async def count(self) -> int:
        """About how many are armed."""
        with outages():
            return await self._rows.estimated_document_count()
