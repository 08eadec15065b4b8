"""The reports' internal HTTP: figures only, nobody named."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Depends

from chassis.statement import Verifier
from reports.store import Store
from reports.summaries import ALERTS, PRESENCE

__all__ = ["routes"]


def routes(store: Store, verifier: Verifier, now: Callable[[], datetime]) -> APIRouter:
    """Who is present per district and permit family now; alerts by rule and state."""
    router = APIRouter(dependencies=[Depends(verifier)])

    async def table(name: str, *columns: str) -> dict[str, Any]:
        cells = await store.counts(name)
        rows = [{**dict(zip(columns, cell, strict=True)), "n": n} for cell, n in cells]
        return {"as_of": now(), "rows": rows, "total": sum(n for _, n in cells)}

    @router.get("/presence")
    async def presence() -> dict[str, Any]:
        return await table(PRESENCE, "district", "permit_family")

    @router.get("/alerts")
    async def alerts() -> dict[str, Any]:
        return await table(ALERTS, "rule", "state")

    return router
