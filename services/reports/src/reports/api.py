"""The reports' internal HTTP: figures only, nobody named."""

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query

from chassis.errors import Problem
from chassis.statement import Actor, Verifier
from contracts.agencies import within
from reports.fairness import shares
from reports.store import Store
from reports.summaries import ALERTS, CITIZENSHIP, PRESENCE, READERS, TOLD, UNKNOWN, Cells, by_district

__all__ = ["routes"]

Rule = Annotated[str, Path(pattern=r"^[A-Za-z0-9]{1,20}$")]
Area = Annotated[str | None, Query(pattern=r"^[0-9.,]{1,2000}$", description="Kemendagri codes, with commas")]
Code = Annotated[str | None, Query(pattern=r"^[a-z0-9-]{1,40}$")]


def routes(store: Store, verifier: Verifier, now: Callable[[], datetime], turn: asyncio.Lock) -> APIRouter:
    """Who is present per district and permit family now; alerts by rule and state; whom a new rule would find."""
    router = APIRouter(dependencies=[Depends(verifier)])

    _figures(router, store, now)

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


def _figures(router: APIRouter, store: Store, now: Callable[[], datetime]) -> None:
    def table(cells: Cells, *columns: str) -> dict[str, Any]:
        rows = [{**dict(zip(columns, cell, strict=True)), "n": n} for cell, n in cells]
        return {"as_of": now(), "rows": rows, "total": sum(n for _, n in cells)}

    @router.get("/presence")
    async def presence(area: Area = None, unplaced: bool = False) -> dict[str, Any]:
        """Of these areas alone, and of whom no place is known where that is said; of everybody where none is named."""
        areas = None if area is None else area.split(",")

        def seen(village: str) -> bool:
            if areas is None:
                return True
            return unplaced if village == UNKNOWN else any(within(village, one) for one in areas)

        return table(by_district(await store.counts(PRESENCE), seen), "district", "permit_family")

    @router.get("/alerts")
    async def alerts(agency: Code = None, readers: bool = False) -> dict[str, Any]:
        """Those that this agency is told of, or all; those about readers only where they are asked for."""
        cells = await (store.counts(ALERTS) if agency is None else store.counts(TOLD, agency))
        return table(sorted([*cells, *(await store.counts(READERS) if readers else ())]), "rule", "state")
