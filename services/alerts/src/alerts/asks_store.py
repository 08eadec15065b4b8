"""Questions before administrative actions at rest, and what is known of the person at the moment of the answer."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING

from alerts.asks import Action, Answer, Ask, answered, state_of
from alerts.store import Store
from alerts.subjects import key_of
from chassis.errors import Problem
from chassis.mongo import Database, Document, outages
from chassis.statement import Actor

__all__ = ["Asks"]

MOST = 20
RECENT = timedelta(days=7)


@dataclass(frozen=True)
class Asks:
    """Asks and answers. `delay` and `valid` hold for everyone alike."""

    database: Database
    store: Store
    delay: timedelta
    valid: timedelta
    now: Callable[[], datetime]

    async def prepare(self) -> None:
        """Make the indexes: what was asked of a person, and lately by an agency."""
        with outages():
            await self.database.asks.create_index([("person", ASCENDING)])
            await self.database.asks.create_index([("agency", ASCENDING), ("asked_at", ASCENDING)])

    async def ask(self, ask: Ask) -> Ask:
        """Put the question on record. Whom it is about is not looked at yet: no answer comes sooner than another."""
        row = asdict(ask)
        row["_id"] = row.pop("id")
        with outages():
            await self.database.asks.insert_one(row)
        return ask

    async def read(self, id: str, actor: Actor) -> Ask:
        """The question, answered where its time has come. Raises Problem 404 for another agency's."""
        with outages():
            row = await self.database.asks.find_one({"_id": id})
        if row is None or row["agency"] != actor.agency:
            raise Problem(404, "unknown_ask", id="Pertanyaan tidak dikenal.", en="Unknown question.")
        return await self._answered(_ask(row), actor)

    async def about(self, person: str, actor: Actor) -> list[Ask]:
        """What the agency asked of this person, the newest first, answered where the time has come.

        With what it asked lately of whoever was merged into this person since.
        """
        lately = {"agency": actor.agency, "asked_at": {"$gte": self.now() - RECENT}}
        with outages():
            rows = await self.database.asks.find({"person": person}).to_list(None)
            others = await self.database.asks.find(lately).to_list(None)
        rows += [row for row in others if row["person"] != person and await self._became(row["person"], person)]
        mine = sorted((_ask(row) for row in rows if row["agency"] == actor.agency), key=_newest, reverse=True)
        return [await self._answered(ask, actor) for ask in mine[:MOST]]

    async def _became(self, person: str, heir: str) -> bool:
        state = await self.store.subject(key_of("person", person))
        while state is not None and state.merged_into and state.merged_into != heir:
            state = await self.store.subject(key_of("person", state.merged_into))
        return state is not None and state.merged_into == heir

    async def may_proceed(self, person: str, action: Action, actor: Actor) -> bool:
        """Whether the agency was told to proceed with this action against this person, and that still stands.

        The newest answer counts: one `wait` takes back every `proceed` before it, also where it was said of somebody
        who was merged into this person since. A `proceed` holds for the one it was said of.
        """
        found = (ask for ask in await self.about(person, actor) if ask.action == action and ask.answer is not None)
        newest = next(found, None)
        return newest is not None and newest.person == person and state_of(newest, self.now()) == "proceed"

    async def _answered(self, ask: Ask, actor: Actor) -> Ask:
        now = self.now()
        if ask.answer is not None or now < ask.answer_at:
            return ask
        given = answered(ask, await self._answer(ask.person), actor.name, now, self.valid)
        names = ("answer", "given_to", "given_at", "valid_until")
        with outages():
            # Of two who look at once the first fixes the answer for both.
            unanswered = {"_id": ask.id, "answer": None}
            await self.database.asks.update_one(unanswered, {"$set": {name: getattr(given, name) for name in names}})
            row = await self.database.asks.find_one({"_id": ask.id})
        return _ask(row) if row else given

    async def _answer(self, person: str) -> Answer:
        """`wait` for whoever is on hold, whatever the cause, and for whom nobody knows."""
        state = await self.store.subject(key_of("person", person))
        while state is not None and state.merged_into:
            if state.on_hold:
                return "wait"
            state = await self.store.subject(key_of("person", state.merged_into))
        known = state is not None and state.body is not None
        return "proceed" if known and state is not None and not state.on_hold else "wait"


def _newest(ask: Ask) -> tuple[datetime, str]:
    return ask.asked_at, ask.id


def _ask(row: Document) -> Ask:
    fields: dict[str, Any] = {"id": row["_id"], **{name: value for name, value in row.items() if name != "_id"}}
    return Ask(**fields)
