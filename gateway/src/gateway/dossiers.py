"""Persons: read only for a purpose that holds, and every read, given or refused, is on record first."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.errors import Problem
from chassis.listing import Page
from contracts.agencies import Agency
from gateway.audit import Audit, Read
from gateway.lists import Listing
from gateway.peers import Call, Part, Peers
from gateway.policy import Action, require
from gateway.purpose import Kind
from gateway.reasons import Reasons
from gateway.remit import concerns, is_seen, lies_in, remit_of, shown
from gateway.viewers import Role
from gateway.visits import Visit
from gateway.watch import OWN_NAME, is_same_name

__all__ = ["Dossiers"]

# What an agency is told of is within its area already; these say only that there is something to look for.
BY_AREA = frozenset({Kind.ORDER, Kind.REVIEW})


@dataclass(frozen=True)
class Dossiers:
    """Reads of persons for a viewer: of each, what the viewer's agency sees."""

    peers: Peers
    audit: Audit
    reasons: Reasons
    agencies: Mapping[str, Agency]
    now: Callable[[], datetime]

    async def read(self, visit: Visit, person: str, moment: Mapping[str, str] | None = None) -> dict[str, Any]:
        """The dossier with names, at this moment, as far as it is of the viewer's remit.

        Raises Problem 403 where the purpose does not lead to this person, or the person is of another area.
        """
        await self.permitted(visit, Action.READ_PERSON, person)
        dossier = await self._dossier(visit, Action.READ_PERSON, person, moment)
        # A merged person is answered under the id that lives on: both are on record.
        ids = list(dict.fromkeys([person, str(dossier["id"])]))
        await self._record(
            visit, Action.READ_PERSON, ids, mark=_mark(visit, [stated["value"] for stated in dossier["names"]])
        )
        whole = visit.purpose.kind is Kind.EMERGENCY
        return {**dossier, "not_shown": []} if whole else shown(dossier, self._agency(visit))

    async def event(self, visit: Visit, person: str, key: str) -> dict[str, Any]:
        """An event of this person as it was received, with its block. A read of the person, like the dossier."""
        await self.permitted(visit, Action.READ_EVENT, person)
        if visit.purpose.kind in BY_AREA:
            await self._dossier(visit, Action.READ_EVENT, person)
        call = Call(Part.REGISTRY, "GET", f"/persons/{person}/events/{key}")
        event: dict[str, Any] = await self.peers.ask(call, visit)
        if visit.purpose.kind is not Kind.EMERGENCY and not is_seen(event, self._agency(visit)):
            problem = Problem(
                403,
                "not_in_remit",
                id="Peristiwa ini di luar lingkup tugas instansi Anda.",
                en="This event is outside of your agency's remit.",
            )
            await self._record(visit, Action.READ_EVENT, [person], problem.code)
            raise problem
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

    async def search(self, visit: Visit, text: str, listing: Listing) -> tuple[Page[Mapping[str, Any]], dict[str, Any]]:
        """Whoever fits a line of text best, with the reasons, and what is said of all. One row lists the page."""
        await self.permitted(visit, Action.SEARCH_PERSONS, None)
        call = Call(Part.REGISTRY, "POST", "/persons/search", body={"text": text, "limit": listing.shape.most})
        found: dict[str, Any] = await self.peers.ask(call, visit)
        agency = self._agency(visit)
        items = found.pop("items")
        # Who is of another area is in no position either: they are left out before the page is cut.
        here = [item for item in items if lies_in(set(item["places"]), agency)]
        page = listing.cut(here)
        mark = _mark(visit, [text, *(name for item in page.items for name in item["names"])])
        await self._record(visit, Action.SEARCH_PERSONS, [item["person"] for item in page.items], mark=mark)
        return page, {**found, "outside": len(items) - len(here)}

    async def permitted(self, visit: Visit, action: Action, person: str | None) -> None:
        """Nothing where the purpose leads to this person (none: to a search). Raises Problem 403, on record."""
        try:
            require(visit.role, action, visit.purpose.kind)
            await self.reasons.require(visit, person)
            # Whoever has no remit is refused here, on record, and not once a row says that it was given.
            self._agency(visit)
        except Problem as problem:
            if problem.status == 403:
                await self._record(visit, action, [person] if person else [], problem.code)
            raise

    async def _dossier(
        self, visit: Visit, action: Action, person: str, moment: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        call = Call(Part.REGISTRY, "GET", f"/persons/{person}", moment or {})
        dossier: dict[str, Any] = await self.peers.ask(call, visit)
        if visit.purpose.kind in BY_AREA and not concerns(dossier, self._agency(visit)):
            await self._record(visit, action, [person], "outside_area")
            raise Problem(
                403,
                "outside_area",
                id="Orang ini tidak tercatat di wilayah instansi Anda.",
                en="This person is not known in your agency's area.",
            )
        return dossier

    def _agency(self, visit: Visit) -> Agency:
        return remit_of(self.agencies, visit.viewer.agency)

    async def _record(self, visit: Visit, action: Action, ids: list[str], refused: str = "", mark: str = "") -> None:
        outcome = f"refused:{refused}" if refused else "given"
        read = Read(visit, action, ids, outcome, visit.role is Role.PROTECTION_OFFICER, mark)
        await self.audit.record(read, self.now())


def _mark(visit: Visit, names: Iterable[str]) -> str:
    return OWN_NAME if any(is_same_name(visit.viewer.name, name) for name in names) else ""
