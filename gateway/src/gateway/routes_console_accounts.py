"""The console's page of accounts, for administrators: listed, made, locked, a lost password or second factor."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args

from fastapi import APIRouter, Depends, Form, Path, Request
from fastapi.responses import HTMLResponse

from chassis.errors import Problem
from gateway.console import Console, page_class
from gateway.lists import first
from gateway.policy import Action, require
from gateway.routes_accounts import NAME, SUBJECT
from gateway.routes_session import refuse_foreign
from gateway.shapes import CONSENTS
from gateway.staff import Asking, Change, Newcomer, Staff
from gateway.staff import Step as Wish
from gateway.viewers import Role
from gateway.visits import Visit

__all__ = ["routes"]

ROLES = [role.value for role in Role if role is not Role.AGENCY_SYSTEM]
Account = Annotated[str, Path(pattern=NAME)]
Shown = dict[str, Any]


@dataclass(frozen=True)
class Wanted:
    """What the form of a new account says."""

    account: Annotated[str, Form(pattern=NAME)]
    role: Annotated[Role, Form()]
    agency: Annotated[str, Form(max_length=40)]
    source: Annotated[str, Form(max_length=80)] = ""
    name: Annotated[str, Form(max_length=120)] = ""
    reason: Annotated[str, Form(max_length=1000)] = ""
    wish: Annotated[Wish, Form()] = "account"


@dataclass(frozen=True)
class Step:
    """What the form of an account says."""

    step: Annotated[Literal["lock", "unlock", "password", "unfactor", "give"], Form()]
    revision: Annotated[int, Form(ge=1)]
    role: Annotated[Role, Form()]
    agency: Annotated[str, Form(max_length=40)]
    source: Annotated[str, Form(max_length=80)] = ""


@dataclass(frozen=True)
class Accounts:
    """The page."""

    console: Console
    staff: Staff

    async def show(self, request: Request, visit: Visit, status: int = 200, **fields: Any) -> HTMLResponse:
        consents = await self.console.consents.page(visit, first(CONSENTS).asked)
        fields |= {
            "accounts": await self.staff.page(visit),
            "consents": [row for row in consents.items if row["what"] == "account"],
            "roles": ROLES,
            "wishes": get_args(Wish),
            "agencies": sorted(self.staff.agencies),
            "sources": {
                code: [one.code for one in agency.sources] for code, agency in sorted(self.staff.agencies.items())
            },
            "links": self.staff.links.issuer is not None,
        }
        return self.console.pages.show(request, "accounts.html", visit.viewer, status, **fields)

    async def answer(self, request: Request, visit: Visit, step: Callable[[], Awaitable[Shown]]) -> HTMLResponse:
        """Take a step, and show what came of it: a password into no address and no store."""
        refuse_foreign(request)
        require(visit.role, Action.ADMINISTER_ACCOUNTS)
        try:
            return await self.show(request, visit, **await step())
        except Problem as problem:
            return await self.show(request, visit, problem.status, error=problem.detail)

    async def begin(self, visit: Visit, wanted: Wanted, step: str) -> Shown:
        """Make an account, or ask a second person to agree to one."""
        if step == "ask":
            change, asking = Change(role=wanted.role, agency=wanted.agency), Asking(wanted.reason, wanted.wish)
            return {"asked": await self.staff.ask(visit, wanted.account, change, asking)}
        source = _source(wanted.agency, wanted.source)
        newcomer = Newcomer(wanted.account, wanted.name or wanted.account, wanted.role, wanted.agency, source)
        return {"made": await self.staff.make(visit, newcomer)}

    async def change(self, visit: Visit, account: str, said: Step) -> Shown:
        """Take a step with an account."""
        if said.step == "password":
            return {"made": await self.staff.reset_password(visit, account)}
        if said.step == "unfactor":
            await self.staff.remove_factor(visit, account)
            return {}
        changes: Mapping[str, Change] = {
            "lock": Change(disabled=True),
            "unlock": Change(disabled=False),
            "give": Change(role=said.role, agency=said.agency, source=_source(said.agency, said.source)),
        }
        await self.staff.change(visit, account, changes[said.step], said.revision)
        return {}

    async def link(self, visit: Visit, account: str, subject: str) -> Shown:
        """Who at the identity provider this is."""
        await self.staff.link(visit, account, subject)
        return {}

    async def unlink(self, visit: Visit, account: str) -> Shown:
        """Nobody there any more."""
        await self.staff.unlink(visit, account)
        return {}


def routes(console: Console, staff: Staff) -> APIRouter:
    """Each step answers with the page."""
    router = APIRouter(route_class=page_class(console), include_in_schema=False)
    page = Accounts(console, staff)
    _add_links(router, page)

    @router.get("/accounts")
    async def accounts(request: Request, visit: Annotated[Visit, Depends(console.visit)]) -> HTMLResponse:
        return await page.show(request, visit)

    @router.post("/accounts")
    async def begin(
        request: Request,
        visit: Annotated[Visit, Depends(console.visit)],
        wanted: Annotated[Wanted, Depends()],
        step: Annotated[Literal["make", "ask"], Form()],
    ) -> HTMLResponse:
        return await page.answer(request, visit, lambda: page.begin(visit, wanted, step))

    @router.post("/accounts/{account}")
    async def change(
        request: Request,
        visit: Annotated[Visit, Depends(console.visit)],
        account: Account,
        said: Annotated[Step, Depends()],
    ) -> HTMLResponse:
        return await page.answer(request, visit, lambda: page.change(visit, account, said))

    return router


def _source(agency: str, chosen: str) -> str:
    """The code of what was chosen as `<agency>/<source>`; of another agency it is no source of this one."""
    owner, _, code = chosen.partition("/")
    return code if owner == agency else chosen


def _add_links(router: APIRouter, page: Accounts) -> None:
    asking = Depends(page.console.visit)

    @router.post("/accounts/{account}/sign-in")
    async def link(
        request: Request,
        visit: Annotated[Visit, asking],
        account: Account,
        subject: Annotated[str, Form(pattern=SUBJECT)],
    ) -> HTMLResponse:
        return await page.answer(request, visit, lambda: page.link(visit, account, subject))

    @router.post("/accounts/{account}/sign-in/remove")
    async def unlink(request: Request, visit: Annotated[Visit, asking], account: Account) -> HTMLResponse:
        return await page.answer(request, visit, lambda: page.unlink(visit, account))
