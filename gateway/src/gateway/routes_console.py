"""The console: pages for people. They ask the same questions as /v1, under the same rules."""

import json
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import HTMLResponse

from gateway import (
    routes_console_cases,
    routes_console_checklist,
    routes_console_data_protection,
    routes_console_entrance,
    routes_console_guards,
    routes_console_identities,
    routes_console_rules,
    routes_console_work,
)
from gateway.console import After, Console, page_class
from gateway.edge import Opaque
from gateway.lists import first
from gateway.purpose import Kind, Purpose
from gateway.shapes import AUDIT, CONSENTS, QUARANTINE, TASKS
from gateway.visits import Visit
from gateway.weeks import last_week

__all__ = ["routes"]

DAYS, MONTH = 366, 30
ROWS = 100


def routes(console: Console) -> APIRouter:
    """All pages."""
    router = APIRouter(route_class=page_class(console), include_in_schema=False)
    routes_console_entrance.add_entrance(router, console)
    routes_console_work.add_alerts(router, console)
    routes_console_work.add_snoozes(router, console)
    routes_console_rules.add_rules(router, console)
    routes_console_work.add_persons(router, console)
    routes_console_identities.add_reviews(router, console)
    routes_console_work.add_events(router, console)
    routes_console_work.add_parties(router, console)
    routes_console_cases.add_cases(router, console)
    routes_console_guards.add_guards(router, console)
    routes_console_data_protection.add_data_protection(router, console)
    routes_console_checklist.add_checklist(router, console)
    _protection(router, console)
    _office(router, console)
    return router


def _protection(router: APIRouter, console: Console) -> None:
    @router.get("/protection")
    async def matters(
        request: Request,
        visit: Annotated[Visit, Depends(console.visit)],
        state: Annotated[str, Query(pattern="^(open|released)$")] = "open",
        after: After = None,
    ) -> HTMLResponse:
        page = await console.matters.page(visit, state, first(TASKS, ROWS, after))
        return console.pages.show(request, "protection.html", visit.viewer, page=page, shown=state)

    @router.get("/protection/{task}")
    async def matter(request: Request, visit: Annotated[Visit, Depends(console.visit)], task: Opaque) -> HTMLResponse:
        found = await console.matters.read(visit.under(Purpose(Kind.MATTER, task)), task)
        told = sorted((found.get("event") or {}).items())
        wishes = await console.consents.page(visit, first(CONSENTS).asked)
        here = [row for row in wishes.items if row["about"] == task and row["state"] in ("asked", "allowed")]
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
    async def access(
        request: Request, visit: Annotated[Visit, Depends(console.visit)], after: After = None
    ) -> HTMLResponse:
        page = await console.looks.page(visit, MONTH, first(AUDIT, ROWS, after).asked)
        week = await console.looks.week(visit, last_week(console.pages.now()), visit.viewer.agency)
        return console.pages.show(request, "access.html", visit.viewer, page=page, week=None if after else week)

    @router.get("/access/accounts/{account}")
    async def by(
        request: Request,
        visit: Annotated[Visit, Depends(console.visit)],
        account: Annotated[str, Path(max_length=80, pattern=r"^[0-9A-Za-z._-]+$")],
        after: After = None,
    ) -> HTMLResponse:
        page = await console.looks.by(visit, account, DAYS, first(AUDIT, ROWS, after).asked)
        return console.pages.show(request, "access.html", visit.viewer, page=page, only=account)

    @router.get("/access/persons/{person}")
    async def about(
        request: Request, visit: Annotated[Visit, Depends(console.visit)], person: Opaque, after: After = None
    ) -> HTMLResponse:
        page = await console.looks.about(visit, person, DAYS, first(AUDIT, ROWS, after).asked)
        return console.pages.show(request, "access.html", visit.viewer, page=page, only=person)

    @router.get("/quarantine")
    async def quarantine(
        request: Request, visit: Annotated[Visit, Depends(console.visit)], after: After = None
    ) -> HTMLResponse:
        page = await console.office.quarantine(visit, first(QUARANTINE, ROWS, after).query())
        items = [_readable(item) for item in page.items]
        return console.pages.show(request, "quarantine.html", visit.viewer, items=items, page=page)

    @router.get("/sources")
    async def sources(request: Request, visit: Annotated[Visit, Depends(console.visit)]) -> HTMLResponse:
        fields: dict[str, Any] = {"sources": await console.freshness(visit), "cards": await console.scorecards(visit)}
        return console.pages.show(request, "sources.html", visit.viewer, **fields)
