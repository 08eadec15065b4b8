"""The console's page of going live."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from gateway.console import Console
from gateway.visits import Visit

__all__ = ["add_checklist"]


def add_checklist(router: APIRouter, console: Console) -> None:
    @router.get("/live")
    async def live(request: Request, visit: Annotated[Visit, Depends(console.visit)]) -> HTMLResponse:
        return console.pages.show(request, "live.html", visit.viewer, list=await console.checklist.page(visit))
