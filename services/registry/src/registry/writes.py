"""What a batch writes: changed documents under the version that was read, and what is only added."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from pymongo import InsertOne, UpdateOne

from chassis.mongo import Document
from chassis.seal import Hasher
from chassis.sealer import unsealed_rows
from chassis.writing import AsRead, Writes, some
from registry.at_rest import SEALED
from registry.disputed_store import disputed_writes
from registry.documents import (
    hold_document,
    incident_document,
    log_document,
    party_document,
    person_document,
    source_document,
)
from registry.evidence import keys_by_chain
from registry.indexing import cards
from registry.mentions import mentions
from registry.nodes import Node
from registry.refused import of_conflict
from registry.scorecard_store import writes as scorecard_writes
from registry.search_store import search_writes
from registry.settle import review_id, review_now
from registry.shelf import Lock
from registry.world import PersonState, World

__all__ = ["added", "owners", "search_rows", "versioned"]


def owners(world: World) -> list[tuple[str, str]]:
    """Who has a key already under which this batch writes."""
    known = [("persons", state.id) for state in _known(world.persons.values()) if not (state.lost or state.erased)]
    parties = {party.id for party in _known(world.parties.values())}
    parties |= {id for id in world.party_keys.values() if world.stored and world.parties[id].read_version}
    known += [("parties", party) for party in sorted(parties)]
    return known + [("incidents", incident.id) for incident in _known(world.incidents.values())]


def _known(states: Iterable[Any]) -> Iterator[Any]:
    return (one for one in states if one.version > one.read_version > 0)


def versioned(world: World, lock: Lock) -> Writes:
    """What was read and changed. Each write must insert, or find the version that was read."""
    for state in _known(world.persons.values()):
        if state.lost and not state.erased:
            lock.renew("persons", state.id)
    return some(
        {
            "rows": [_as_read(_row(key, world), world.row_versions[key]) for key in sorted(world.new_rows)],
            # A token that was looked up and not found is written too: of two who each found nobody, one must fail.
            "tokens": list(_read_tokens(world, lock)),
            "persons": _changed(world.persons.values(), lambda one: _person(one, lock)),
            "incidents": _changed(world.incidents.values(), lambda one: lock.shut("incidents", incident_document(one))),
            "holds": _changed(world.holds.values(), hold_document),
            "sources": _changed(world.sources.values(), source_document),
            "parties": _changed(world.parties.values(), lambda one: lock.shut("parties", party_document(one))),
        }
    )


def added(world: World, lock: Lock, hasher: Hasher, now: datetime) -> Writes:
    """What stands beside what others may add at the same moment."""
    stored = world.stored.values()
    changed = [state for state in world.persons.values() if state.version > state.read_version]
    refused = [of_conflict(item.draft, hasher, now) for item in world.outcomes if item.refused and not item.repeat]
    return some(
        {
            "log": [InsertOne(lock.entry(log_document(draft, world.heads[draft.key]))) for draft in stored],
            "mentions": [InsertOne(lock.shut("mentions", row)) for row in mentions(stored, world)],
            "unsealed": unsealed_rows(keys_by_chain(stored)),
            "tokens": list(_unread_tokens(world, lock)),
            "search": [write for state in changed for write in search_rows(state, lock, hasher)],
            "links": [_union(target, {"by": sorted(keys)}) for target, keys in world.new_links.items()],
            "counts": [_counted(key, number) for key, number in world.counts.items()],
            "disputed": disputed_writes(world),
            "party_keys": list(_party_keys(world)),
            "reviews": list(_reviews(world, hasher, now)),
            "quarantine": [InsertOne(lock.shut("quarantine", item.document())) for item in refused],
            **scorecard_writes(world.outcomes),
        }
    )


def _changed(states: Iterable[Any], document: Any) -> list[Any]:
    return [_as_read(document(one), one.read_version) for one in states if one.version > one.read_version]


def _as_read(document: Document, read_version: int) -> AsRead:
    return AsRead(document | {"v": read_version + 1}, "v", read_version)


def _row(key: str, world: World) -> Document:
    return {"_id": key, "people": sorted(world.rows.get(key, ()))}


def _person(state: PersonState, lock: Lock) -> Document:
    if state.erased:
        return {"_id": state.id, "v": state.version, "merged_into": None, "erased": True}
    return lock.shut("persons", person_document(state))


def search_rows(state: PersonState, lock: Lock, hasher: Hasher) -> list[Any]:
    """What a changed person writes to `search`."""

    def seal(card: bytes) -> bytes:
        sealed: bytes = lock.shut("search", {"p": state.id, "card": card})[SEALED]
        return sealed

    return search_writes(hasher, state, cards(state), seal)


def _read_tokens(world: World, lock: Lock) -> Iterator[Any]:
    for key in sorted(world.new_tokens.keys() & world.token_versions.keys()):
        nodes, version = _nodes(world.new_tokens[key], lock), world.token_versions[key]
        if version == 0:
            yield InsertOne({"_id": key, "v": 1, "nodes": nodes})
        else:
            yield UpdateOne({"_id": key, "v": version}, _grown(nodes))


def _unread_tokens(world: World, lock: Lock) -> Iterator[Any]:
    """Under these a node can be found and looks for nobody, so nobody read them: they may hold very many."""
    for key in sorted(world.new_tokens.keys() - world.token_versions.keys()):
        yield UpdateOne({"_id": key}, _grown(_nodes(world.new_tokens[key], lock)), upsert=True)


def _nodes(nodes: Iterable[Node], lock: Lock) -> list[Document]:
    return [lock.node(node) for node in sorted(nodes, key=lambda node: node.id)]


def _grown(nodes: list[Document]) -> Document:
    return {"$inc": {"v": 1}, "$push": {"nodes": {"$each": nodes}}}


def _union(id: str, sets: dict[str, list[str]]) -> Any:
    return UpdateOne({"_id": id}, {"$addToSet": {name: {"$each": some} for name, some in sets.items()}}, upsert=True)


def _counted(key: tuple[str, str, str], number: int) -> Any:
    named = dict(zip(("day", "post", "action"), key, strict=True))
    return UpdateOne({"_id": "|".join(key)}, {"$inc": {"n": number}, "$setOnInsert": named}, upsert=True)


def _party_keys(world: World) -> Iterator[Any]:
    for party in world.parties.values():
        if party.read_version == 0 and party.version:
            yield from (InsertOne({"_id": key, "party": party.id}) for key in sorted(party.keys))


def _reviews(world: World, hasher: Hasher, now: datetime) -> Iterator[Any]:
    """Questions that open or end. One that opens again keeps the moment at which it was first asked."""
    for pair, doubt in world.reviews.items():
        version = review_now(pair, world).version
        said = {"pair": list(pair), "kind": doubt.kind, "total": doubt.total, "open": doubt.open, "v": version}
        yield UpdateOne(
            {"_id": review_id(hasher, pair)}, {"$set": said, "$setOnInsert": {"opened_at": now}}, upsert=True
        )
