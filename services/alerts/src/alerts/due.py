"""Deadlines: a row for each subject that must be looked at by the clock alone."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from pymongo import ASCENDING, DeleteOne, InsertOne, ReplaceOne, UpdateOne

from alerts.documents import SubjectState, bucket_of
from alerts.news import News
from chassis.mongo import Database, Document, outages
from chassis.turns import Turns

__all__ = ["MOST", "Deadlines", "deadline_writes", "dirty_writes", "waiting_writes"]

WORK = "deadlines"
MOST, PAGE, WAKEN = 2000, 200, 500
# From page to page. Whoever takes longer shares the work with the next one, and one of them saves it.
LEASE = timedelta(seconds=5)
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
    return {"bucket": int(now.timestamp()) // 60, "due": now}


def _write(id: str, due: datetime | None) -> Write:
    if due is None:
        return DeleteOne({"_id": id})
    return ReplaceOne({"_id": id}, {"_id": id, "bucket": bucket_of(due), "due": due}, upsert=True)


def _news(rows: Sequence[Document]) -> News:
    return News(look_at=frozenset(row["_id"] for row in rows), due=tuple(row["due"] for row in rows))


class Deadlines:
    """The rows: which subjects are looked at, and when."""

    def __init__(self, database: Database) -> None:
        self._rows = database.deadlines
        self._waiting = database.waiting
        self._turns = Turns(database, LEASE)

    async def prepare(self) -> None:
        """Make the indexes: what is due, and who waits for what."""
        with outages():
            await self._rows.create_index([("bucket", ASCENDING)])
            await self._waiting.create_index([("for", ASCENDING)])

    @asynccontextmanager
    async def claimed(self, now: datetime, by: str) -> AsyncIterator[Sequence[News]]:
        """Pages of what is due, for this worker alone as long as it is `still` its turn; none while another is at it.

        What another finished just before may be in them: whoever looks at it again finds nothing new.
        """
        due = await self._due(now)
        if not due or not await self._turns.take(WORK, by, now):
            yield ()
            return
        try:
            yield [_news(due[start : start + PAGE]) for start in range(0, len(due), PAGE)]
        finally:
            await self._turns.give_back(WORK, by)

    async def still(self, by: str, now: datetime) -> bool:
        """Whether the worker that claimed may go on."""
        return await self._turns.keep(WORK, by, now)

    async def _due(self, now: datetime) -> list[Document]:
        # Both ends of the range are given: an open end makes SecantusDB read everything. What is due it reads as a
        # whole for however few: so many pages at once.
        reached = {"$gte": 0, "$lte": int(now.timestamp()) // 60}
        with outages():
            return await self._rows.find({"bucket": reached}, {"due": 1}).limit(MOST).to_list(None)

    async def postpone(self, keys: Iterable[str], until: datetime) -> None:
        """Look again later at what could not be judged."""
        later = {"bucket": bucket_of(until), "due": until}
        with outages():
            await self._rows.update_many({"_id": {"$in": sorted(keys)}}, {"$set": later})

    async def wake(self, name: str, now: datetime) -> None:
        """Everyone who waits for this is looked at now."""
        with outages():
            waiting = await self._waiting.find({"for": name}).to_list(None)
            keys = [row["subject"] for row in waiting]
        await self.look_at(keys, now)

    async def look_at(self, keys: Sequence[str], now: datetime) -> None:
        """Let these be looked at now."""
        with outages():
            for start in range(0, len(keys), WAKEN):
                await self._rows.bulk_write(dirty_writes(keys[start : start + WAKEN], now), ordered=False)

    async def count(self) -> int:
        """About how many are armed."""
        with outages():
            return await self._rows.estimated_document_count()
