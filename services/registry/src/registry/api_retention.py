"""The registry's internal HTTP for data protection: legal holds, proofs of erasure, all that is held of one person."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from chassis.statement import Actor, Verifier
from registry.legal_hold_desk import HeldFor, LegalHolds, only_officers
from registry.queries import Queries
from registry.sweep import Sweep

__all__ = ["retention_routes"]


class Held(BaseModel):
    """The order that asks for it, and why."""

    order_no: str = Field(min_length=1, max_length=100)
    reason: str = Field(min_length=3, max_length=1000)

    def why(self) -> HeldFor:
        return HeldFor(self.order_no, self.reason)


class Hold(Held):
    """A hold on a person, or on one event of it."""

    event: str | None = None
    once: str = Field("", max_length=100, description="Names the call: sent again, it makes nothing new")

    def why(self) -> HeldFor:
        return HeldFor(self.order_no, self.reason, self.once)


def retention_routes(queries: Queries, holds: LegalHolds, sweep: Sweep, verifier: Verifier) -> APIRouter:
    """For the data-protection officer: 403 for anybody else."""

    async def officer(actor: Annotated[Actor, Depends(verifier)]) -> Actor:
        only_officers(actor)
        return actor

    router = APIRouter(dependencies=[Depends(officer)])
    _hold_routes(router, holds, verifier)

    @router.get("/persons/{person}/everything")
    async def everything(person: str) -> dict[str, Any]:
        return await queries.everything(person)

    @router.get("/erasures")
    async def erasures(person: str | None = None) -> dict[str, Any]:
        return {"items": await queries.proofs(person)}

    @router.get("/erasures/upcoming")
    async def upcoming() -> dict[str, Any]:
        return {"items": await sweep.reminders()}

    return router


def _hold_routes(router: APIRouter, holds: LegalHolds, verifier: Verifier) -> None:
    @router.get("/legal-holds")
    async def every() -> dict[str, Any]:
        return {"items": await holds.all()}

    @router.post("/persons/{person}/legal-holds")
    async def hold(person: str, body: Hold, actor: Annotated[Actor, Depends(verifier)]) -> dict[str, str]:
        return {"id": await holds.set(person, body.event, body.why(), actor)}

    @router.post("/legal-holds/{hold}/lift")
    async def lift(hold: str, body: Held, actor: Annotated[Actor, Depends(verifier)]) -> dict[str, str]:
        await holds.lift(hold, body.why(), actor)
        return {"id": hold}
