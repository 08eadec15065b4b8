"""The cases' internal HTTP: lists, one case, opening, and steps. What does not concern an agency is not there."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Depends, Header, Query, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from alerts.api import Reading
from alerts.cases.case import LEVELS, Case
from alerts.cases.commands import CaseCommands
from alerts.cases.seats import seats
from alerts.cases.views import case_row, case_view
from chassis.errors import Problem
from chassis.statement import Actor, Verifier
from contracts.casework import CaseStep, OpenCase

__all__ = ["case_routes"]

IfMatch = Annotated[str, Header(max_length=40)]
SUBJECT = r"^(person|party|incident|place|alert):[0-9A-Za-z._-]{1,80}$"

SOON = timedelta(seconds=1)
OFFICER = "data_protection_officer"


class Wanted(BaseModel):
    """Which cases: open ones, those that are over (changed `before`), or open ones about a subject or an alert."""

    model_config = ConfigDict(frozen=True)

    state: Literal["open", "over"] = "open"
    about: str | None = Field(None, pattern=SUBJECT)
    before: AwareDatetime | None = None
    limit: int = Field(50, ge=1, le=200)


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
        if actor.role != OFFICER:
            raise Problem(403, "not_allowed", id="Hanya pejabat pelindungan data.", en="Data-protection officers only.")
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
    found, more = await _found(commands, actor, wanted, now)
    return {"items": [case_row(case, actor.agency, commands.limits) for case in found], "next": more}


async def _found(
    commands: CaseCommands, actor: Actor, wanted: Wanted, now: datetime
) -> tuple[Sequence[Case], datetime | None]:
    if wanted.about is not None:
        kind, _, id = wanted.about.partition(":")
        return await commands.about(kind, id, actor), None
    if wanted.state == "open":
        mine = [case for case in await commands.cases.open() if seats(case, actor.agency)]
        return sorted(mine, key=_pressing), None
    found = await commands.cases.over(actor.agency, wanted.before or now + SOON, wanted.limit)
    return found, found[-1].updated_at if len(found) == wanted.limit else None


def _pressing(case: Case) -> tuple[int, int, datetime]:
    """What rose highest first, then the most urgent, then the longest open."""
    return -LEVELS.index(case.level), -case.severity, case.opened_at


async def _view(case: Case, actor: Actor, commands: CaseCommands, reading: Reading) -> dict[str, Any]:
    row = case_row(case, actor.agency, commands.limits)
    if not seats(case, actor.agency):
        return row  # handed over, or its last task is over: no longer theirs to see
    gathered, world = await commands.gathered(case), await reading.world()
    return row | case_view(case, gathered, world, actor.agency, reading.now())
