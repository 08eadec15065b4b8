"""Deadlines: a row for each subject that must be looked at by the clock alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pymongo import ASCENDING, DeleteOne, InsertOne, ReplaceOne

from alerts.documents import NEVER, PersonState, SourceState, bucket_of
from chassis.mongo import Database, Document, outages

__all__ = ["Claimed", "Deadlines", "deadline_writes", "waiting_writes"]

LEASE = timedelta(seconds=60)
PAGE = 500
PERSON, SOURCE = "person", "source"
Write = DeleteOne | InsertOne[Document] | ReplaceOne[Document]
WaitingWrite = DeleteOne | InsertOne[Document]


@dataclass(frozen=True)
class Claimed:
    """What this worker alone looks at until its lease ends."""

    persons: frozenset[str]
    sources: frozenset[str]
    due: tuple[datetime, ...]

    def __len__(self) -> int:
        return len(self.persons) + len(self.sources)

    def each(self) -> list["Claimed"]:
        """The same, one by one."""
        persons = [Claimed(frozenset({id}), frozenset(), ()) for id in self.persons]
        return persons + [Claimed(frozenset(), frozenset({key}), ()) for key in self.sources]


def deadline_writes(people: Sequence[PersonState], sources: Sequence[SourceState]) -> list[Write]:
    """Rows for those whose next moment is not what is armed already."""
    persons = [_write(f"{PERSON}:{state.id}", state.due, state.armed[0]) for state in people if state.due_changed]
    return persons + [
        _write(f"{SOURCE}:{state.key}", state.due, state.armed) for state in sources if state.armed != state.due
    ]


def waiting_writes(people: Sequence[PersonState]) -> list[WaitingWrite]:
    """Rows of who waits for which source, as far as they change."""
    writes: list[WaitingWrite] = []
    for state in people:
        before, after = state.armed[1], state.waits
        writes += [DeleteOne({"_id": f"{source} {state.id}"}) for source in before - after]
        writes += [
            InsertOne({"_id": f"{source} {state.id}", "source": source, "person": state.id})
            for source in after - before
        ]
    return writes


def _write(id: str, due: datetime | None, armed: datetime | None) -> Write:
    if due is None:
        return DeleteOne({"_id": id})
    row = {"_id": id, "bucket": bucket_of(due), "due": due, "lease": NEVER}
    # The row is written with the row of its subject, so where none was armed there is none.
    return InsertOne(row) if armed is None else ReplaceOne({"_id": id}, row, upsert=True)


class Deadlines:
    """The rows, and the lease that keeps two workers from the same one."""

    def __init__(self, database: Database) -> None:
        self._rows = database.deadlines
        self._waiting = database.waiting

    async def prepare(self) -> None:
        """Make the indexes: what is due, and who waits for a source."""
        with outages():
            await self._rows.create_index([("bucket", ASCENDING)])
            await self._waiting.create_index([("source", ASCENDING)])

    async def claim(self, now: datetime, token: str, limit: int) -> Claimed:
        """Take some of what is due. What a worker does not finish within its lease, another takes."""
        # Both ends of the range are given: an open end makes SecantusDB read everything.
        due = {"bucket": {"$gte": 0, "$lte": int(now.timestamp()) // 60}, "lease": {"$lte": now}}
        with outages():
            found = await self._rows.find(due, {"_id": 1}).limit(limit).to_list(None)
            if not found:
                return Claimed(frozenset(), frozenset(), ())
            ids = [row["_id"] for row in found]
            lease = {"$set": {"lease": now + LEASE, "by": token}}
            await self._rows.update_many({"_id": {"$in": ids}, "lease": {"$lte": now}}, lease)
            rows = await self._rows.find({"_id": {"$in": ids}, "by": token}).to_list(None)
        named = [row["_id"].split(":", 1) for row in rows]
        return Claimed(
            persons=frozenset(id for kind, id in named if kind == PERSON),
            sources=frozenset(id for kind, id in named if kind == SOURCE),
            due=tuple(row["due"] for row in rows),
        )

    async def postpone(self, claimed: Claimed, until: datetime) -> None:
        """Look again later at what could not be judged."""
        ids = [f"{PERSON}:{id}" for id in claimed.persons] + [f"{SOURCE}:{key}" for key in claimed.sources]
        with outages():
            await self._rows.update_many(
                {"_id": {"$in": ids}}, {"$set": {"bucket": bucket_of(until), "due": until, "lease": NEVER}}
            )

    async def wake(self, source: str, now: datetime) -> None:
        """Everyone whose alert waits for this source is looked at now."""
        with outages():
            waiting = await self._waiting.find({"source": source}).to_list(None)
            ids = [f"{PERSON}:{row['person']}" for row in waiting]
            for start in range(0, len(ids), PAGE):
                woken = {"$set": {"bucket": int(now.timestamp()) // 60, "due": now, "lease": NEVER}}
                await self._rows.update_many({"_id": {"$in": ids[start : start + PAGE]}}, woken)

    async def count(self) -> int:
        """About how many are armed."""
        with outages():
            return await self._rows.estimated_document_count()
