"""The alerts at rest: load the block a batch needs, save what it changed in one transaction."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from pymongo import ASCENDING, InsertOne, ReplaceOne

from alerts.alert import Alert
from alerts.anchors import Alias
from alerts.block import Block, Desk, News
from alerts.decide import ids_of
from alerts.documents import (
    PersonState,
    SourceState,
    alert_document,
    alert_of,
    alias_of,
    person_document,
    person_of,
    source_document,
    source_of,
)
from alerts.due import deadline_writes, waiting_writes
from chassis.bus import Letter
from chassis.errors import Conflict
from chassis.mongo import Database, Document, Mongo, Session, outages, transact
from chassis.outbox import Outbox
from contracts.snapshots import PersonChanged

__all__ = ["Store"]

# More than a batch needs, so that the answer comes at once.
PAGE = 1000


class Store:
    """The alerts' database. Reads raise Unavailable; saving raises Conflict when another writer was faster."""

    def __init__(self, client: Mongo, database: Database, outbox: Outbox, hash_key: Callable[[str], str]) -> None:
        self._client = client
        self._db = database
        self._outbox = outbox
        self._hash_key = hash_key

    async def prepare(self) -> None:
        """Make the one index: which week an alert changed in."""
        with outages():
            await self._db.alerts.create_index([("week", ASCENDING)])

    async def load(self, news: News, desk: Desk) -> Block:
        """Everything this news may touch."""
        with outages():
            people = await self._people(news)
            sources = desk.sources() | await self.sources()
            block = Block(people, sources)
            world = desk.world(sources)
            block.aliases = {
                key: Alias(anchor, state.id) for state in people.values() for key, anchor in state.keys.items()
            }
            block.aliases |= await self._aliases(_keys(news, people) - block.aliases.keys())
            block.known_keys = frozenset(block.aliases)
            wanted = {id for state in people.values() for id in state.listed}
            wanted |= set(ids_of({alias.anchor for alias in block.aliases.values()}, world))
            wanted |= {block.source_alert(sources[key], world) for key in _heard(news) if key in sources}
            block.remember(map(alert_of, await self._found("alerts", wanted)))
            return block

    async def _found(self, collection: str, ids: Iterable[str]) -> list[Document]:
        wanted = sorted(ids)
        return (
            await self._db[collection].find({"_id": {"$in": wanted}}, batch_size=PAGE).to_list(None) if wanted else []
        )

    async def _people(self, news: News) -> dict[str, PersonState]:
        people = {row["_id"]: person_of(row) for row in await self._found("people", news.people())}
        heirs = {state.merged_into for state in people.values() if state.merged_into} - people.keys()
        return people | {row["_id"]: person_of(row) for row in await self._found("people", heirs)}

    async def _aliases(self, keys: Iterable[str]) -> dict[str, Alias]:
        hashed = {self._hash_key(key): key for key in keys}
        return {hashed[row["_id"]]: alias_of(row) for row in await self._found("aliases", hashed)}

    async def sources(self) -> dict[str, SourceState]:
        """Every source that was ever heard."""
        with outages():
            return {row["_id"]: source_of(row) for row in await self._db.sources.find({}).to_list(None)}

    async def person(self, id: str) -> PersonState | None:
        with outages():
            row = await self._db.people.find_one({"_id": id})
        return person_of(row) if row else None

    async def alerts(self, ids: Iterable[str]) -> list[Alert]:
        with outages():
            return [alert_of(row) for row in await self._found("alerts", ids)]

    async def changed_between(self, weeks: tuple[int, int], match: Document) -> list[Alert]:
        """Alerts whose last change lies in these weeks, both included."""
        query = {"week": {"$gte": weeks[0], "$lte": weeks[1]}, **match}
        with outages():
            return [alert_of(row) for row in await self._db.alerts.find(query).to_list(None)]

    async def save(self, block: Block, announce: Sequence[Letter] = ()) -> None:
        """Store what a batch changed: all of it or nothing. `announce` waits in the outbox."""
        writes = {collection: found for collection, found in self._writes(block).items() if found}
        if writes:
            await transact(self._client, lambda session: self._write(writes, announce, session))

    async def replace(self, before: Alert, after: Alert, announce: Sequence[Letter]) -> None:
        """Store the next revision of one alert. Raises Conflict when it is no longer as it was read."""
        writes = {"alerts": [ReplaceOne({"_id": before.id, "revision": before.revision}, alert_document(after))]}
        await transact(self._client, lambda session: self._write(writes, announce, session))

    async def _write(self, writes: dict[str, list[Any]], announce: Sequence[Letter], session: Session) -> None:
        for collection, operations in writes.items():
            result = await self._db[collection].bulk_write(operations, ordered=False, session=session)
            # A replaced row must still be as it was read; aliases and deadlines are overwritten as they come.
            replaced = sum(isinstance(operation, ReplaceOne) for operation in operations)
            if collection not in ("aliases", "deadlines") and result.matched_count < replaced:
                raise Conflict(collection)
        await self._outbox.add(announce, session)

    def _writes(self, block: Block) -> dict[str, list[Any]]:
        people = [block.people[id] for id in sorted(block.changed_people)]
        sources = [block.sources[key] for key in sorted(block.changed_sources)]
        return {
            "people": [_as_read(person_document(state), "n", state.n) for state in people],
            "sources": [_as_read(source_document(state), "n", state.n) for state in sources],
            "alerts": [
                _as_read(alert_document(alert), "revision", block.read.get(alert.id, 0)) for alert in block.written()
            ],
            "aliases": [self._alias_write(key, alias, block) for key, alias in block.new_aliases.items()],
            "deadlines": deadline_writes(people, sources),
            "waiting": waiting_writes(people),
        }

    def _alias_write(self, key: str, alias: Alias, block: Block) -> InsertOne[Document] | ReplaceOne[Document]:
        row = {"_id": self._hash_key(key), "anchor": alias.anchor, "person": alias.person}
        return ReplaceOne({"_id": row["_id"]}, row, upsert=True) if key in block.known_keys else InsertOne(row)


def _as_read(document: Document, counter: str, read: int) -> InsertOne[Document] | ReplaceOne[Document]:
    if read == 0:
        return InsertOne(document)
    return ReplaceOne({"_id": document["_id"], counter: read}, document)


def _keys(news: News, people: dict[str, PersonState]) -> set[str]:
    """Keys of stays that may have an alert: open ones, and all of those who have alerts already."""
    told = {message.person: message for message in news.persons if message.version > _version(people, message.person)}
    stored = [state.snapshot for state in people.values() if state.id not in told]
    snapshots: list[PersonChanged] = [*told.values(), *filter(None, stored)]
    return {
        key
        for snapshot in snapshots
        for stay in snapshot.stays
        if stay.closed_on is None or (snapshot.person in people and people[snapshot.person].listed)
        for key in stay.keys
    }


def _version(people: dict[str, PersonState], id: str) -> int:
    return people[id].version if id in people else 0


def _heard(news: News) -> set[str]:
    return {f"{message.agency}/{message.source}" for message in news.sources} | news.look_at_sources
