"""The reports' internal HTTP: figures only, nobody named."""

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path

from chassis.errors import Problem
from chassis.statement import Actor, Verifier
from reports.fairness import shares
from reports.store import Store
from reports.summaries import ALERTS, CITIZENSHIP, PRESENCE

__all__ = ["routes"]

Rule = Annotated[str, Path(pattern=r"^[A-Za-z0-9]{1,20}$")]


def routes(store: Store, verifier: Verifier, now: Callable[[], datetime], turn: asyncio.Lock) -> APIRouter:
    """Who is present per district and permit family now; alerts by rule and state; whom a new rule would find."""
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

    @router.post("/rebuild")
    async def rebuild(actor: Annotated[Actor, Depends(verifier)]) -> dict[str, bool]:
        """Forget all rows. Who asks has everything announced again."""
        if actor.role != "administrator":
            raise Problem(403, "not_allowed", id="Hanya administrator.", en="Administrators only.")
        async with turn:
            await store.forget()
        return {"forgotten": True}

    @router.get("/fairness/{rule}/{version}")
    async def fairness(rule: Rule, version: int) -> dict[str, Any]:
        found = await store.found(f"{rule}/{version}")
        if found is None:
            raise Problem(404, "not_tried", id="Versi aturan ini belum diuji.", en="This version was not tried yet.")
        people = {name: n for (name,), n in await store.counts(CITIZENSHIP)}
        return {"as_of": now(), "found": sum(found.values()), "rows": [asdict(one) for one in shares(people, found)]}

    return router
