"""The registry's internal HTTP for refused events that are sent again."""

from base64 import b64encode
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from chassis.statement import Actor, Verifier
from registry.replays import Replays

__all__ = ["replay_routes"]


class Replayed(BaseModel):
    """The event as text, corrected, or none for as it was sent; and why."""

    event: str | None = Field(None, max_length=200_000)
    reason: str = Field(min_length=3, max_length=1000)


def replay_routes(replays: Replays, verifier: Verifier) -> APIRouter:
    """POST /quarantine/<record>/replays answers what is to be sent; sending it is up to the gateway."""
    router = APIRouter()

    @router.post("/quarantine/{record}/replays")
    async def replay(record: str, body: Replayed, actor: Annotated[Actor, Depends(verifier)]) -> dict[str, str]:
        agency, sent = await replays.ask(record, body.event, body.reason, actor)
        return {"agency": agency, "body": b64encode(sent).decode()}

    return router
