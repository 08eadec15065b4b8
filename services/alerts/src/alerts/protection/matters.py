"""The protection desk's own records: sealed matters and the tasks they make. Nothing here is logged or counted.

At rest a task tells its state and who took it; what was reported and whom it is about is sealed, and `about`, by which
the tasks about a person are found, is a keyed hash.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

import bson
from bson.codec_options import CodecOptions
from pymongo import ASCENDING, UpdateOne

from chassis.boxes import lock, unlock
from chassis.bus import Letter
from chassis.cipher import decrypt, encrypt
from chassis.errors import Conflict
from chassis.mongo import Database, Document, Mongo, Session, outages, transact
from chassis.outbox import Outbox
from chassis.seal import Hasher
from contracts.messages import MatterOpened, MatterReleased

__all__ = ["HOLDS_QUEUE", "Matters", "Release", "Task", "released"]

HOLDS_QUEUE = "protection.holds"
SAID = ("person", "occurred_at", "unreadable", "sealed")
_AWARE: CodecOptions[Any] = CodecOptions(tz_aware=True)
State = Literal["open", "released"]


@dataclass(frozen=True)
class Task:
    """One matter for the desk. The event stays sealed until a protection officer reads it."""

    id: str
    revision: int
    state: State
    person: str | None
    occurred_at: datetime
    received_at: datetime
    unreadable: bool
    sealed: str
    taken_by: str | None = None


@dataclass(frozen=True)
class Release:
    """Who released a hold, when and why."""

    by: str
    at: datetime
    reason: str


class Matters:
    """The tasks in their database."""

    def __init__(self, client: Mongo, database: Database, outbox: Outbox, key: bytes) -> None:
        self._client = client
        self._tasks = database.tasks
        self._outbox = outbox
        self._key = key
        self._hasher = Hasher(key)

    async def prepare(self) -> None:
        """Make the indexes: the list, and the tasks about a person."""
        with outages():
            await self._tasks.create_index([("state", ASCENDING)])
            await self._tasks.create_index([("about", ASCENDING)])

    async def open(self, matters: Sequence[MatterOpened], now: datetime) -> None:
        """Make a task of each matter. One that is here already stays as it is, but for a person found only now."""
        new = {item.matter: self._new(item, now) for item in matters}
        writes = [UpdateOne({"_id": id}, {"$setOnInsert": task}, upsert=True) for id, task in new.items()]
        with outages():
            await self._tasks.bulk_write(writes, ordered=False)
        for matter in matters:
            if matter.person and (task := await self.one(matter.matter)) and task.person is None:
                await self._about_now(task, matter.person)

    async def found(self, state: State | None) -> list[Task]:
        """Tasks, newest first."""
        with outages():
            rows = await self._tasks.find({"state": state} if state else {}).to_list(None)
        return sorted(map(self._task, rows), key=lambda task: (task.received_at, task.id), reverse=True)

    async def one(self, id: str) -> Task | None:
        with outages():
            row = await self._tasks.find_one({"_id": id})
        return self._task(row) if row else None

    def event(self, task: Task) -> str:
        """The event as it came in."""
        return unlock(self._key, task.sealed).decode(errors="replace")

    async def release(self, task: Task, release: Release) -> None:
        """Release the hold and tell the registry, in one. Raises Conflict when the task has changed."""
        change = {
            "revision": task.revision + 1,
            "state": "released",
            "released": {"by": release.by, "at": release.at, "reason": lock(self._key, release.reason.encode())},
        }
        letter = released(task.id, task.person)

        async def work(session: Session) -> None:
            seen: dict[str, Any] = {"_id": task.id, "revision": task.revision, "state": "open"}
            result = await self._tasks.update_one(seen, {"$set": change}, session=session)
            if result.matched_count == 0:
                raise Conflict("task")
            await self._outbox.add([letter], session)

        await transact(self._client, work)
        self._outbox.wake()

    async def take(self, task: Task, by: str, at: datetime) -> None:
        """Somebody looks at it now. Raises Conflict when the task has changed."""
        seen: dict[str, Any] = {"_id": task.id, "revision": task.revision, "state": "open"}
        change = {"revision": task.revision + 1, "taken": {"by": by, "at": at}}
        with outages():
            if (await self._tasks.update_one(seen, {"$set": change})).matched_count == 0:
                raise Conflict("task")

    async def follow(self, person: str, heir: str) -> None:
        """The person was merged: their tasks are about who lives on."""
        for task in await self._about(person):
            await self._about_now(task, heir)

    async def open_about(self, people: Sequence[str]) -> list[Task]:
        """Open tasks about one of these."""
        return [task for one in sorted(set(people)) for task in await self._about(one) if task.state == "open"]

    async def _about(self, person: str) -> list[Task]:
        with outages():
            return [self._task(row) async for row in self._tasks.find({"about": self._hash(person)})]

    async def _about_now(self, task: Task, person: str) -> None:
        seen = {"_id": task.id, "about": self._hash(task.person)}
        with outages():
            await self._tasks.update_one(seen, {"$set": self._shut(replace(task, person=person))})

    def _hash(self, person: str | None) -> str:
        return self._hasher.of("about", person or "")

    def _shut(self, task: Task) -> Document:
        said = {name: getattr(task, name) for name in SAID}
        return {"about": self._hash(task.person), "b": encrypt(self._key, bson.encode(said), "tasks", task.id)}

    def _new(self, matter: MatterOpened, now: datetime) -> Document:
        said = {name: getattr(matter, name) for name in SAID}
        task = Task(id=matter.matter, revision=1, state="open", received_at=now, **said)
        return {"revision": task.revision, "state": task.state, "received_at": now, **self._shut(task)}

    def _task(self, row: Document) -> Task:
        said = bson.decode(decrypt(self._key, row["b"], "tasks", row["_id"]), _AWARE)
        clear = {name: row[name] for name in ("revision", "state", "received_at")}
        return Task(id=row["_id"], **clear, **said, taken_by=row.get("taken", {}).get("by"))


def released(matter: str, person: str | None) -> Letter:
    """The order to let go of whom a matter holds."""
    message = MatterReleased(matter=matter, person=person)
    return Letter("", HOLDS_QUEUE, message.model_dump_json().encode(), type=message.TYPE)
