"""The registry at rest: load the block a batch needs, save what it changed in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import InsertOne, ReplaceOne, UpdateOne

from chassis.bus import Letter
from chassis.errors import Conflict
from chassis.mongo import Database, Document, Mongo, Session, outages, transact
from chassis.outbox import Outbox
from registry.documents import (
    head_of,
    hold_document,
    hold_of,
    log_document,
    party_document,
    party_of,
    person_document,
    person_of,
    source_document,
    source_of,
)
from registry.drafts import Draft
from registry.intake import neighbours
from registry.refused import RefusedEvent, of_conflict
from registry.world import World

__all__ = ["Store"]


class Store:
    """The registry's database. Reads raise Unavailable; saving raises Conflict when another writer was faster."""

    def __init__(self, client: Mongo, database: Database, outbox: Outbox) -> None:
        self._client = client
        self._db = database
        self._outbox = outbox

    async def load(self, drafts: Sequence[Draft]) -> World:
        """Everything these drafts may touch."""
        with outages():
            return await self._load(drafts)

    async def _load(self, drafts: Sequence[Draft]) -> World:
        world = World()
        keys = {draft.key for draft in drafts}
        targets = {draft.header.target for draft in drafts if draft.header.target}
        await self._load_chains(world, keys | targets)
        others = {d.refusal_id for d in drafts if d.key in world.heads and world.heads[d.key].content != d.content}
        for record in await self._found("quarantine", others):
            world.refused_before[record["_id"]] = record["at"]
        for identity in await self._found("identities", {key for d in drafts for s in d.subjects for key in s.keys}):
            world.identities[identity["_id"]] = identity["person"]
        people = {person for head in world.heads.values() for person in head.subjects}
        await self.load_persons(world, people | set(world.identities.values()))
        await self._load_parties(world, drafts)
        senders = {f"{draft.header.agency}/{draft.header.source}" for draft in drafts}
        for source in map(source_of, await self._found("sources", senders)):
            world.sources[f"{source.agency}/{source.code}"] = source
        return world

    async def _load_chains(self, world: World, keys: set[str]) -> None:
        """The log's headers of these events, and of every event that a chain of corrections joins to them."""
        seen: set[str] = set()
        while ahead := keys - seen:
            for link in await self._found("links", ahead):
                world.links[link["_id"]] = set(link["by"])
            for head in map(head_of, await self._found("log", ahead)):
                world.heads[head.header.key] = head
            seen |= ahead
            keys = {key for one in ahead for key in neighbours(world, one)}

    async def load_persons(self, world: World, people: set[str]) -> None:
        """These persons, whom they were merged into, and their holds."""
        missing = people - world.persons.keys()
        while missing:
            for state in map(person_of, await self._found("persons", missing)):
                world.persons[state.id] = state
            merged = {state.merged_into for state in world.persons.values() if state.merged_into}
            missing = merged - world.persons.keys()
        for hold in map(hold_of, await self._found("holds", set(world.persons))):
            world.holds[hold.person] = hold

    async def _load_parties(self, world: World, drafts: Sequence[Draft]) -> None:
        keys = {claim.key for draft in drafts for claim in draft.parties.values()}
        for row in await self._found("party_keys", keys):
            world.party_keys[row["_id"]] = row["party"]
        for party in map(party_of, await self._found("parties", set(world.party_keys.values()))):
            world.parties[party.id] = party

    async def _found(self, collection: str, ids: Iterable[str]) -> list[Document]:
        wanted = sorted(ids)
        if not wanted:
            return []
        return await self._db[collection].find({"_id": {"$in": wanted}}).to_list(None)

    async def quarantine(self, refused: RefusedEvent) -> Document | None:
        """Keep a refused event. Returns the record of its first refusal when there is one already."""
        records = self._db.quarantine
        with outages():
            first = await records.find_one({"_id": refused.id})
            if first is None:
                await records.update_one({"_id": refused.id}, {"$setOnInsert": refused.document()}, upsert=True)
            return first

    async def save(self, world: World, now: datetime, announce: Sequence[Letter] = ()) -> None:
        """Store what a batch changed: all of it or nothing. A command's announcements wait in the outbox."""
        writes = _writes(world)
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


def _writes(world: World) -> dict[str, list[Any]]:
    writes: dict[str, list[Any]] = {
        "log": [InsertOne(log_document(draft, world.heads[draft.key])) for draft in world.stored.values()],
        "identities": [
            UpdateOne({"_id": key}, {"$set": {"person": world.living(person).id}}, upsert=True)
            for key, person in world.new_identities.items()
        ],
        "persons": [
            _versioned(person_document(state), state.read_version)
            for state in world.persons.values()
            if state.version > state.read_version
        ],
        "holds": [
            _versioned(hold_document(hold), hold.read_version)
            for hold in world.holds.values()
            if hold.version > hold.read_version
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
        **_party_writes(world),
    }
    return {collection: operations for collection, operations in writes.items() if operations}


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


def _versioned(document: Document, read_version: int) -> Any:
    if read_version == 0:
        return InsertOne(document)
    return ReplaceOne({"_id": document["_id"], "v": read_version}, document)
