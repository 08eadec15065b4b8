"""A person asks that what is held of them be corrected: a ticket with a deadline, which the data-protection
officer answers.

What is wrong is said in words, which rest sealed, and by the events that the person contests: those wait, by the same
step as any contested event, until a supervisor decided them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pymongo import ASCENDING

from chassis.drawers import Drawers
from chassis.errors import Problem
from chassis.mongo import Database, Document, outages
from chassis.yaml_text import read_yaml
from gateway.audit import Audit, Read
from gateway.dossiers import Dossiers
from gateway.identities import Identities
from gateway.policy import Action, may_ever, require
from gateway.visits import Visit

__all__ = ["OUTCOMES", "Asked", "Corrections", "Outcome", "Rights", "rights"]

Outcome = Literal["corrected", "partly", "refused"]
OUTCOMES: tuple[Outcome, ...] = ("corrected", "partly", "refused")
KEYS = "corrections"


class Rights(BaseModel):
    """How long an answer may take. Dated, to be signed by the office."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    as_of: date
    source: str
    signed_off_by: str | None
    correction_hours: int = Field(gt=0)


@cache
def rights() -> Rights:
    """Those shipped with this version."""
    return Rights.model_validate(read_yaml((files("gateway") / "rights.yaml").read_text(encoding="utf-8")))


@dataclass(frozen=True)
class Asked:
    """What a person asks for: in words, by the events it is about, and when they asked (none: now)."""

    person: str
    reason: str
    events: Sequence[str] = ()
    received_at: datetime | None = None


@dataclass(frozen=True)
class Corrections:
    """Tickets at rest. Each step is on record before it is done. All raise Problem 403."""

    database: Database
    drawers: Drawers
    dossiers: Dossiers
    identities: Identities
    audit: Audit

    @property
    def now(self) -> Callable[[], datetime]:
        return self.dossiers.area.now

    async def ask(self, visit: Visit, asked: Asked) -> dict[str, Any]:
        """Open a ticket. An officer's purpose has to lead to the person, and the events are contested at once.

        Raises Problem 422 for a moment that is still to come.
        """
        at = self.now()
        received = asked.received_at or at
        if received > at:
            raise Problem(422, "not_yet", id="Waktu permintaan belum tiba.", en="That moment is still to come.")
        await self._permitted(visit, asked.person)
        id = visit.new_id()
        await self._record(visit, Action.ASK_CORRECTION, [id, asked.person])
        if may_ever(visit.role, Action.CONTEST_EVENT):
            for key in asked.events:
                event = (asked.person, key, "contest")
                await self.identities.decide(visit, Action.CONTEST_EVENT, event, asked.reason)
        row: Document = {
            **{"person": asked.person, "events": list(asked.events), "state": "open", "decision": None},
            **{"asked_by": visit.viewer.account, "agency": visit.viewer.agency, "at": at, "received_at": received},
            "due_at": received + timedelta(hours=rights().correction_hours),
            "reason": await self.drawers.shut_text(KEYS, id, asked.reason),
        }
        with outages():
            await self.database.corrections.update_one({"_id": id}, {"$setOnInsert": row}, upsert=True)
        return await self._one(id)

    async def page(self, visit: Visit, state: str | None) -> list[dict[str, Any]]:
        """The tickets, what is due first in front: all for the data-protection officer, else the own agency's."""
        require(visit.role, Action.READ_CORRECTIONS, visit.purpose.kind)
        wanted: Document = {"state": state} if state else {}
        if not may_ever(visit.role, Action.DECIDE_CORRECTION):
            wanted["agency"] = visit.viewer.agency
        with outages():
            rows = await self.database.corrections.find(wanted).sort("due_at", ASCENDING).to_list(None)
        await self._record(visit, Action.READ_CORRECTIONS, list(dict.fromkeys(row["person"] for row in rows)))
        return sorted(await self._told(rows), key=lambda row: row["state"] != "open")

    async def decide(self, visit: Visit, ticket: str, outcome: Outcome, reason: str) -> dict[str, Any]:
        """Answer it, once. Raises Problem 404, or 409 where it was answered before."""
        require(visit.role, Action.DECIDE_CORRECTION, visit.purpose.kind)
        person = (await self._one(ticket))["person"]
        await self._record(visit, Action.DECIDE_CORRECTION, [ticket, person])
        at = self.now()
        said = {"by": visit.viewer.account, "at": at, "reason": await self.drawers.shut_text(KEYS, ticket, reason)}
        with outages():
            # From `until` on its words wait for their erasure.
            done = await self.database.corrections.update_one(
                {"_id": ticket, "state": "open"}, {"$set": {"state": outcome, "decision": said, "until": at}}
            )
        if done.matched_count == 0:
            raise Problem(409, "already_answered", id="Sudah dijawab.", en="It has been answered already.")
        return await self._one(ticket)

    async def _permitted(self, visit: Visit, person: str) -> None:
        if may_ever(visit.role, Action.DECIDE_CORRECTION):
            require(visit.role, Action.ASK_CORRECTION, visit.purpose.kind)
        else:
            await self.dossiers.reached(visit, Action.ASK_CORRECTION, person)

    async def _one(self, ticket: str) -> dict[str, Any]:
        with outages():
            row = await self.database.corrections.find_one({"_id": ticket})
        if row is None:
            raise Problem(404, "unknown_ticket", id="Permintaan tidak dikenal.", en="There is no such request.")
        return (await self._told([row]))[0]

    async def _told(self, rows: Sequence[Document]) -> list[dict[str, Any]]:
        said = [
            (row["_id"], text) for row in rows for text in (row["reason"], (row["decision"] or {}).get("reason", ""))
        ]
        words = iter(await self.drawers.texts(KEYS, said))
        return [_shown(row, next(words), next(words), self.now()) for row in rows]

    async def _record(self, visit: Visit, action: Action, ids: Sequence[str]) -> None:
        await self.audit.record(Read(visit, action, ids), self.now())


def _shown(row: Document, asked: str, answered: str, now: datetime) -> dict[str, Any]:
    decision: Mapping[str, Any] | None = row["decision"]
    ended = decision["at"] if decision else now
    told = {name: row[name] for name in ("person", "events", "asked_by", "agency", "state")}
    times = {name: row[name].isoformat() for name in ("at", "received_at", "due_at")}
    answer = decision and {**decision, "at": decision["at"].isoformat(), "reason": answered}
    return {"id": row["_id"], **told, **times, "reason": asked, "decision": answer, "overdue": ended > row["due_at"]}
