"""/v1: breaking the glass, a second person's consent, and exports."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from gateway.answers import Items
from gateway.consents import Consents, Wish
from gateway.door import Door
from gateway.edge import Opaque, Reason, visits
from gateway.emergencies import LONGEST, Emergencies
from gateway.exports import ALERTS, Exports
from gateway.lists import Listing, listed
from gateway.shapes import CONSENTS, EMERGENCIES
from gateway.visits import Visit

__all__ = ["consent_routes", "emergency_routes"]


class Emergency(Reason):
    """Whose dossier, why it cannot wait, and for how long."""

    person: str = Field(pattern=r"^[0-9A-Za-z_-]{1,80}$", description="Opaque id")
    reason: str = Field(min_length=10, max_length=1000, description="What would happen if one waited")
    minutes: int = Field(60, ge=5, le=LONGEST)


class Review(Reason):
    """What whoever watches over data protection says of it."""

    justified: bool


class Export(Reason):
    """What is to leave the system, and by which order."""

    order_no: str = Field(min_length=3, max_length=80, pattern=r"^[0-9A-Za-z][0-9A-Za-z./ -]{2,79}$")


class Answer(BaseModel):
    """What the second person says."""

    allowed: bool


class _Answer(BaseModel):
    model_config = ConfigDict(extra="allow")


class EmergencyView(_Answer):
    """One emergency. Name it as purpose: `emergency:<id>`."""

    id: str
    person: str | None = Field(description="None for those who watch over the readers")
    account: str
    agency: str
    reason: str
    at: str
    until: str
    review: dict[str, Any] | None = Field(None, description="by, at, justified, reason")


class ConsentView(_Answer):
    """One wish, and what became of it."""

    id: str
    what: str = Field(description="reveal, export, everything or account")
    about: str = Field(
        description="The task of the protection desk, the person, the account, or what is to be exported"
    )
    reason: str
    order_no: str | None
    asked_by: str
    state: str = Field(description="asked, allowed, refused or used")
    answered_by: str | None
    at: str
    until: str = Field(description="Until then it can be answered, and what was allowed be done")


def emergency_routes(emergencies: Emergencies, door: Door) -> APIRouter:
    """Emergencies: on record, flagged to those who watch over the readers, and looked at afterwards."""
    router = APIRouter(prefix="/v1/emergencies", tags=["guards"])

    @router.post("", response_model=EmergencyView, status_code=201)
    async def begin(visit: Annotated[Visit, Depends(visits(door))], wish: Emergency) -> dict[str, Any]:
        """Open one dossier at once, to yourself alone, whatever your area and remit. You will be asked why."""
        return await emergencies.begin(visit, wish.person, wish.reason, wish.minutes)

    @router.get("", response_model=Items)
    async def page(
        visit: Annotated[Visit, Depends(visits(door))], page: Annotated[Listing, listed(EMERGENCIES)]
    ) -> Any:
        """Your own; for whoever watches over data protection everybody's, without whom they were about."""
        found = await emergencies.page(visit, page.asked)
        return page.told(found.items, found.next)

    @router.post("/{emergency}/review", response_model=EmergencyView)
    async def review(visit: Annotated[Visit, Depends(visits(door))], emergency: Opaque, said: Review) -> dict[str, Any]:
        """Say, once, whether it was justified (the data-protection officer)."""
        return await emergencies.review(visit, emergency, said.justified, said.reason)

    return router


def consent_routes(consents: Consents, exports: Exports, door: Door) -> APIRouter:
    """What takes two people."""
    router = APIRouter(prefix="/v1", tags=["guards"])

    @router.post("/protection/tasks/{task}/reveal", response_model=ConsentView, status_code=201)
    async def reveal(visit: Annotated[Visit, Depends(visits(door))], task: Opaque, why: Reason) -> dict[str, Any]:
        """Ask a second officer of the desk to agree that the persons of this task are shown to the desk for a day."""
        return await consents.ask(visit, Wish("reveal", task, why.reason))

    @router.post("/exports", response_model=ConsentView, status_code=201)
    async def export(visit: Annotated[Visit, Depends(visits(door))], wish: Export) -> dict[str, Any]:
        """Ask for an export of the own agency's open alerts with names, by an order: a second person has to agree."""
        return await consents.ask(visit, Wish("export", ALERTS, wish.reason, wish.order_no))

    @router.get("/exports/{consent}", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
    async def take(visit: Annotated[Visit, Depends(visits(door))], consent: Opaque) -> Response:
        """The export, once, to whoever asked for it. Everybody in it is on record."""
        headers = {"content-disposition": 'attachment; filename="tapal-peringatan.csv"'}
        return Response(await exports.take(visit, consent), media_type="text/csv; charset=utf-8", headers=headers)

    @router.get("/consents", response_model=Items)
    async def page(visit: Annotated[Visit, Depends(visits(door))], page: Annotated[Listing, listed(CONSENTS)]) -> Any:
        """What you asked for, and what you may answer."""
        found = await consents.page(visit, page.asked)
        return page.told(found.items, found.next)

    @router.post("/consents/{consent}/answer", response_model=ConsentView)
    async def answer(visit: Annotated[Visit, Depends(visits(door))], consent: Opaque, said: Answer) -> dict[str, Any]:
        """Allow or refuse what somebody else asked for."""
        return await consents.answer(visit, consent, said.allowed)

    return router
