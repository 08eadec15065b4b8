"""What the registry can be asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from chassis.backwards import Span, newest, within
from chassis.blocks import Block, Entry, block_id
from chassis.errors import Problem
from chassis.listing import Asked, Page
from chassis.mongo import Database, Document, outages
from chassis.seal import Hasher
from contracts.agencies import Agency
from contracts.messages import Receipt
from registry.commands import living
from registry.documents import party_of, source_of
from registry.dossier import fold
from registry.drafts import event_key
from registry.entries import entry_view, visible_paths
from registry.evidence import entry_digest, is_intact
from registry.identity import document_key
from registry.mentions import party_view
from registry.moments import Moment
from registry.refused import receipt_of
from registry.replays import with_outcomes
from registry.search_store import SearchStore
from registry.settle import Settler
from registry.shelf import Shelf
from registry.sources import announcement
from registry.store import Store
from registry.views import claims_view, dossier_view, hit_view, proof_view
from registry.world import World

__all__ = ["Queries"]

TODAY = Moment()
MOST_MENTIONS = 500
LISTED = timedelta(days=3653)
"""How far back the list of refused events goes; the retention table lets none live that long."""
TOLD = ("reports",)
"""Which parts of Tapal hear of every person, by opaque id and facts without a name."""


@dataclass(frozen=True)
class Queries:
    """Reads of the registry. All raise Unavailable while the database is away."""

    shelf: Shelf
    store: Store
    settler: Settler
    searching: SearchStore
    hasher: Hasher
    agencies: Mapping[str, Agency]
    now: Callable[[], datetime]

    async def dossier(self, person: str, moment: Moment = TODAY) -> dict[str, Any]:
        """The dossier with names, at this moment; of the survivor where the person was merged away.

        Raises Problem 404, or 410 where it was erased.
        """
        world = await self._persons([person])
        state = living(world, person)
        lines = moment.of(state.parsed())
        dossier = fold(lines, self.settler.table, person=state.id, version=state.version)
        parties = sorted({party for line in lines for party in line.parties.values()})
        return {
            **dossier_view(state, dossier, lines, moment),
            **claims_view(state, dossier, self.hasher),
            "parties": await self.party_names(parties),
        }

    async def event(self, person: str, key: str) -> dict[str, Any]:
        """An event of this person: sender, receipt, the form as received, its block, what was decided of it.

        Raises Problem 404.
        """
        world = await self._persons([person])
        state = world.living(person) if person in world.persons else None
        lines = [line for line in state.parsed() if line.key == key] if state else []
        with outages():
            entry = await self._database.log.find_one({"_id": key}) if lines else None
            shown = (await self.shelf.opened("log", [entry]))[0] if entry else {}
        if state is None or entry is None:
            raise Problem(404, "unknown_event", id="Peristiwa tidak dikenal.", en="Unknown event.")
        decision = self.settler.dossier(state).decisions.get(key)
        return {**entry_view(shown, visible_paths(lines), await self._sealed(entry)), "decision": decision}

    async def everything(self, person: str) -> dict[str, Any]:
        """All that is held about one person: every event as received, the dossier, all its ids, and what was erased.

        Raises Problem 404, or 410 where it was erased.
        """
        dossier = await self.dossier(person)
        state = living(await self._persons([person]), person)
        id, keys = state.id, sorted({line.key for line in state.parsed() if not line.elsewhere})
        with outages():
            erased = await self._database.erasures.find({"person": id}).to_list(None)
        return {
            "dossier": dossier,
            "events": [await self.event(id, key) for key in keys],
            "ids": sorted({id, person, *(node.home for node in state.nodes.values())}),
            "erased": [proof_view(row) for row in erased],
            "told": TOLD,
        }

    async def proofs(self, person: str | None) -> list[dict[str, Any]]:
        """What was erased, the latest first: rules, numbers and opaque ids."""
        with outages():
            rows = await self._database.erasures.find({"person": person} if person else {}).to_list(None)
        return [proof_view(row) for row in sorted(rows, key=lambda row: row["at"], reverse=True)]

    async def _sealed(self, entry: Document) -> dict[str, Any] | None:
        with outages():
            place = await self._database.places.find_one({"_id": entry["_id"]})
            row = await self._database.blocks.find_one({"_id": block_id(place["chain"], place["n"])}) if place else None
        if row is None:
            return None
        block = Block.of_document(row)
        named = Entry(entry["_id"], entry_digest(self.hasher, entry))
        sound = block.computed() == block.hash and named in block.entries and is_intact(self.hasher, entry)
        return {"chain": block.chain, "n": block.n, "at": block.at, "hash": block.hash, "sound": sound}

    async def search(self, text: str, limit: int) -> dict[str, Any]:
        """The persons that fit a line of text best, each with why. `complete` is false where not all were looked at."""
        found = await self.searching.find(text, limit)
        return {"items": [hit_view(hit) for hit in found.hits], "complete": found.complete}

    async def person_names(self, people: list[str]) -> dict[str, str]:
        """The name of each known person who has one, under the id that was asked for."""
        world = await self._persons(people)
        named = {}
        for person in people:
            if person in world.persons and (name := self.settler.dossier(world.living(person)).name):
                named[person] = name
        return named

    async def party_names(self, parties: list[str]) -> dict[str, str]:
        """The name, or else the number, of each known party."""
        with outages():
            rows = await self.shelf.by_ids("parties", parties)
        return {one.id: [*one.names, *one.numbers][0] for one in map(party_of, rows) if one.names or one.numbers}

    async def party(self, party: str) -> dict[str, Any]:
        """A party and its history, the newest events first. Raises Problem 404."""
        with outages():
            found = await self.shelf.by_ids("parties", [party])
            newest = self._database.mentions.find({"p": party}).sort("at", -1).limit(MOST_MENTIONS)
            rows = await self.shelf.opened("mentions", await newest.to_list(None))
        if not found:
            raise Problem(404, "unknown_party", id="Pihak tidak dikenal.", en="Unknown party.")
        world = World()
        await self.store.load_chains(world, {row["k"] for row in rows})
        await self.store.load_nodes(world, {node for head in world.heads.values() for node in head.nodes})
        view = party_view(party_of(found[0]), rows, world.heads, world)
        return {**view, "complete": len(rows) < MOST_MENTIONS}

    async def find(self, document: dict[str, Any]) -> str | None:
        """The person who holds this document."""
        with outages():
            row = await self._database.rows.find_one({"_id": document_key(self.hasher, document)})
        world = await self._persons(row["people"] if row else [])
        return min((state.id for state in map(world.living, world.persons) if not state.erased), default=None)

    async def receipts(self, agency: str, uri: str, event_id: str) -> list[dict[str, Any]]:
        """Every outcome given to events of this key, oldest first."""
        key = event_key(self.hasher, agency, uri, event_id)
        with outages():
            entry = await self._database.log.find_one({"_id": key})
            rows = await self._database.quarantine.find({"key": key}).to_list(None)
            refused = await self.shelf.opened("quarantine", rows)
        found = [
            receipt_of({**row, **outcome}, repeat=False) for row in refused for outcome in ({}, *row.get("again", ()))
        ]
        if entry is not None:
            found.append(
                Receipt(source=uri, id=event_id, outcome="accepted", code=entry["outcome"], at=entry["received_at"])
            )
        return [item.model_dump(mode="json") for item in sorted(found, key=lambda item: item.at)]

    async def quarantine(self, agency: str | None, asked: Asked) -> Page[dict[str, Any]]:
        """Refused events, newest first. Raises Problem 422 for an unknown position."""
        of = {"agency": agency} if agency else {}

        async def read(span: Span) -> list[Document]:
            return await self._database.quarantine.find(of | within(span)).to_list(None)

        with outages():
            page = await newest(read, asked, self.now(), self.now() - LISTED)
            opened = await self.shelf.opened("quarantine", page.items)
        told = await with_outcomes(self._database, opened)
        return Page([_refused(row) for row in told], page.next)

    async def sources(self) -> list[dict[str, Any]]:
        """Every source of every agency, heard or not."""
        with outages():
            rows = await self._database.sources.find({}).to_list(None)
        states = [source_of(row) for row in rows]
        known = [state for state in states if state.agency in self.agencies]
        return [announcement(state, self.agencies[state.agency]).model_dump(mode="json") for state in known]

    async def counts(self, begin: date, to: date) -> list[dict[str, Any]]:
        """Citizens' crossings by day, post and action; both days included."""
        end = (to + timedelta(days=1)).isoformat()
        with outages():
            rows = await self._database.counts.find({"_id": {"$gte": begin.isoformat(), "$lt": end}}).to_list(None)
        return [{name: row[name] for name in ("day", "post", "action", "n")} for row in rows]

    @property
    def _database(self) -> Database:
        return self.shelf.database

    async def _persons(self, people: list[str]) -> World:
        world = World()
        await self.store.load_people(world, set(people))
        return world


def _refused(row: Document) -> dict[str, Any]:
    raw = row["raw"]
    told = {name: value for name, value in row.items() if name not in ("_id", "key")}
    return {
        **told,
        "id": row["_id"],
        "raw": None if raw is None else raw.decode(errors="replace"),
        "kept": raw is not None,
    }
