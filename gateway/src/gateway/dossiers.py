"""Persons: read only for a purpose that holds, and every read, given or refused, is on record first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from chassis.errors import Problem
from chassis.listing import Page
from gateway.area import Area
from gateway.lists import Listing
from gateway.peers import Call, Part
from gateway.policy import Action, require
from gateway.purpose import Kind
from gateway.reasons import Reasons
from gateway.remit import is_seen, lies_in, shown
from gateway.visits import Visit
from gateway.watch import OWN_NAME, is_same_name

__all__ = ["Dossiers"]


@dataclass(frozen=True)
class Dossiers:
    """Reads of persons for a viewer: of each, what the viewer's agency sees."""

    area: Area
    reasons: Reasons

    async def read(self, visit: Visit, person: str, moment: Mapping[str, str] | None = None) -> dict[str, Any]:
        """The dossier with names, at this moment, as far as it is of the viewer's remit.

        Raises Problem 403 where the purpose does not lead to this person, or the person is of another area.
        """
        await self.permitted(visit, Action.READ_PERSON, person)
        dossier = await self.area.dossier(visit, Action.READ_PERSON, person, moment)
        # A merged person is answered under the id that lives on: both are on record.
        ids = list(dict.fromkeys([person, str(dossier["id"])]))
        mark = _mark(visit, [stated["value"] for stated in dossier["names"]])
        await self.area.record(visit, Action.READ_PERSON, ids, mark=mark)
        whole = visit.purpose.kind is Kind.EMERGENCY
        return {**dossier, "not_shown": []} if whole else shown(dossier, self.area.agency(visit))

    async def event(self, visit: Visit, person: str, key: str) -> dict[str, Any]:
        """An event of this person as it was received, with its block. A read of the person, like the dossier."""
        event = await self.seen(visit, Action.READ_EVENT, person, key)
        await self.area.record(visit, Action.READ_EVENT, [person])
        return event

    async def seen(self, visit: Visit, action: Action, person: str, key: str) -> dict[str, Any]:
        """The same, before anything says that it was given. Raises Problem 403, on record."""
        await self.reached(visit, action, person)
        call = Call(Part.REGISTRY, "GET", f"/persons/{person}/events/{key}")
        event: dict[str, Any] = await self.area.peers.ask(call, visit)
        if visit.purpose.kind is not Kind.EMERGENCY and not is_seen(event, self.area.agency(visit)):
            problem = Problem(
                403,
                "not_in_remit",
                id="Peristiwa ini di luar lingkup tugas instansi Anda.",
                en="This event is outside of your agency's remit.",
            )
            await self.area.record(visit, action, [person], problem.code)
            raise problem
        return event

    async def find(self, visit: Visit, document: Mapping[str, str]) -> dict[str, str | None]:
        """The opaque id of whoever holds this document, or none: of another area there is nobody, on record."""
        await self.permitted(visit, Action.FIND_PERSON, None)
        call = Call(Part.REGISTRY, "POST", "/persons/find", body={"document": dict(document)})
        answer = await self.area.peers.ask(call, visit)
        found: str | None = answer["id"]
        if found and not await self._is_here(visit, found):
            return {"id": None}
        await self.area.record(visit, Action.FIND_PERSON, [found] if found else [])
        return {"id": found}

    async def _is_here(self, visit: Visit, person: str) -> bool:
        try:
            await self.area.require(visit, Action.FIND_PERSON, person)
        except Problem as problem:
            if problem.code != "outside_area":
                raise
            return False
        return True

    async def search(self, visit: Visit, text: str, listing: Listing) -> tuple[Page[Mapping[str, Any]], dict[str, Any]]:
        """Whoever fits a line of text best, with the reasons, and what is said of all. One row lists the page."""
        await self.permitted(visit, Action.SEARCH_PERSONS, None)
        call = Call(Part.REGISTRY, "POST", "/persons/search", body={"text": text, "limit": listing.shape.most})
        found: dict[str, Any] = await self.area.peers.ask(call, visit)
        agency = self.area.agency(visit)
        items = found.pop("items")
        # Who is of another area is in no position either: they are left out before the page is cut.
        here = [item for item in items if lies_in(set(item["places"]), agency)]
        page = listing.cut(here)
        mark = _mark(visit, [text, *(name for item in page.items for name in item["names"])])
        await self.area.record(visit, Action.SEARCH_PERSONS, [item["person"] for item in page.items], mark=mark)
        return page, {**found, "outside": len(items) - len(here)}

    async def reached(self, visit: Visit, action: Action, *people: str) -> None:
        """Nothing where the purpose leads to each of these persons, and the viewer's area does where it has to."""
        for person in people:
            await self.permitted(visit, action, person)
        await self.area.require(visit, action, *people)

    async def permitted(self, visit: Visit, action: Action, person: str | None) -> None:
        """Nothing where the purpose leads to this person (none: to a search). Raises Problem 403, on record."""
        try:
            require(visit.role, action, visit.purpose.kind)
            await self.reasons.require(visit, person)
            # Whoever has no remit is refused here, on record, and not once a row says that it was given.
            self.area.agency(visit)
        except Problem as problem:
            if problem.status == 403:
                await self.area.record(visit, action, [person] if person else [], problem.code)
            raise


def _mark(visit: Visit, names: Iterable[str]) -> str:
    return OWN_NAME if any(is_same_name(visit.viewer.name, name) for name in names) else ""
