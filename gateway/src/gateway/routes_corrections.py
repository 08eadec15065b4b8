"""/v1/data-protection: corrections that persons ask for."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from chassis.calendar import Instant
from gateway.answers import Items
from gateway.corrections import Asked, Corrections, Outcome
from gateway.door import Door
from gateway.edge import Opaque, Reason, visits
from gateway.lists import Listing, listed
from gateway.shapes import CORRECTIONS
from gateway.visits import Visit

__all__ = ["routes"]

Key = Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,80}$")]
States = Literal["open", "corrected", "partly", "refused"]


class Correction(Reason):
    """What a person says is wrong, and what is right."""

    events: list[Key] = Field([], max_length=20, description="Keys of the events they contest, as the dossier has them")
    received_at: Instant | None = Field(None, description="When they asked; none: now. The answer is due from then")


class Decision(Reason):
    """What came of it, and why."""

    outcome: Outcome


class CorrectionView(BaseModel):
    """One request."""

    model_config = ConfigDict(extra="allow")

    id: str
    person: str
    reason: str = Field(description="What they say; empty once that was erased")
    events: list[str]
    asked_by: str
    agency: str
    received_at: str
    due_at: str
    state: States
    overdue: bool = Field(description="Not answered in time, or not yet and the time is over")
    decision: dict[str, Any] | None = Field(description="by, at, reason")


def routes(corrections: Corrections, door: Door) -> APIRouter:
    """Asked for by officers for the person before them, or by the data-protection officer, who answers."""
    router = APIRouter(prefix="/v1/data-protection", tags=["data protection"])

    @router.post("/persons/{person}/corrections", response_model=CorrectionView, status_code=201)
    async def ask(visit: Annotated[Visit, Depends(visits(door))], person: Opaque, wish: Correction) -> dict[str, Any]:
        """Take in what a person asks to be corrected. The events are contested by it: what rests on them waits."""
        return await corrections.ask(visit, Asked(person, wish.reason, wish.events, wish.received_at))

    @router.get("/corrections", response_model=Items)
    async def page(
        visit: Annotated[Visit, Depends(visits(door))],
        page: Annotated[Listing, listed(CORRECTIONS)],
        state: Annotated[States | None, Query()] = None,
    ) -> Any:
        """What was asked for, what is due first in front; `overdue` where the time is over."""
        return page.of(await corrections.page(visit, state))

    @router.post("/corrections/{ticket}/decide", response_model=CorrectionView)
    async def decide(visit: Annotated[Visit, Depends(visits(door))], ticket: Opaque, said: Decision) -> dict[str, Any]:
        """Answer it, once (the data-protection officer)."""
        return await corrections.decide(visit, ticket, said.outcome, said.reason)

    return router
