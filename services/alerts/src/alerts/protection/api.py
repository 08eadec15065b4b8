"""The protection desk's internal HTTP: only its named members see that it holds anything."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header
from pydantic import BaseModel, Field

from alerts.protection.desk import ProtectionDesk
from alerts.protection.matters import Release
from chassis.errors import Problem
from chassis.statement import Actor, Verifier

__all__ = ["Reason", "protection_routes"]

OFFICER = "protection_officer"
IfMatch = Annotated[str, Header(max_length=40)]


class Reason(BaseModel):
    """Why a hold is released."""

    reason: str = Field(min_length=1, max_length=2000)


def protection_routes(desk: ProtectionDesk, verifier: Verifier) -> APIRouter:
    """All routes, for the members of the desk alone."""

    async def officer(actor: Annotated[Actor, Depends(verifier)]) -> Actor:
        if actor.role != OFFICER:
            raise Problem(403, "not_allowed", id="Tidak diizinkan.", en="Not allowed.")
        if not desk.admits(actor.name):
            # The role alone opens nothing: the rota names each member.
            raise Problem(
                403,
                "not_a_member",
                id="Anda bukan anggota meja perlindungan; nama Anda tidak ada di jadwalnya.",
                en="You are no member of the protection desk; its rota does not name you.",
            )
        return actor

    router = APIRouter(prefix="/tasks", dependencies=[Depends(officer)])

    @router.get("")
    async def tasks(state: Literal["open", "released", "all"] = "open") -> dict[str, Any]:
        return {"items": await desk.tasks(state)}

    @router.get("/{id}")
    async def one(id: str) -> dict[str, Any]:
        return await desk.full(id)

    @router.post("/{id}/take")
    async def take(id: str, actor: Annotated[Actor, Depends(officer)], if_match: IfMatch = "") -> dict[str, Any]:
        return await desk.take(id, if_match, actor.name)

    @router.post("/{id}/release")
    async def release(
        id: str, reason: Reason, actor: Annotated[Actor, Depends(officer)], if_match: IfMatch = ""
    ) -> dict[str, Any]:
        return await desk.release(id, if_match, Release(actor.name, desk.now(), reason.reason))

    return router
