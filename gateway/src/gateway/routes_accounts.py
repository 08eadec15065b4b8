"""/v1/accounts, for administrators, and the own password."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from gateway.answers import Items
from gateway.door import Door
from gateway.edge import IfMatch, Reason, revision_of, tag, visits
from gateway.enrolments import Enrolments
from gateway.lists import Listing, listed
from gateway.routes_guards import ConsentView
from gateway.shapes import ACCOUNTS
from gateway.staff import Asking, Change, Newcomer, Staff, Step
from gateway.viewers import Role, Viewer
from gateway.visits import Visit

__all__ = ["password_routes", "routes"]

NAME = r"^[a-z0-9][a-z0-9._-]{1,59}$"
SUBJECT = r"^[ -~]{1,255}$"
SOURCE = "A reporter's one source, which is all they send for and see; empty: every one of the agency"
Username = Annotated[str, Path(pattern=NAME, description="User name")]


class NewAccount(BaseModel):
    """Who is to have one."""

    username: str = Field(pattern=NAME)
    name: str = Field(min_length=1, max_length=120)
    role: Role
    agency: str = Field(max_length=40)
    source: str = Field("", max_length=40, description=SOURCE)


class AccountChange(BaseModel):
    """What is to be otherwise."""

    role: Role | None = None
    agency: str | None = Field(None, max_length=40)
    disabled: bool | None = None
    source: str | None = Field(None, max_length=40, description=SOURCE)


class Raise(Reason):
    """Which role, where, and why; `step`: what is to be done with such an account."""

    role: Role
    agency: str = Field(max_length=40)
    step: Step = Field(
        "account",
        description="`account`: made, raised, moved or switched on; `password`, `second_factor`: a way in anew; "
        "`sign_in`: linked at the identity provider",
    )


class AccountView(BaseModel):
    """One account."""

    model_config = ConfigDict(extra="allow")

    account: str
    name: str
    role: str
    agency: str
    source: str = Field(description=SOURCE)
    disabled: bool
    first_password: bool = Field(description="Whether its owner has yet to choose a password")
    second_factor: bool
    sign_in: str | None = Field(description="The identity provider at which it is linked")
    revision: int


class FirstPassword(AccountView):
    """The account, and its password, shown once: good for choosing another."""

    password: str


class Subject(BaseModel):
    """Somebody at the identity provider."""

    subject: str = Field(pattern=SUBJECT, description="The `sub` of their ID tokens, to the letter")


class NewPassword(BaseModel):
    """The own password."""

    password: SecretStr = Field(min_length=1, max_length=200, description="The one so far")
    new: SecretStr = Field(min_length=12, max_length=200)


def routes(staff: Staff, door: Door) -> APIRouter:
    """Accounts. Each change is on record, and none is made to one's own."""
    router = APIRouter(prefix="/v1/accounts", tags=["accounts"])

    @router.get("", response_model=Items)
    async def page(visit: Annotated[Visit, Depends(visits(door))], page: Annotated[Listing, listed(ACCOUNTS)]) -> Any:
        """All accounts."""
        return page.of(await staff.page(visit))

    @router.post("", response_model=FirstPassword, status_code=201)
    async def make(visit: Annotated[Visit, Depends(visits(door))], said: NewAccount) -> dict[str, Any]:
        """A new account, with a first password that its owner has to change before anything else."""
        return await staff.make(visit, Newcomer(**said.model_dump()))

    @router.patch("/{account}", response_model=AccountView)
    async def change(
        visit: Annotated[Visit, Depends(visits(door))],
        account: Username,
        said: AccountChange,
        response: Response,
        if_match: IfMatch = "",
    ) -> dict[str, Any]:
        """Another role or agency, or off and on. The account's sessions end."""
        told = await staff.change(visit, account, Change(**said.model_dump()), revision_of(if_match))
        tag(response, told)
        return told

    @router.post("/{account}/password", response_model=FirstPassword)
    async def reset(visit: Annotated[Visit, Depends(visits(door))], account: Username) -> dict[str, Any]:
        """A new first password for whoever forgot theirs. The account's sessions end."""
        return await staff.reset_password(visit, account)

    @router.post("/{account}/second-factor/remove", status_code=204)
    async def lost(visit: Annotated[Visit, Depends(visits(door))], account: Username) -> None:
        """For whoever lost authenticator and printed codes. The account's sessions end."""
        await staff.remove_factor(visit, account)

    @router.post("/{account}/consent", response_model=ConsentView, status_code=201)
    async def ask(visit: Annotated[Visit, Depends(visits(door))], account: Username, said: Raise) -> dict[str, Any]:
        """Ask another administrator or the data-protection officer to agree to a role above officer and reporter.

        In live mode such an account is made, given the role, switched on, linked, or given a way in anew (password,
        second factor) only then (403 `second_person`), once, within 24 hours, by whoever asked.
        """
        change = Change(role=said.role, agency=said.agency)
        return await staff.ask(visit, account, change, Asking(said.reason, said.step))

    _link_routes(router, staff, door)
    return router


def _link_routes(router: APIRouter, staff: Staff, door: Door) -> None:
    @router.put("/{account}/sign-in", response_model=AccountView)
    async def link(visit: Annotated[Visit, Depends(visits(door))], account: Username, said: Subject) -> dict[str, Any]:
        """Who at the office's identity provider this is, instead of who it was. The account's sessions end."""
        return await staff.link(visit, account, said.subject)

    @router.delete("/{account}/sign-in", status_code=204)
    async def unlink(visit: Annotated[Visit, Depends(visits(door))], account: Username) -> None:
        """Nobody at the provider is let in as this one any more. The account's sessions end."""
        await staff.unlink(visit, account)


def password_routes(enrolments: Enrolments, door: Door) -> APIRouter:
    """One's own password."""
    router = APIRouter(prefix="/v1/me", tags=["session"])

    @router.post("/password", status_code=204)
    async def password(viewer: Annotated[Viewer, Depends(door.viewer)], said: NewPassword, request: Request) -> None:
        """Choose another. All other sessions of the account end."""
        given = (said.password.get_secret_value(), said.new.get_secret_value())
        await enrolments.change_password(request, viewer, given)

    return router
