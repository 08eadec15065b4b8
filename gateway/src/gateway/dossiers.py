"""Persons: read only for a purpose that holds, and every read, given or refused, is on record first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.errors import Problem
from gateway.audit import Audit, Read
from gateway.cases import Cases, leads_to
from gateway.desk import Desk
from gateway.peers import Call, Part, Peers
from gateway.policy import Action, require
from gateway.purpose import Kind, is_about, is_open
from gateway.visits import Visit

__all__ = ["Dossiers"]


@dataclass(frozen=True)
class Dossiers:
    """Reads of persons for a viewer."""

    peers: Peers
    audit: Audit
    desk: Desk
    cases: Cases
    now: Callable[[], datetime]

    async def read(self, visit: Visit, person: str, moment: Mapping[str, str] | None = None) -> dict[str, Any]:
        """The dossier with names, at this moment. Raises Problem 403 where the purpose does not lead to this person."""
        await self.permitted(visit, Action.READ_PERSON, person)
        call = Call(Part.REGISTRY, "GET", f"/persons/{person}", moment or {})
        dossier: dict[str, Any] = await self.peers.ask(call, visit)
        # A merged person is answered under the id that lives on: both are on record.
        ids = list(dict.fromkeys([person, str(dossier["id"])]))
        await self._record(visit, Action.READ_PERSON, ids)
        return dossier

    async def event(self, visit: Visit, person: str, key: str) -> dict[str, Any]:
        """An event of this person as it was received, with its block. A read of the person, like the dossier."""
        await self.permitted(visit, Action.READ_EVENT, person)
        event: dict[str, Any] = await self.peers.ask(
            Call(Part.REGISTRY, "GET", f"/persons/{person}/events/{key}"), visit
        )
        await self._record(visit, Action.READ_EVENT, [person])
        return event

    async def find(self, visit: Visit, document: Mapping[str, str]) -> dict[str, str | None]:
        """The opaque id of whoever holds this document, or none."""
        await self.permitted(visit, Action.FIND_PERSON, None)
        call = Call(Part.REGISTRY, "POST", "/persons/find", body={"document": dict(document)})
        answer = await self.peers.ask(call, visit)
        found: str | None = answer["id"]
        await self._record(visit, Action.FIND_PERSON, [found] if found else [])
        return {"id": found}

    async def search(self, visit: Visit, text: str, limit: int) -> dict[str, Any]:
        """Whoever fits a line of text best, with the reasons. One row lists all who were found."""
        await self.permitted(visit, Action.SEARCH_PERSONS, None)
        call = Call(Part.REGISTRY, "POST", "/persons/search", body={"text": text, "limit": limit})
        found: dict[str, Any] = await self.peers.ask(call, visit)
        await self._record(visit, Action.SEARCH_PERSONS, [item["person"] for item in found["items"]])
        return found

    async def permitted(self, visit: Visit, action: Action, person: str | None) -> None:
        """Nothing where the purpose leads to this person (none: to a search). Raises Problem 403, on record."""
        try:
            require(visit.role, action, visit.purpose.kind)
            if not await self._leads_to(visit, person):
                raise Problem(
                    403,
                    "purpose_does_not_hold",
                    id="Tujuan ini tidak menyangkut orang tersebut, atau sudah selesai.",
                    en="This purpose is not about that person, or is over.",
                )
        except Problem as problem:
            if problem.status == 403:
                await self._record(visit, action, [person] if person else [], problem.code)
            raise

    async def _leads_to(self, visit: Visit, person: str | None) -> bool:
        purpose = visit.purpose
        try:
            if purpose.kind is Kind.ALERT:
                alert = await self.desk.plain(visit, purpose.reference)
                return is_about(alert, person) if person is not None else is_open(alert)
            if purpose.kind is Kind.CASE:
                return leads_to(await self.cases.plain(visit, purpose.reference), person)
            if purpose.kind is Kind.MATTER:
                call = Call(Part.PROTECTION, "GET", f"/tasks/{purpose.reference}")
                matter = await self.peers.ask(call, visit)
                return matter.get("state") != "released" and person in (matter.get("people") or ())
            if purpose.kind is Kind.REVIEW:
                pair = await self.peers.ask(Call(Part.REGISTRY, "GET", f"/reviews/{purpose.reference}"), visit)
                return bool(pair["open"] and person in pair["people"])
        except Problem as problem:
            if problem.status == 404:
                return False
            raise
        return purpose.kind is Kind.ORDER

    async def _record(self, visit: Visit, action: Action, ids: list[str], refused: str = "") -> None:
        outcome = f"refused:{refused}" if refused else "given"
        read = Read(visit, action, ids, outcome, protection=visit.purpose.kind is Kind.MATTER)
        await self.audit.record(read, self.now())
