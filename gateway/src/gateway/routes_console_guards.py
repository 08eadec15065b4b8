"""The console's page of safeguards: emergencies, and what takes two people."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from gateway.console import Console
from gateway.lists import first
from gateway.policy import Action, may_ever
from gateway.shapes import CONSENTS, EMERGENCIES
from gateway.visits import Visit

__all__ = ["add_guards"]

MAY = {
    "ask_export": Action.ASK_EXPORT,
    "review": Action.REVIEW_EMERGENCY,
    "reveal": Action.GIVE_REVEAL,
    "export": Action.GIVE_EXPORT,
    "everything": Action.GIVE_EVERYTHING,
    "account": Action.GIVE_ACCOUNT,
}


def add_guards(router: APIRouter, console: Console) -> None:
    @router.get("/guards")
    async def guards(request: Request, visit: Annotated[Visit, Depends(console.visit)]) -> HTMLResponse:
        emergencies = await console.emergencies.page(visit, first(EMERGENCIES).asked)
        two = may_ever(visit.role, Action.READ_CONSENTS)
        fields: dict[str, Any] = {
            "emergencies": emergencies.items,
            "consents": (await console.consents.page(visit, first(CONSENTS).asked)).items if two else [],
            "may": {name: may_ever(visit.role, action) for name, action in MAY.items()},
        }
        return console.pages.show(request, "guards.html", visit.viewer, **fields)
