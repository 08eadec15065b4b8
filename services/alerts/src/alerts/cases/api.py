"""The cases' internal HTTP: lists, one case, opening, and steps. What does not concern an agency is not there."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Depends, Header, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from alerts.api import Reading
from alerts.cases.case import LEVELS, Case
from alerts.cases.commands import CaseCommands
from alerts.cases.everything import only_for_the_officer
from alerts.cases.seats import seats
from alerts.cases.views import case_row, case_view
from chassis.errors import Problem
from chassis.listing import Asked, Key, Page, unknown_position
from chassis.statement import Actor, Verifier
from contracts.casework import CaseStep, OpenCase

__all__ = ["case_routes"]

IfMatch = Annotated[str, Header(max_length=40)]
SUBJECT = r"^(person|party|incident|place|alert):[0-9A-Za-z._-]{1,80}$"

SOON = timedelta(seconds=1)
MOST_SECONDS = 1e10


class Wanted(BaseModel):
    """Which page of which cases: open ones, those that are over, or open ones about a subject or an alert."""

    model_config = ConfigDict(frozen=True)

    state: Literal["open", "over"] = "open"
    about: str | None = Field(None, pattern=SUBJECT)
    sort: Literal["-level", "-updated_at"] | None = None
    after: str | None = Field(None, max_length=500)
    limit: int = Field(50, ge=1, le=200)

    @property
    def asked(self) -> Asked:
        """The page: those that are over by their last change, others by how far they have risen unless it is said."""
        usual: Literal["-level", "-updated_at"] = "-updated_at" if self.state == "over" and not self.about else "-level"
        return Asked(self.sort or usual, self.after, self.limit)


def case_routes(commands: CaseCommands, reading: Reading, verifier: Verifier) -> APIRouter:
    """All routes; each needs a signed statement."""
    router = APIRouter(prefix="/cases")
    who = Depends(verifier)

    @router.get("")
    async def page(actor: Annotated[Actor, who], wanted: Annotated[Wanted, Query()]) -> dict[str, Any]:
        return await _page(commands, actor, wanted, reading.now())

    @router.post("", status_code=201)
    async def open(wanted: OpenCase, actor: Annotated[Actor, who], response: Response) -> dict[str, Any]:
        return await shown(await commands.open(wanted, actor), actor, response)

    @router.get("/erased")
    async def erased(actor: Annotated[Actor, who]) -> dict[str, Any]:
        """Proofs of what was erased of cases, for the data-protection officer."""
        only_for_the_officer(actor)
        return {"items": await commands.cases.proofs()}

    @router.get("/{id}")
    async def one(id: str, actor: Annotated[Actor, who], response: Response) -> dict[str, Any]:
        return await shown(await commands.seen(id, actor), actor, response)

    @router.post("/{id}/steps")
    async def work(
        id: str,
        step: Annotated[CaseStep, Body(discriminator="step")],
        actor: Annotated[Actor, who],
        response: Response,
        if_match: IfMatch = "",
    ) -> dict[str, Any]:
        return await shown(await commands.work(id, if_match, step, actor), actor, response)

    async def shown(case: Case, actor: Actor, response: Response) -> dict[str, Any]:
        response.headers["etag"] = f'"{case.revision}"'
        return await _view(case, actor, commands, reading)

    return router


async def _page(commands: CaseCommands, actor: Actor, wanted: Wanted, now: datetime) -> dict[str, Any]:
    page = await _found(commands, actor, wanted, now)
    return {"items": [case_row(case, actor.agency, commands.limits) for case in page.items], "next": page.next}


async def _found(commands: CaseCommands, actor: Actor, wanted: Wanted, now: datetime) -> Page[Case]:
    asked = wanted.asked
    if wanted.about is not None:
        kind, _, id = wanted.about.partition(":")
        return asked.page(await commands.about(kind, id, actor), ORDERS[asked.order])
    if wanted.state == "open":
        mine = [case for case in await commands.cases.open() if seats(case, actor.agency)]
        return asked.page(mine, ORDERS[asked.order])
    if asked.order != "-updated_at":
        raise Problem(
            422,
            "unknown_sort",
            id="Urutan tidak dikenal.",
            en="The list is not kept in this order.",
            sorts=["-updated_at"],
        )
    return asked.page(await commands.cases.over(actor.agency, _begin(asked, now), asked.limit + 1), _changed)


def _begin(asked: Asked, now: datetime) -> tuple[datetime, str]:
    """Before which change, of which case, the page begins."""
    match asked.position:
        case None:
            return now + SOON, ""
        case (int() | float() as at, str() as id) if abs(at) < MOST_SECONDS:
            return datetime.fromtimestamp(at, UTC), id
    raise unknown_position()


def _changed(case: Case) -> Key:
    return case.updated_at.timestamp(), case.id


def _pressing(case: Case) -> Key:
    """What rose highest first, then the most urgent, then the longest open."""
    return LEVELS.index(case.level), case.severity, -case.opened_at.timestamp(), case.id


ORDERS: Mapping[str, Callable[[Case], Key]] = {"-level": _pressing, "-updated_at": _changed}


async def _view(case: Case, actor: Actor, commands: CaseCommands, reading: Reading) -> dict[str, Any]:
    row = case_row(case, actor.agency, commands.limits)
    if not seats(case, actor.agency):
        return row  # handed over, or its last task is over: no longer theirs to see
    gathered, world = await commands.gathered(case), await reading.world()
    return row | case_view(case, gathered, world, actor.agency, reading.now())
