"""Erasing at rest: keys are destroyed, what leads to the person goes, a proof stays. All of it in one transaction."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import DeleteMany, DeleteOne, InsertOne, ReplaceOne, UpdateOne

from chassis.http import new_trace
from chassis.log import log
from chassis.mongo import IDS, Database, Document, by_ids, insist, outages
from chassis.outbox import Outbox
from chassis.seal import Hasher, canonical
from chassis.writing import Writes, some
from contracts.message import Origin
from contracts.messages import Message, ReviewChanged
from registry.erasure import Wiped, wipe
from registry.handlers import message_letter
from registry.legal_holds import held
from registry.matcher import Matcher
from registry.settle import Settler, review_id
from registry.store import Also, Store
from registry.world import PersonState, World

__all__ = ["Erasing", "Order", "fence"]


@dataclass(frozen=True)
class Order:
    """What is to be erased of a person, everything where no events are named, and the rule that says so."""

    rule: str
    events: frozenset[str] | None = None


@dataclass(frozen=True)
class Erasing:
    """Erases. Safe to repeat: what is gone already is not erased again. All raise Unavailable."""

    store: Store
    settler: Settler
    matcher: Matcher
    outbox: Outbox
    now: Callable[[], datetime]

    async def __call__(self, read: Callable[[PersonState], Order | None], person: str) -> bool:
        """Erase what `read` says of the person as it is now; whether anything was.

        A legal hold keeps what it is on; of whom something else waits for nothing is erased, whatever it is.
        """

        async def work() -> bool:
            world = World()
            await self.store.load_whole(world, person)
            state = world.persons.get(person)
            if state is None or state.erased or state.merged_into is not None or self._on_hold(state, world):
                return False
            order = read(state)
            return order is not None and await self._erase(state, order, world)

        erased = await insist(work)
        if erased:
            self.outbox.wake()
            log.info("erased")
        return erased

    async def _erase(self, state: PersonState, order: Order, world: World) -> bool:
        with outages():
            moved = await fence(self._db)
            holds = await self._db.legal_holds.find({"on": True}).to_list(None)
        events = held(state, order.events, holds)
        now = self.now()
        if events is not None and not events & {line.key for line in state.parsed()}:
            return False
        before = dict(world.holds)
        wiped = wipe(state, events, world, Origin(trace=new_trace(), occurred_at=now, received_at=now))
        messages = [*self.settler.settle(world).messages, *await self._reviews(wiped, world)]
        parties = await self._parties(wiped)
        holding = [before[id] for id in wiped.gone if id in before and before[id].read_version]
        also = Also(
            checked=some(
                {
                    "legal_holds": [moved],
                    "rows": list(self._rows(wiped, world)),
                    "parties": [DeleteOne({"_id": row["_id"], "v": row["v"]}) for row in parties],
                    "holds": [DeleteOne({"_id": hold.person, "v": hold.read_version}) for hold in holding],
                }
            ),
            free=self._free(wiped, parties, self._proof(wiped, order, state, now)),
            keys=_keys(wiped, parties),
        )
        await self.store.save(world, now, list(map(message_letter, messages)), also)
        self.store.shelf.keys.forget("persons", (state.id, *wiped.gone))
        self.store.shelf.keys.forget("nodes", (node.id for node in wiped.nodes))
        return True

    def _on_hold(self, state: PersonState, world: World) -> bool:
        """Whether something waits for this person. Who it may be besides does not keep anybody."""
        causes = world.holds[state.id].causes if state.id in world.holds else set[str]()
        return bool(causes - {self._hasher.of("hold", "doubtful")})

    @property
    def _db(self) -> Database:
        return self.store.shelf.database

    @property
    def _hasher(self) -> Hasher:
        return self.matcher.hasher

    async def _parties(self, wiped: Wiped) -> list[Document]:
        """The guarantors and hosts who are persons themselves, and whom nothing else names."""
        named = {id.split(".", 1)[0] for id in wiped.mentions}
        found = []
        with outages():
            for row in await by_ids(self._db.parties, named):
                if row["kind"] == "person":
                    mentions = await self._db.mentions.find({"p": row["_id"]}, {"_id": 1}).to_list(None)
                    found += [row] if {one["_id"] for one in mentions} <= set(wiped.mentions) else []
        return found

    async def _reviews(self, wiped: Wiped, world: World) -> list[Message]:
        """Nobody is asked any more who this was."""
        ids = {review_id(self._hasher, pair): pair for pair in wiped.reviews}
        with outages():
            rows = [row for row in await self.store.shelf.by_ids("reviews", ids) if row["open"]]
        return [
            ReviewChanged(
                review=row["_id"],
                version=row["v"] + 1,
                people=tuple(sorted({holder.id for node in row["pair"] if (holder := world.holder(node))})),
                kind=row["kind"],
                open=False,
            )
            for row in rows
        ]

    def _rows(self, wiped: Wiped, world: World) -> Iterable[Any]:
        """What leads from documents to the person; others who are found by the same stay."""
        kept = {key for node in wiped.kept for key in self.matcher.rows(node).certain}
        going = {key for node in wiped.nodes for key in self.matcher.rows(node).certain} - kept
        mine = {wiped.person, *wiped.gone, *(id for id in world.persons if world.living(id).id == wiped.person)}
        for key in sorted(going & world.rows.keys()):
            read, people = world.row_versions[key], sorted(world.rows[key] - mine)
            if people:
                yield ReplaceOne({"_id": key, "v": read}, {"_id": key, "v": read + 1, "people": people})
            else:
                yield DeleteOne({"_id": key, "v": read})

    def _free(self, wiped: Wiped, parties: Iterable[Document], proof: Document) -> Writes:
        held_by = {node.id: sorted(self.matcher.rows(node).held) for node in wiped.nodes}
        tokens = [
            UpdateOne({"_id": key}, {"$pull": {"nodes": {"id": node}}, "$inc": {"v": 1}})
            for node, keys in held_by.items()
            for key in keys
        ]
        reviews = (review_id(self._hasher, pair) for pair in wiped.reviews)
        writes = {
            "tokens": tokens,
            "mentions": _deletes(wiped.mentions),
            "reviews": _deletes(reviews),
            "party_keys": _deletes(key for row in parties for key in row["keys"]),
            "erasures": [InsertOne(proof)],
        }
        return some(writes)

    def _proof(self, wiped: Wiped, order: Order, state: PersonState, now: datetime) -> Document:
        """Which rule erased what and when: opaque ids, numbers and a digest."""
        return {
            "_id": f"{state.id}.{state.version}",
            "person": state.id,
            "rule": order.rule,
            "at": now,
            "whole": bool(wiped.gone),
            "entries": len(wiped.entries),
            "parts": sum(1 if paths is None else len(paths) for paths in wiped.entries.values()),
            "digest": self._hasher.digest("erased", canonical(sorted(wiped.entries))),
        }


async def fence(database: Database) -> Any:
    """What whoever sets a legal hold, and whoever erases, writes: of two at once one has to read again."""
    row = await database.legal_holds.find_one({"_id": "fence"})
    if row is None:
        return InsertOne({"_id": "fence", "n": 1})
    return UpdateOne({"_id": "fence", "n": row["n"]}, {"$inc": {"n": 1}})


def _keys(wiped: Wiped, parties: Iterable[Document]) -> Writes:
    whole = [key for key, paths in wiped.entries.items() if paths is None]
    parts = {key: paths for key, paths in wiped.entries.items() if paths is not None}
    writes: Writes = {
        "log": [
            *_deletes(whole),
            *(
                UpdateOne({"_id": key}, {"$pull": {"keys": {"p": {"$in": sorted(paths)}}}, "$set": {"v": new_trace()}})
                for key, paths in parts.items()
            ),
        ],
        "nodes": _deletes(node.id for node in wiped.nodes),
        "persons": _deletes(wiped.gone),
        "parties": _deletes(row["_id"] for row in parties),
    }
    return some(writes)


def _deletes(ids: Iterable[str]) -> list[Any]:
    found = sorted(ids)
    return [DeleteMany({"_id": {"$in": found[start : start + IDS]}}) for start in range(0, len(found), IDS)]
