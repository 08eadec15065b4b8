"""The console's page of one's own account: where one is logged in, and the second factor."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse

from chassis.errors import Problem
from gateway.console import Console, page_class
from gateway.enrolments import Enrolments
from gateway.lists import first
from gateway.routes_session import refuse_foreign
from gateway.shapes import SESSIONS
from gateway.viewers import Viewer
from gateway.visits import Visit

__all__ = ["routes"]

Old = Annotated[str, Form(max_length=200)]
New = Annotated[str, Form(min_length=12, max_length=200)]
Step = Callable[[Request, Viewer, str], Awaitable[Any]]


@dataclass(frozen=True)
class Account:
    """The page."""

    console: Console
    enrolments: Enrolments

    async def show(self, request: Request, visit: Visit, status: int = 200, **fields: Any) -> HTMLResponse:
        factor = await self.enrolments.told(visit.viewer)
        sessions = await self.console.logins.sessions.page(visit, first(SESSIONS).asked, visit.viewer.account)
        fields |= {"factor": factor, "sessions": sessions.items}
        return self.console.pages.show(request, "account.html", visit.viewer, status, **fields)

    def posts(self, step: Step, shown: str, field: str) -> Callable[..., Awaitable[HTMLResponse]]:
        """A route that takes a step, and shows as `shown` what came of it: into no address and no store."""

        async def taken(
            request: Request,
            visit: Annotated[Visit, Depends(self.console.visit)],
            text: Annotated[str, Form(alias=field, max_length=200)],
        ) -> HTMLResponse:
            refuse_foreign(request)
            try:
                return await self.show(request, visit, **{shown: await step(request, visit.viewer, text)})
            except Problem as problem:
                return await self.show(request, visit, problem.status, error=problem.detail, tried=shown)

        return taken


def routes(console: Console, enrolments: Enrolments) -> APIRouter:
    """Each step of the enrolment answers with the page."""
    router = APIRouter(route_class=page_class(console), include_in_schema=False)
    page = Account(console, enrolments)

    @router.get("/account")
    async def account(request: Request, visit: Annotated[Visit, Depends(console.visit)]) -> HTMLResponse:
        return await page.show(request, visit)

    factor = "/account/second-factor"
    router.post(factor)(page.posts(enrolments.begin, "begun", "password"))
    router.post(f"{factor}/proof")(page.posts(enrolments.prove, "proved", "code"))
    router.post(f"{factor}/codes")(page.posts(enrolments.reprint, "printed", "code"))
    router.post(f"{factor}/remove")(page.posts(enrolments.remove, "removed", "code"))

    @router.post("/account/password")
    async def password(
        request: Request, visit: Annotated[Visit, Depends(console.visit)], password: Old, new: New
    ) -> HTMLResponse:
        refuse_foreign(request)
        try:
            await enrolments.change_password(request, visit.viewer, (password, new))
        except Problem as problem:
            return await page.show(request, visit, problem.status, error=problem.detail)
        return await page.show(request, visit, changed=True)

    return router
