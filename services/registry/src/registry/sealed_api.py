"""The sealed role answers one question: whether a call was received. To its sender alone, through the gateway."""

from typing import Any

from fastapi import APIRouter, Depends

from chassis.seal import Hasher
from chassis.statement import Verifier
from contracts.messages import Receipt
from registry.drafts import event_key
from registry.matters import Matters

__all__ = ["sealed_routes"]


def sealed_routes(matters: Matters, hasher: Hasher, verifier: Verifier) -> APIRouter:
    """The routes of the role `sealed`."""
    router = APIRouter(dependencies=[Depends(verifier)])

    @router.get("/receipts")
    async def receipts(agency: str, source: str, id: str) -> dict[str, Any]:
        at = await matters.receipt(event_key(hasher, agency, source, id))
        if at is None:
            return {"receipts": []}
        receipt = Receipt(source=source, id=id, outcome="accepted", code="received", at=at)
        return {"receipts": [receipt.model_dump(mode="json")]}

    return router
