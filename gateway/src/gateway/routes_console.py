"""The console: pages for people. They ask the same questions as /v1, under the same rules."""

import json
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from chassis.errors import Problem
from gateway import (
    routes_console_cases,
    routes_console_guards,
    routes_console_identities,
    routes_console_rules,
    routes_console_work,
)
from gateway.console import Console, page_class
from gateway.door import COOKIE
from gateway.edge import Opaque
from gateway.pages import LANGUAGE, NAVIGATION
from gateway.policy import may_ever
from gateway.purpose import Kind, Purpose
from gateway.routes_session import refuse_foreign
from gateway.texts import LANGUAGES
from gateway.visits import Visit
from gateway.weeks import last_week

__all__ = ["routes"]

DAYS = 366
YEAR = 365 * 24 * 3600


def routes(console: Console) -> APIRouter:
    """All pages."""
    router = APIRouter(route_class=page_class(console), include_in_schema=False)
    _entrance(router, console)
    routes_console_work.add_alerts(router, console)
    routes_console_work.add_snoozes(router, console)
    routes_console_rules.add_rules(router, console)
    routes_console_work.add_persons(router, console)
    routes_console_identities.add_reviews(router, console)
    routes_console_work.add_events(router, console)
    routes_console_work.add_parties(router, console)
    routes_console_cases.add_cases(router, console)
    routes_console_guards.add_guards(router, console)
    _protection(router, console)
    _office(router, console)
    return router


def _local(address: str) -> str:
    """The address if it is one of ours, else the start page: no link may lead people elsewhere."""
    return address if address.startswith("/") and not address.startswith(("//", "/\\")) else "/"


def _entrance(router: APIRouter, console: Console) -> None:
    _language(router)

    @router.get("/")
    async def start(visit: Annotated[Visit, Depends(console.visit)]) -> RedirectResponse:
        first = next(path for path, _, action in NAVIGATION if may_ever(visit.role, action))
        return RedirectResponse(first, 303)

    @router.get("/login")
    async def entrance(request: Request, next: str = "/") -> HTMLResponse:
        return console.pages.show(request, "login.html", None, next=_local(next), error=None, username="")

    @router.post("/login")
    async def login(
        request: Request,
        username: Annotated[str, Form(max_length=80)],
        password: Annotated[str, Form(max_length=200)],
        next: Annotated[str, Form()] = "/",
    ) -> Response:
        refuse_foreign(request)
        try:
            _, token = await console.logins.login(username, password)
        except Problem as problem:
            fields: dict[str, Any] = {"next": _local(next), "error": problem.detail, "username": username}
            return console.pages.show(request, "login.html", None, problem.status, **fields)
        response = RedirectResponse(_local(next), 303)
        console.logins.remember(response, token)
        return response

    @router.post("/logout")
    async def logout(request: Request) -> RedirectResponse:
        refuse_foreign(request)
        response = RedirectResponse("/login", 303)
        response.delete_cookie(COOKIE, httponly=True, samesite="strict")
        return response


def _language(router: APIRouter) -> None:
    @router.post("/language")
    async def language(
        request: Request, to: Annotated[str, Form()], back: Annotated[str, Form()] = "/"
    ) -> RedirectResponse:
        refuse_foreign(request)
        response = RedirectResponse(_local(back), 303)
        if to in LANGUAGES:
            response.set_cookie(LANGUAGE, to, max_age=YEAR, samesite="strict")
        return response


def _protection(router: APIRouter, console: Console) -> None:
    @router.get("/protection")
    async def matters(
        request: Request,
        visit: Annotated[Visit, Depends(console.visit)],
        state: Annotated[str, Query(pattern="^(open|released)$")] = "open",
    ) -> HTMLResponse:
        page = await console.matters.page(visit, state)
        return console.pages.show(request, "protection.html", visit.viewer, tasks=page["items"], shown=state)

    @router.get("/protection/{task}")
    async def matter(request: Request, visit: Annotated[Visit, Depends(console.visit)], task: Opaque) -> HTMLResponse:
        found = await console.matters.read(visit.under(Purpose(Kind.MATTER, task)), task)
        told = sorted((found.get("event") or {}).items())
        wishes = await console.consents.page(visit)
        here = [row for row in wishes if row["about"] == task and row["state"] in ("asked", "allowed")]
        reveal = next((row for row in here if datetime.fromisoformat(row["until"]) > console.pages.now()), None)
        return console.pages.show(request, "matter.html", visit.viewer, task=found, told=told, reveal=reveal)


def _readable(refused: dict[str, Any]) -> dict[str, Any]:
    """A refused event with its contents indented, where they are JSON."""
    try:
        pretty = json.dumps(json.loads(refused["raw"] or ""), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        pretty = None
    return {**refused, "pretty": pretty}


def _office(router: APIRouter, console: Console) -> None:
    @router.get("/access")
    async def access(request: Request, visit: Annotated[Visit, Depends(console.visit)]) -> HTMLResponse:
        items = await console.looks.page(visit, days=30, limit=200)
        week = await console.looks.week(visit, last_week(console.pages.now()), visit.viewer.agency)
        return console.pages.show(request, "access.html", visit.viewer, items=items, week=week)

    @router.get("/access/accounts/{account}")
    async def by(
        request: Request,
        visit: Annotated[Visit, Depends(console.visit)],
        account: Annotated[str, Path(max_length=80, pattern=r"^[0-9A-Za-z._-]+$")],
    ) -> HTMLResponse:
        items = await console.looks.by(visit, account, DAYS)
        return console.pages.show(request, "access.html", visit.viewer, items=items, only=account)

    @router.get("/access/persons/{person}")
    async def about(request: Request, visit: Annotated[Visit, Depends(console.visit)], person: Opaque) -> HTMLResponse:
        items = await console.looks.about(visit, person, DAYS)
        return console.pages.show(request, "access.html", visit.viewer, items=items, only=person)

    @router.get("/quarantine")
    async def quarantine(request: Request, visit: Annotated[Visit, Depends(console.visit)]) -> HTMLResponse:
        items = await console.office.quarantine(visit, limit=100)
        return console.pages.show(request, "quarantine.html", visit.viewer, items=[_readable(item) for item in items])

    @router.get("/sources")
    async def sources(request: Request, visit: Annotated[Visit, Depends(console.visit)]) -> HTMLResponse:
        fields: dict[str, Any] = {"sources": await console.freshness(visit), "cards": await console.scorecards(visit)}
        return console.pages.show(request, "sources.html", visit.viewer, **fields)
