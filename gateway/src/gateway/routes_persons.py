"""/v1: persons, parties, and the protection desk."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field

from gateway.answers import Found, Hits, Items, MatterPage, MatterView, PartyView
from gateway.door import Door
from gateway.dossiers import Dossiers
from gateway.edge import IfMatch, Opaque, Reason, moment, tag, visits
from gateway.lists import Listing, listed
from gateway.matters import Matters
from gateway.parties import Parties
from gateway.shapes import HITS, STAYS, TASKS
from gateway.visits import Visit

__all__ = ["Looked", "matter_routes", "party_routes", "routes"]


class DocumentWanted(BaseModel):
    """A document, in the body so that its number stands in no address and no log."""

    kind: Literal["passport", "plb", "travel_letter", "unhcr", "other"] = "passport"
    number: str = Field(min_length=1, max_length=60)
    issuer: str = Field(min_length=1, max_length=3, description="ISO 3166-1 alpha-3 or ICAO code")


class Looked(BaseModel):
    """A line of text, in the body for the same reason."""

    text: str = Field(
        min_length=2, max_length=200, description="Names, numbers, days, places, in any order and spelling"
    )
    limit: int | None = Field(None, ge=1, le=50, description="As the `limit` of the address, and goes before it")


class Finding(BaseModel):
    """Whom to look for."""

    document: DocumentWanted


def routes(dossiers: Dossiers, door: Door) -> APIRouter:
    """Persons. Every read is on record before it is answered, refused reads too."""
    router = APIRouter(prefix="/v1/persons", tags=["persons"])

    @router.post("/find", response_model=Found)
    async def find(visit: Annotated[Visit, Depends(visits(door))], finding: Finding) -> dict[str, str | None]:
        """Who holds this document, if they are of the agency's area. Needs an order."""
        return await dossiers.find(visit, finding.document.model_dump())

    @router.post("/search", response_model=Hits)
    async def search(
        visit: Annotated[Visit, Depends(visits(door))], page: Annotated[Listing, listed(HITS)], looked: Looked
    ) -> Any:
        """Whoever fits a line of text best, each with the reasons. Needs an order, or an open alert.

        The fifty best at the most. Each page is a search of its own, and on record with everybody on it.
        """
        listing = page if looked.limit is None else page.of_rows(looked.limit)
        found, more = await dossiers.search(visit, looked.text, listing)
        return listing.told(found.items, found.next, **more)

    @router.get("/{person}")
    async def read(
        visit: Annotated[Visit, Depends(visits(door))], person: Opaque, at: Annotated[dict[str, str], Depends(moment)]
    ) -> dict[str, Any]:
        """The dossier with names: documents, stays, permits, lodging, contradictions, and the events each rests on.

        Needs an order, or an open alert about this person; a protection officer names a matter about this person.
        """
        return await dossiers.read(visit, person, at)

    @router.get("/{person}/stays", response_model=Items)
    async def stays(
        visit: Annotated[Visit, Depends(visits(door))],
        page: Annotated[Listing, listed(STAYS)],
        person: Opaque,
        at: Annotated[dict[str, str], Depends(moment)],
    ) -> Any:
        """The person's stays alone, oldest first: a read of the dossier like any other."""
        return page.of((await dossiers.read(visit, person, at))["snapshot"]["stays"])

    @router.get("/{person}/events/{key}")
    async def event(visit: Annotated[Visit, Depends(visits(door))], person: Opaque, key: Opaque) -> dict[str, Any]:
        """One event as evidence: who sent it and when it came, as it was received, and its block in the sender's chain.

        Shows of its persons this one alone. Needs a purpose as the dossier does, and is on record.
        """
        return await dossiers.event(visit, person, key)

    return router


def party_routes(parties: Parties, door: Door) -> APIRouter:
    """Guarantors, employers, lodgings and hosts."""
    router = APIRouter(prefix="/v1/parties", tags=["parties"])

    @router.get("/{party}", response_model=PartyView)
    async def read(visit: Annotated[Visit, Depends(visits(door))], party: Opaque) -> dict[str, Any]:
        """A party with its names and numbers, and every event that names it, the newest first.

        Needs an order, or an open alert about this party or about a person whom it was named with: such an alert shows
        that person alone, and of the others how many there are. On record with everybody who is shown.
        """
        return await parties.read(visit, party)

    return router


def matter_routes(matters: Matters, door: Door) -> APIRouter:
    """The protection desk."""
    router = APIRouter(prefix="/v1/protection/tasks", tags=["protection"])

    @router.get("", response_model=MatterPage)
    async def page(
        visit: Annotated[Visit, Depends(visits(door))],
        page: Annotated[Listing, listed(TASKS)],
        state: Literal["open", "released", "all"] = "open",
    ) -> Any:
        """Calls, screenings and signs, the most urgent first (named members of the protection desk only)."""
        found = await matters.page(visit, state, page)
        return page.told(found.items, found.next)

    @router.get("/{task}", response_model=MatterView)
    async def read(visit: Annotated[Visit, Depends(visits(door))], task: Opaque, response: Response) -> dict[str, Any]:
        """One task with what was reported. Needs the purpose `matter:<task>`. ETag is the revision for If-Match."""
        found = await matters.read(visit, task)
        tag(response, found)
        return found

    @router.post("/{task}/take", response_model=MatterView)
    async def take(
        visit: Annotated[Visit, Depends(visits(door))], task: Opaque, if_match: IfMatch = ""
    ) -> dict[str, Any]:
        """Say that one looks at it now: the deputy is not asked any more."""
        return await matters.take(visit, task, if_match)

    @router.post("/{task}/release", response_model=MatterView)
    async def release(
        visit: Annotated[Visit, Depends(visits(door))], task: Opaque, body: Reason, if_match: IfMatch = ""
    ) -> dict[str, Any]:
        """Release what the matter holds, with a reason."""
        return await matters.release(visit, task, body.reason, if_match)

    return router
