"""/v1/data-protection: legal holds, proofs of erasure, everything held about one person."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from gateway.answers import Items
from gateway.consents import Consents, Wish
from gateway.data_protection import DataProtection, Order
from gateway.door import Door
from gateway.edge import Opaque, visits
from gateway.lists import Listing, listed
from gateway.routes_guards import ConsentView, Export
from gateway.shapes import ERASURES, HOLDS, UPCOMING
from gateway.visits import Visit

__all__ = ["routes"]

OPAQUE = r"^[0-9A-Za-z_-]{1,80}$"


class Ordered(Export):
    """The order that asks for it, and why."""

    def order(self) -> Order:
        return Order(self.order_no, self.reason)


class Hold(Ordered):
    """A hold on a person, or on one event of it."""

    event: str | None = Field(None, pattern=OPAQUE, description="Key of the event; without it, all of the person")


class HoldId(BaseModel):
    """Which hold."""

    id: str


class Everything(BaseModel):
    """All that registry, alerts and cases hold. What the protection desk holds is not in it.

    Cases may be about others too: look through them before they are given away.
    """

    model_config = ConfigDict(extra="allow")

    dossier: dict[str, Any]
    events: list[dict[str, Any]] = Field(description="Each as it was received, with its block")
    ids: list[str] = Field(description="Every id this person had")
    erased: list[dict[str, Any]] = Field(description="Proofs of what is gone")
    alerts: list[dict[str, Any]] = Field(description="In full, decisions and their reasons included")
    cases: list[dict[str, Any]] = Field(description="In full: notes, assessments, attachments, tasks, history")
    told: list[str] = Field(description="Parts that hold opaque ids and facts of everybody")


def routes(work: DataProtection, consents: Consents, door: Door) -> APIRouter:
    """For the data-protection officer alone."""
    router = APIRouter(prefix="/v1/data-protection", tags=["data protection"])
    _holds(router, work, door)
    _erasures(router, work, door)

    @router.post("/persons/{person}/everything", response_model=ConsentView, status_code=201)
    async def ask(visit: Annotated[Visit, Depends(visits(door))], person: Opaque, wish: Ordered) -> dict[str, Any]:
        """Ask for everything about one person, by an order: another such officer or the inspector has to agree."""
        return await consents.ask(visit, Wish("everything", person, wish.reason, wish.order_no))

    @router.get("/everything/{consent}", response_model=Everything)
    async def take(visit: Annotated[Visit, Depends(visits(door))], consent: Opaque) -> Any:
        """Everything, once, to whoever asked for it, within 24 hours."""
        return await work.everything(visit, consent)

    return router


def _holds(router: APIRouter, work: DataProtection, door: Door) -> None:
    @router.get("/holds", response_model=Items)
    async def holds(visit: Annotated[Visit, Depends(visits(door))], page: Annotated[Listing, listed(HOLDS)]) -> Any:
        """Every legal hold there was, and whether it is on."""
        return page.of(await work.holds(visit))

    @router.post("/persons/{person}/holds", response_model=HoldId, status_code=201)
    async def hold(visit: Annotated[Visit, Depends(visits(door))], person: Opaque, wish: Hold) -> Any:
        """Keep a person, or one event of it, from being erased. An entry of the log, sealed like every other."""
        return await work.hold(visit, person, wish.event, wish.order())

    @router.post("/holds/{hold}/lift", response_model=HoldId)
    async def lift(visit: Annotated[Visit, Depends(visits(door))], hold: Opaque, wish: Ordered) -> Any:
        """End a hold: retention goes on as if it had never been."""
        return await work.lift(visit, hold, wish.order())


def _erasures(router: APIRouter, work: DataProtection, door: Door) -> None:
    @router.get("/erasures", response_model=Items)
    async def erasures(
        visit: Annotated[Visit, Depends(visits(door))],
        page: Annotated[Listing, listed(ERASURES)],
        person: Annotated[str | None, Query(pattern=OPAQUE)] = None,
    ) -> Any:
        """Proofs of what was erased, the latest first: by which rule, when, how much; no name."""
        return page.of(await work.erasures(visit, person))

    @router.get("/erasures/upcoming", response_model=Items)
    async def upcoming(
        visit: Annotated[Visit, Depends(visits(door))], page: Annotated[Listing, listed(UPCOMING)]
    ) -> Any:
        """Who is to be erased within three months though no exit is known: the office may still find out."""
        return page.of(await work.upcoming(visit))
