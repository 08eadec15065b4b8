"""The console's page for a report by telephone."""

import secrets
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from chassis.errors import Problem
from gateway.console import Console, page_class
from gateway.forms import read_form
from gateway.policy import Action, require
from gateway.routes_session import refuse_foreign
from gateway.telephone import Call, Telephone
from gateway.texts import WIB
from gateway.visits import Visit

__all__ = ["routes"]

MAX_FIELD = 4000
MAX_FORM = 64 * 1024


def routes(console: Console, telephone: Telephone) -> APIRouter:
    """The form, and what it sends."""
    router = APIRouter(route_class=page_class(console), include_in_schema=False)

    def form(request: Request, visit: Visit, status: int = 200, **fields: Any) -> HTMLResponse:
        fresh = secrets.token_hex(12)
        given: dict[str, Any] = {"choices": telephone.choices(visit), "token": fresh, "said": {}, "error": None}
        return console.pages.show(request, "telephone.html", visit.viewer, status, **{**given, **fields})

    @router.get("/telephone")
    async def empty(request: Request, visit: Annotated[Visit, Depends(console.visit)]) -> HTMLResponse:
        require(visit.role, Action.TELEPHONE, visit.purpose.kind)
        return form(request, visit)

    @router.post("/telephone")
    async def take(request: Request, visit: Annotated[Visit, Depends(console.visit)]) -> HTMLResponse:
        refuse_foreign(request)
        said = {name: value for name, value in (await read_form(request, MAX_FORM)).items() if isinstance(value, str)}
        try:
            await telephone.take(visit, _call(said))
        except Problem as problem:
            if problem.status in (422, 503):  # what was typed is not lost
                token = said.get("token")
                return form(request, visit, problem.status, said=said, error=problem.detail, token=token)
            raise
        return form(request, visit, sent=True)

    return router


def _call(said: dict[str, str]) -> Call:
    source, _, about = said.get("choice", "").partition("|")
    if any(len(value) > MAX_FIELD for value in said.values()):
        raise Problem(422, "too_large", id="Isian terlalu panjang.", en="A field is too long.")
    try:
        at = datetime.fromisoformat(said.get("at", "")).replace(tzinfo=WIB).isoformat()
    except ValueError:
        raise Problem(422, "wrong_value", id="Isi waktu kejadian.", en="Say when it happened.", field="time") from None
    token = said.get("token", "")
    if not (token.isalnum() and 8 <= len(token) <= 64):
        raise Problem(422, "wrong_value", id="Muat ulang formulir.", en="Load the form again.", field="id")
    return Call(source, about, token, at, {name: value.strip() for name, value in said.items()})
