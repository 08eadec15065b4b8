"""/v1: what live mode demands, and what of it is missing."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from gateway.checklist import Checklist
from gateway.door import Door
from gateway.edge import visits
from gateway.visits import Visit

__all__ = ["routes"]


class PointView(BaseModel):
    """One point."""

    point: str
    done: bool
    missing: list[str] = Field(description="Codes; agencies without an agreement; accounts of the sample")


class ChecklistView(BaseModel):
    """How far it is."""

    mode: str = Field(description="practice or live")
    ready: bool = Field(description="Whether the gateway would start in live mode")
    points: list[PointView]
    unsigned: dict[str, list[str] | None] = Field(
        description="By part, the dated tables nobody signed; null where the part does not answer. A warning"
    )


def routes(checklist: Checklist, door: Door) -> APIRouter:
    """For the administrator and the data-protection officer."""
    router = APIRouter(prefix="/v1", tags=["going live"])

    @router.get("/live", response_model=ChecklistView)
    async def live(visit: Annotated[Visit, Depends(visits(door))]) -> dict[str, Any]:
        """What has to be there before real people's data may be handled; looked through at each call."""
        return await checklist.page(visit)

    return router
