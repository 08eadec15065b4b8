"""Legal holds at work: set and lifted by the data-protection officer, each an entry of the log."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import InsertOne, UpdateOne

from chassis.errors import Problem
from chassis.mongo import Document, insist, outages
from chassis.outbox import Outbox
from chassis.seal import Hasher
from chassis.statement import Actor
from contracts.messages import LegalHoldChanged
from registry.commands import living
from registry.decisions import Decider
from registry.drafts import Draft
from registry.erasing import fence
from registry.handlers import message_letter
from registry.store import Also, Store
from registry.world import Head, World

__all__ = ["HeldFor", "LegalHolds", "legal_hold_changed", "only_officers"]

OFFICER = "data_protection_officer"


@dataclass(frozen=True)
class HeldFor:
    """The order that asks for a hold, and why. `once` names the call: sent again, it makes nothing new."""

    order_no: str
    reason: str
    once: str = ""

    def said(self) -> dict[str, str]:
        """As the log keeps it."""
        return {name: text for name, text in vars(self).items() if text}


@dataclass(frozen=True)
class LegalHolds:
    """All raise Problem 403 for anybody else than the data-protection officer, and Unavailable."""

    store: Store
    hasher: Hasher
    outbox: Outbox
    now: Callable[[], datetime]

    async def set(self, person: str, event: str | None, why: HeldFor, actor: Actor) -> str:
        """Hold a person, or one event of it. Returns the hold's id. Raises Problem 404 or 410."""
        only_officers(actor)

        async def work() -> str:
            world = World()
            await self.store.load_people(world, {person})
            state = living(world, person)
            if event is not None and event not in {line.key for line in state.parsed()}:
                raise Problem(404, "unknown_event", id="Kejadian tidak dikenal.", en="Unknown event.")
            draft = self._decider(actor).legal_hold("held", sorted(state.nodes), event, why.said())
            if await self._row(draft.key) is not None:
                return draft.key
            held = {"nodes": sorted(state.nodes), "event": event, "person": state.id}
            row = {"_id": draft.key, "on": True, "at": draft.header.at, **held}
            await self._keep(draft, [InsertOne(row)], legal_hold_changed(row))
            return draft.key

        return await insist(work)

    async def lift(self, hold: str, why: HeldFor, actor: Actor) -> None:
        """End a hold. Raises Problem 404, or 409 where it ended before."""
        only_officers(actor)

        async def work() -> None:
            row = await self._row(hold)
            if row is None or "on" not in row:
                raise Problem(404, "unknown_hold", id="Penahanan tidak dikenal.", en="Unknown hold.")
            if not row["on"]:
                raise Problem(409, "lifted", id="Penahanan sudah dicabut.", en="This hold was lifted already.")
            draft = self._decider(actor).legal_hold("lifted", row["nodes"], row["event"], {**why.said(), "hold": hold})
            told = legal_hold_changed({**row, "on": False})
            await self._keep(draft, [UpdateOne({"_id": hold, "on": True}, {"$set": {"on": False}})], told)

        await insist(work)

    async def all(self) -> list[dict[str, Any]]:
        """Every hold there was: opaque ids. Who asked for it, and why, is in the log's entry of that id."""
        with outages():
            rows = await self.store.shelf.database.legal_holds.find({"on": {"$in": [True, False]}}).to_list(None)
        return [{"id": row["_id"], "on": row["on"], "event": row["event"], "at": row["at"]} for row in rows]

    async def _row(self, hold: str) -> Document | None:
        with outages():
            return await self.store.shelf.database.legal_holds.find_one({"_id": hold})

    def _decider(self, actor: Actor) -> Decider:
        return Decider(self.hasher, actor, self.now())

    async def _keep(self, draft: Draft, writes: list[Any], told: Iterable[LegalHoldChanged]) -> None:
        world = World(stored={draft.key: draft})
        world.heads[draft.key] = Head(draft.header, draft.content, draft.outcome, ())
        with outages():
            moved = await fence(self.store.shelf.database)
        also = Also(checked={"legal_holds": [moved, *writes]}, free={}, keys={})
        await self.store.save(world, self.now(), list(map(message_letter, told)), also)
        self.outbox.wake()


def only_officers(actor: Actor) -> None:
    """Raises Problem 403 for anybody else than the data-protection officer."""
    if actor.role != OFFICER:
        raise Problem(403, "not_allowed", id="Hanya pejabat pelindungan data.", en="Data-protection officers only.")


def legal_hold_changed(row: Document) -> list[LegalHoldChanged]:
    """What is announced of a hold, also of one on an event; nothing of one that was set before this was told."""
    if "person" not in row:
        return []
    return [LegalHoldChanged(hold=row["_id"], person=row["person"], on=row["on"])]
