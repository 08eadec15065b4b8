"""What the console's pages are made of, and how their problems are shown."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.routing import APIRoute

from chassis.errors import Problem, Unavailable
from gateway.asks import Asks
from gateway.cases import Cases
from gateway.checklist import Checklist
from gateway.consents import Consents
from gateway.corrections import Corrections
from gateway.data_protection import DataProtection
from gateway.desk import Desk
from gateway.door import Door
from gateway.dossiers import Dossiers
from gateway.emergencies import Emergencies
from gateway.identities import Identities
from gateway.lists import first
from gateway.logins import Logins
from gateway.looks import Looks
from gateway.matters import Matters
from gateway.office import Office
from gateway.pages import Pages
from gateway.parties import Parties
from gateway.policy import Action, may_ever
from gateway.purpose import NO_PURPOSE, is_open
from gateway.rulework import Rulework
from gateway.shapes import ASKS
from gateway.sign_in import SignIn
from gateway.stream import Feed
from gateway.subscriptions import Subscriptions
from gateway.viewers import Viewer
from gateway.visits import Visit

__all__ = ["After", "Console", "opens_by_glass", "page_class"]

After = Annotated[str | None, Query(max_length=500)]
"""Where the page of a list begins: the position after which."""


@dataclass(frozen=True)
class Console:
    """What the pages are made of."""

    pages: Pages
    door: Door
    logins: Logins
    desk: Desk
    cases: Cases
    dossiers: Dossiers
    parties: Parties
    identities: Identities
    matters: Matters
    asks: Asks
    emergencies: Emergencies
    consents: Consents
    corrections: Corrections
    data_protection: DataProtection
    checklist: Checklist
    looks: Looks
    office: Office
    subscriptions: Subscriptions
    rulework: Rulework
    feed: Feed
    sign_in: SignIn | None

    async def visit(self, request: Request) -> Visit:
        """Who looks at the page. Raises Problem 401 where somebody has to log in first, 429 too."""
        viewer = await self.door.visitor(request)
        await self.door.rates.spend(request, "account", viewer.account)
        return Visit(viewer, NO_PURPOSE, request.state.trace)

    async def freshness(self, visit: Visit) -> list[Any] | None:
        """The sources, those that need a look first; none while they cannot be read."""
        try:
            found: list[Any] = await self.office.sources(visit)
        except Problem:  # the page says so in its place
            return None
        return sorted(found, key=lambda item: (not item["silent"], item["last_heard_at"] is not None, item["agency"]))

    async def position(self) -> str:
        """Where the live stream is; nowhere while it cannot be read: the page is of use without living."""
        try:
            return await self.feed.position()
        except Unavailable:
            return ""

    async def cases_about(self, visit: Visit, alert: Mapping[str, Any]) -> list[Any]:
        """Open cases that an alert belongs to: by its subject, or pinned."""
        if not is_open(alert) or not may_ever(visit.role, Action.READ_CASES):
            return []
        kind, id = alert["subject"]["kind"], alert["subject"]["id"]
        named = [f"alert:{alert['id']}", *([f"{kind}:{id}"] if kind in ("person", "party", "incident") else [])]
        pages = [await self.cases.page(visit.under(NO_PURPOSE), {"about": name}) for name in named]
        return list({row["id"]: row for page in pages for row in page["items"]}.values())

    async def asked(self, visit: Visit, alert: Mapping[str, Any]) -> list[Any]:
        """What the agency asked before a step against the person of an alert that is open."""
        if alert["subject"]["kind"] != "person" or not is_open(alert):
            return []
        found = await self.asks.about(visit, alert["subject"]["id"], first(ASKS))
        return list(found.items)

    async def aside(self, visit: Visit, alert: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """How the viewer's agency put this alert aside, where it did."""
        if not may_ever(visit.role, Action.WORK_ALERTS):
            return None
        found = await self.desk.snoozes(visit)
        return next((row for row in found if row["alert"]["id"] == alert["id"] and not row["ended"]), None)

    async def scorecards(self, visit: Visit) -> list[Any] | None:
        """How each source is doing; none while that cannot be read."""
        try:
            return await self.office.scorecards(visit)
        except Problem:  # the page says so in its place
            return None


def page_class(console: Console) -> type[APIRoute]:
    """Routes whose problems are pages too: a login where one is missing, else what went wrong in words."""

    class Page(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handle = super().get_route_handler()

            async def shown(request: Request) -> Response:
                try:
                    return await handle(request)
                except Problem as problem:
                    if problem.code == "login_required":
                        return RedirectResponse(f"/login?next={quote(request.url.path)}", 303)
                    if problem.code == "session_locked":
                        return RedirectResponse(f"/unlock?next={quote(request.url.path)}", 303)
                    if problem.code in ("second_factor_missing", "password_change_required"):
                        return RedirectResponse("/account", 303)
                    return await _trouble(console, request, problem)

            return shown

    return Page


async def _trouble(console: Console, request: Request, problem: Problem) -> HTMLResponse:
    viewer = await console.door.guest(request)
    glass = problem.status == 403 and opens_by_glass(request, viewer)
    return console.pages.show(request, "error.html", viewer, problem.status, error=problem.detail, glass=glass)


def opens_by_glass(request: Request, viewer: Viewer | None) -> bool:
    """Whether this page is a person's, and the viewer may open it in an emergency."""
    return viewer is not None and request.url.path.startswith("/persons/") and may_ever(viewer.role, Action.BREAK_GLASS)
