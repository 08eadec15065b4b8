"""The registry at rest: load the block a batch needs, save what it changed in one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pymongo import ASCENDING, InsertOne

from chassis.bus import Letter
from chassis.mongo import Database, Document, Mongo, Session, outages, transact
from chassis.outbox import Outbox
from chassis.writing import Writes, write_all, write_checked
from registry.doubts import listed_nodes
from registry.drafts import Draft
from registry.gather import Gatherer
from registry.matcher import Matcher
from registry.refused import RefusedEvent
from registry.shelf import Shelf
from registry.world import World
from registry.writes import added, owners, versioned

__all__ = ["Also", "Store"]


@dataclass(frozen=True)
class Also:
    """Writes that go with a batch: those that must find what was read, the rest, and those to the keys."""

    checked: Writes
    free: Writes
    keys: Writes


class Store:
    """The registry's database. Reads raise Unavailable; saving raises Conflict when another writer was faster."""

    def __init__(self, client: Mongo, shelf: Shelf, outbox: Outbox, matcher: Matcher) -> None:
        self.client = client
        self.shelf = shelf
        self._db = shelf.database
        self._keys = shelf.keys.database
        self._outbox = outbox
        self._gatherer = Gatherer(shelf, matcher)
        self._hasher = matcher.hasher

    async def prepare(self) -> None:
        """Make the indexes by which what is refused, open reviews, and holds of one cause are found without a scan."""
        with outages():
            await self._db.mentions.create_index([("p", ASCENDING), ("at", ASCENDING)])
            await self._db.quarantine.create_index([("key", ASCENDING)])
            await self._db.quarantine.create_index([("at", ASCENDING)])
            await self._db.quarantine.create_index([("agency", ASCENDING), ("at", ASCENDING)])
            await self._db.reviews.create_index([("open", ASCENDING)])
            await self._db.holds.create_index([("causes", ASCENDING)])
            await self._db.disputed.create_index([("events.received_at", ASCENDING)])

    async def load(self, drafts: Sequence[Draft]) -> World:
        """Everything these drafts may touch."""
        with outages():
            return await self._gatherer.gather(drafts)

    async def load_whole(self, world: World, person: str) -> None:
        """Everything that an erasure of this person touches."""
        with outages():
            await self._gatherer.whole(world, person)

    async def load_persons(self, world: World, people: set[str]) -> None:
        """These persons, whom they were merged into, and their holds."""
        with outages():
            await self._gatherer.persons(world, people)

    async def load_people(self, world: World, people: set[str]) -> None:
        """The same to be looked at: without their holds."""
        with outages():
            await self._gatherer.people(world, people)

    async def load_beside(self, world: World, people: set[str]) -> None:
        """These persons, and who is listed that may be one of them."""
        with outages():
            await self._gatherer.persons(world, people)
            nodes = {node for state in world.persons.values() for node in listed_nodes(state)}
            await self._gatherer.holders(world, nodes)

    async def load_chains(self, world: World, keys: set[str]) -> None:
        """The log's headers of these events, and of whatever corrects them or takes them back."""
        with outages():
            await self._gatherer.chains(world, keys)

    async def load_reviews(self, world: World) -> None:
        """How the questions stand that were asked or answered just now, or are told of again."""
        with outages():
            await self._gatherer.reviews(world)

    async def load_nodes(self, world: World, nodes: set[str]) -> None:
        """The persons who hold these nodes today."""
        with outages():
            await self._gatherer.holders(world, nodes)

    async def quarantine(self, refused: Sequence[RefusedEvent]) -> list[Document | None]:
        """Keep refused events. Returns for each the record of its first refusal where there was one already.

        What a human sent again was judged again: a new outcome, kept beside the first.
        """
        with outages():
            known = {row["_id"]: row for row in await self.shelf.by_ids("quarantine", [one.id for one in refused])}
            new = {one.id: one.document() for one in reversed(refused) if one.id not in known}
            if new:
                await self._keep(new.values())
            firsts: list[Document | None] = []
            for one in refused:
                first = known.get(one.id)
                firsts.append(None if first is None or await self._judged_again(one, first) else first)
                if first is None:
                    known[one.id] = new[one.id]
        return firsts

    async def _judged_again(self, refused: RefusedEvent, first: Document) -> bool:
        told = len(first.get("again", ()))
        if told >= sum(one["content"] == refused.content for one in first.get("replays", ())):
            return False
        # Delivered twice, it may be judged twice at one moment.
        still = {"_id": refused.id, f"again.{told}": {"$exists": False}}
        pushed = await self._db.quarantine.update_one(still, {"$push": {"again": refused.outcome()}})
        return bool(pushed.matched_count)

    async def _keep(self, records: Iterable[Document]) -> None:
        lock = await self.shelf.lock([], self._hasher)
        writes: Writes = {"quarantine": [InsertOne(lock.shut("quarantine", record)) for record in records]}

        async def write(session: Session) -> None:
            await write_all([(self._keys, lock.writes), (self._db, writes)], session)

        await transact(self.client, write)

    async def save(
        self, world: World, now: datetime, announce: Sequence[Letter] = (), also: Also | None = None
    ) -> None:
        """Store what a batch changed, and `also` this: all of it or nothing.

        A command's announcements wait in the outbox.
        """
        # A node that moved is written under all its keys, of which some were not read yet.
        with outages():
            await self._gatherer.rows(world, world.new_rows)
            lock = await self.shelf.lock(owners(world), self._hasher)
        checked, free = versioned(world, lock), added(world, lock, self._hasher, now)
        writes = [(self._db, free), (self._keys, lock.writes)]
        if also is not None:
            checked = {name: [*checked.get(name, ()), *also.checked.get(name, ())] for name in checked | also.checked}
            writes += [(self._db, also.free), (self._keys, also.keys)]
        if checked or free:
            await transact(self.client, lambda session: self._write(checked, writes, announce, session))

    async def _write(
        self, checked: Writes, writes: Sequence[tuple[Database, Writes]], announce: Sequence[Letter], session: Session
    ) -> None:
        await self._outbox.add(announce, session)
        await write_checked(self._db, checked, session)
        await write_all(writes, session)
