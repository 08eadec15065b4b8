"""Deadlines: a row for each subject that must be looked at by the clock alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pymongo import DeleteOne, ReplaceOne

from alerts.documents import NEVER, PersonState, SourceState, bucket_of
from chassis.mongo import Database, Document, outages

__all__ = ["Claimed", "Deadlines", "deadline_writes"]

LEASE = timedelta(seconds=60)
PERSON, SOURCE = "person", "source"
Write = DeleteOne | ReplaceOne[Document]


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
    persons = [_write(PERSON, s.id, s.due, s.waits) for s in people if s.armed != (s.due, s.waits)]
    return persons + [_write(SOURCE, s.key, s.due) for s in sources if s.armed != s.due]


def _write(kind: str, ref: str, due: datetime | None, waits: frozenset[str] = frozenset()) -> Write:
    id = f"{kind}:{ref}"
    if due is None:
        return DeleteOne({"_id": id})
    row = {"kind": kind, "ref": ref, "bucket": bucket_of(due), "due": due, "lease": NEVER, "waits": sorted(waits)}
    return ReplaceOne({"_id": id}, row, upsert=True)


class Deadlines:
    """The rows, and the lease that keeps two workers from the same one."""

    def __init__(self, database: Database) -> None:
        self._rows = database.deadlines

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
        return Claimed(
            persons=frozenset(row["ref"] for row in rows if row["kind"] == PERSON),
            sources=frozenset(row["ref"] for row in rows if row["kind"] == SOURCE),
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
            await self._rows.update_many(
                {"waits": source}, {"$set": {"bucket": int(now.timestamp()) // 60, "due": now, "lease": NEVER}}
            )

    async def count(self) -> int:
        """About how many are armed."""
        with outages():
            return await self._rows.estimated_document_count()
