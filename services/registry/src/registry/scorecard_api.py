"""The registry's internal HTTP on how sources are doing."""

from typing import Any

from fastapi import APIRouter, Depends

from chassis.statement import Verifier
from registry.scorecard_store import Scorecards

__all__ = ["scorecard_routes"]


def scorecard_routes(scorecards: Scorecards, verifier: Verifier) -> APIRouter:
    """GET /sources/scorecards."""
    router = APIRouter(dependencies=[Depends(verifier)])

    @router.get("/sources/scorecards")
    async def cards(agency: str | None = None, source: str | None = None) -> dict[str, Any]:
        found = await scorecards.all(agency, source)
        return {"items": [card.model_dump(mode="json") for card in found]}

    return router
