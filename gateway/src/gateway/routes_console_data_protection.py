"""The console's page of data protection: corrections, legal holds, what was erased, and everything about one person."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from gateway.console import Console
from gateway.corrections import OUTCOMES, rights
from gateway.lists import first
from gateway.policy import Action, may_ever
from gateway.shapes import CONSENTS
from gateway.visits import Visit

__all__ = ["add_data_protection"]


def add_data_protection(router: APIRouter, console: Console) -> None:
    @router.get("/data-protection")
    async def data_protection(request: Request, visit: Annotated[Visit, Depends(console.visit)]) -> HTMLResponse:
        officer = may_ever(visit.role, Action.DECIDE_CORRECTION)
        fields: dict[str, Any] = {
            "tickets": await console.corrections.page(visit, None),
            "hours": rights().correction_hours,
            "outcomes": OUTCOMES,
            "officer": officer,
            **(await _officers(console, visit) if officer else {}),
        }
        return console.pages.show(request, "data_protection.html", visit.viewer, **fields)


async def _officers(console: Console, visit: Visit) -> dict[str, Any]:
    work = console.data_protection
    consents = await console.consents.page(visit, first(CONSENTS).asked)
    wishes = [row for row in consents.items if row["what"] == "everything"]
    return {
        "holds": await work.holds(visit),
        "proofs": await work.erasures(visit, None),
        "upcoming": await work.upcoming(visit),
        "wishes": wishes,
    }
