"""The registry at rest: load the block a batch needs, save what it changed in one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, InsertOne, ReplaceOne, UpdateOne

from chassis.bus import Letter
from chassis.errors import Conflict
from chassis.mongo import Database, Document, Mongo, Session, outages, transact
from chassis.outbox import Outbox
from chassis.seal import Hasher
from chassis.sealer import unsealed_rows
from registry.disputed_store import disputed_writes
from registry.documents import (
    hold_document,
    incident_document,
    log_document,
    party_document,
    person_document,
    source_document,
)
from registry.doubts import listed_nodes
from registry.drafts import Draft
from registry.evidence import keys_by_chain
from registry.gather import Gatherer
from registry.indexing import cards
from registry.matcher import Matcher
from registry.mentions import mentions
from registry.refused import RefusedEvent, of_conflict
from registry.scorecard_store import writes as scorecard_writes
from registry.search_store import search_writes
from registry.settle import review_id
from registry.world import World

__all__ = ["Store"]


class Store:
    """The registry's database. Reads raise Unavailable; saving raises Conflict when another writer was faster."""

    def __init__(self, client: Mongo, database: Database, outbox: Outbox, matcher: Matcher) -> None:
        self._client = client
        self._db = database
        self._outbox = outbox
        self._gatherer = Gatherer(database, matcher)
        self._hasher = matcher.hasher

    async def prepare(self) -> None:
        """Make the indexes by which open reviews, and the holds of one cause, are found without a scan."""
        with outages():
            await self._db.mentions.create_index([("p", ASCENDING), ("at", ASCENDING)])
            await self._db.reviews.create_index([("open", ASCENDING)])
            await self._db.holds.create_index([("causes", ASCENDING)])
            await self._db.disputed.create_index([("events.received_at", ASCENDING)])

    async def load(self, drafts: Sequence[Draft]) -> World:
        """Everything these drafts may touch."""
        with outages():
            return await self._gatherer.gather(drafts)

    async def load_persons(self, world: World, people: set[str]) -> None:
        """These persons, and whom they were merged into."""
        with outages():
            await self._gatherer.persons(world, people)

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

    async def load_nodes(self, world: World, nodes: set[str]) -> None:
        """The persons who hold these nodes today."""
        with outages():
            await self._gatherer.holders(world, nodes)

    async def quarantine(self, refused: RefusedEvent) -> Document | None:
        """Keep a refused event. Returns the record of its first refusal when there is one already.

        What a human sent again was judged again: a new outcome, kept beside the first.
        """
        records = self._db.quarantine
        with outages():
            first = await records.find_one({"_id": refused.id})
            if first is None:
                await records.update_one({"_id": refused.id}, {"$setOnInsert": refused.document()}, upsert=True)
            elif len(first.get("again", ())) < sum(
                one["content"] == refused.content for one in first.get("replays", ())
            ):
                await records.update_one({"_id": refused.id}, {"$push": {"again": refused.outcome()}})
                return None
            return first

    async def save(self, world: World, now: datetime, announce: Sequence[Letter] = ()) -> None:
        """Store what a batch changed: all of it or nothing. A command's announcements wait in the outbox."""
        # A node that moved is written under all its keys, of which some were not read yet.
        with outages():
            await self._gatherer.rows(world, world.new_rows)
        writes = _writes(world, self._hasher) | _review_writes(world, self._hasher, now)
        conflicts = [of_conflict(item.draft, now) for item in world.outcomes if item.refused and not item.repeat]
        if conflicts:
            writes["quarantine"] = [
                UpdateOne({"_id": item.id}, {"$setOnInsert": item.document()}, upsert=True) for item in conflicts
            ]
        if writes:
            await transact(self._client, lambda session: self._write(writes, announce, session))

    async def _write(self, writes: Mapping[str, list[Any]], announce: Sequence[Letter], session: Session) -> None:
        await self._outbox.add(announce, session)
        for collection, operations in writes.items():
            result = await self._db[collection].bulk_write(operations, ordered=False, session=session)
            # A replaced document must still have the version that was read.
            replaced = sum(isinstance(operation, ReplaceOne) for operation in operations)
            if result.matched_count < replaced:
                raise Conflict(collection)


def _writes(world: World, hasher: Hasher) -> dict[str, list[Any]]:
    writes: dict[str, list[Any]] = {
        "log": [InsertOne(log_document(draft, world.heads[draft.key])) for draft in world.stored.values()],
        "mentions": [InsertOne(row) for row in mentions(world.stored.values(), world)],
        "unsealed": unsealed_rows(keys_by_chain(world.stored.values())),
        # Every row that was read is written: two writers that each found nobody there must not both succeed.
        "rows": [_versioned(_row_document(key, world), world.row_versions[key]) for key in sorted(world.new_rows)],
        "persons": [
            _versioned(person_document(state), state.read_version)
            for state in world.persons.values()
            if state.version > state.read_version
        ],
        "incidents": [
            _versioned(incident_document(incident), incident.read_version)
            for incident in world.incidents.values()
            if incident.version > incident.read_version
        ],
        "holds": [
            _versioned(hold_document(hold), hold.read_version)
            for hold in world.holds.values()
            if hold.version > hold.read_version
        ],
        "search": [
            write
            for state in world.persons.values()
            if state.version > state.read_version
            for write in search_writes(hasher, state.id, *cards(state))
        ],
        "links": [
            UpdateOne({"_id": target}, {"$addToSet": {"by": {"$each": sorted(keys)}}}, upsert=True)
            for target, keys in world.new_links.items()
        ],
        "counts": [
            UpdateOne(
                {"_id": "|".join(key)},
                {"$inc": {"n": n}, "$setOnInsert": dict(zip(("day", "post", "action"), key, strict=True))},
                upsert=True,
            )
            for key, n in world.counts.items()
        ],
        "sources": [
            _versioned(source_document(source), source.read_version)
            for source in world.sources.values()
            if source.version > source.read_version
        ],
        "disputed": disputed_writes(world),
        **_party_writes(world),
        **scorecard_writes(world.outcomes),
    }
    return {collection: operations for collection, operations in writes.items() if operations}


def _review_writes(world: World, hasher: Hasher, now: datetime) -> dict[str, list[Any]]:
    """Questions that open or end. One that opens again keeps the moment at which it was first asked."""
    writes = [
        UpdateOne(
            {"_id": review_id(hasher, pair)},
            {
                "$set": {"pair": list(pair), "kind": doubt.kind, "total": doubt.total, "open": doubt.open},
                "$setOnInsert": {"opened_at": now},
            },
            upsert=True,
        )
        for pair, doubt in world.reviews.items()
    ]
    return {"reviews": writes} if writes else {}


def _party_writes(world: World) -> dict[str, list[Any]]:
    changed = [party for party in world.parties.values() if party.version > party.read_version]
    return {
        "parties": [_versioned(party_document(party), party.read_version) for party in changed],
        "party_keys": [
            InsertOne({"_id": key, "party": party.id})
            for party in changed
            if party.read_version == 0
            for key in sorted(party.keys)
        ],
    }


def _row_document(key: str, world: World) -> Document:
    return {"_id": key, "v": world.row_versions[key] + 1, "people": sorted(world.rows.get(key, ()))}


def _versioned(document: Document, read_version: int) -> Any:
    if read_version == 0:
        return InsertOne(document)
    return ReplaceOne({"_id": document["_id"], "v": read_version}, document)
