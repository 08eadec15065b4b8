"""The console's page of notification: who is told by webhook or e-mail, what came of it, and a form."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError

from chassis.errors import Problem
from gateway.console import Console, page_class
from gateway.edge import Opaque
from gateway.forms import read_form
from gateway.policy import Action, may_ever
from gateway.routes_session import refuse_foreign
from gateway.routes_subscriptions import Step, Wish
from gateway.visits import Visit

__all__ = ["routes"]

MAX_FORM = 32 * 1024
PATH = "/notifications"


def routes(console: Console) -> APIRouter:
    """`/notifications`, one of them, and the forms."""
    router = APIRouter(route_class=page_class(console), include_in_schema=False)
    subscriptions = console.subscriptions

    async def listed(request: Request, visit: Visit, status: int = 200, **more: Any) -> HTMLResponse:
        page = await subscriptions.found(visit)
        fields: dict[str, Any] = {"said": {}, "error": None, "rules": _rules(console, request, visit)}
        fields |= {"items": page["items"], "mail": page["mail"], "agencies": _agencies(console, request, visit)}
        return console.pages.show(request, "notifications.html", visit.viewer, status, **{**fields, **more})

    @router.get(PATH)
    async def found(request: Request, visit: Annotated[Visit, Depends(console.visit)]) -> HTMLResponse:
        return await listed(request, visit)

    @router.post(PATH)
    async def make(request: Request, visit: Annotated[Visit, Depends(console.visit)]) -> HTMLResponse:
        refuse_foreign(request)
        form = await read_form(request, MAX_FORM)
        said = {name: str(form.get(name, "")).strip() for name in form}
        said_rules = [str(rule) for rule in form.getlist("rules")]
        try:
            made = await subscriptions.make(visit, _wish(said, said_rules))
        except Problem as problem:
            # The form comes back as it was: nothing that was typed is lost.
            fields: dict[str, Any] = {"said": {**said, "rules": said_rules}, "error": problem.detail}
            if problem.status in (409, 422):
                return await listed(request, visit, problem.status, **fields)
            raise
        return await _full(request, visit, made)

    async def _full(request: Request, visit: Visit, told: Mapping[str, Any]) -> HTMLResponse:
        one = await subscriptions.one(visit, told["id"])
        return console.pages.show(
            request, "notification.html", visit.viewer, one=one, secret=told.get("secret"), may=_may(visit)
        )

    @router.get(PATH + "/{subscription}")
    async def one(
        request: Request, visit: Annotated[Visit, Depends(console.visit)], subscription: Opaque
    ) -> HTMLResponse:
        return await _full(request, visit, {"id": subscription})

    _steps(router, console)
    return router


def _steps(router: APIRouter, console: Console) -> None:
    subscriptions = console.subscriptions

    @router.post(PATH + "/{subscription}/end")
    async def end(
        request: Request, visit: Annotated[Visit, Depends(console.visit)], subscription: Opaque
    ) -> RedirectResponse:
        refuse_foreign(request)
        await subscriptions.end(visit, subscription, await _revision(request))
        return RedirectResponse(PATH, 303)

    @router.post(PATH + "/{subscription}/{step}")
    async def step(
        request: Request, visit: Annotated[Visit, Depends(console.visit)], subscription: Opaque, step: Step
    ) -> HTMLResponse:
        refuse_foreign(request)
        told = await subscriptions.step(visit, subscription, step, await _revision(request))
        one = await subscriptions.one(visit, subscription)
        fields: dict[str, Any] = {
            "one": one,
            "secret": told.get("secret"),
            "may": _may(visit),
            "tested": step == "test",
        }
        return console.pages.show(request, "notification.html", visit.viewer, **fields)


async def _revision(request: Request) -> str:
    form = await read_form(request, MAX_FORM)
    return f'"{form.get("revision", "")}"'


def _may(visit: Visit) -> bool:
    return may_ever(visit.role, Action.CHANGE_SUBSCRIPTIONS)


def _wish(said: Mapping[str, str], rules: list[str]) -> dict[str, Any]:
    given: dict[str, Any] = {name: value for name, value in said.items() if value and name != "rules"}
    try:
        return Wish(**given, rules=rules).model_dump()
    except (ValidationError, TypeError):
        raise Problem(422, "invalid_request", id="Periksa isian.", en="Check what you filled in.") from None


def _rules(console: Console, request: Request, visit: Visit) -> list[str]:
    """The rules of which the agency is told, where there is one choice."""
    agency = console.pages.directory(console.pages.texts(request)).agencies.get(visit.viewer.agency)
    return sorted(agency.receives) if agency and not may_ever(visit.role, Action.ADMINISTER_SUBSCRIPTIONS) else []


def _agencies(console: Console, request: Request, visit: Visit) -> list[str]:
    """The agencies to choose from, for an administrator."""
    if not may_ever(visit.role, Action.ADMINISTER_SUBSCRIPTIONS):
        return []
    return sorted(console.pages.directory(console.pages.texts(request)).agencies)
