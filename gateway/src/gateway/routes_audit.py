"""/v1/audit: who read what, and the proof that nothing of it was changed."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from chassis.calendar import Instant, reckoned
from chassis.errors import Problem
from gateway.answers import AuditPage
from gateway.checkpoints import Checkpoints
from gateway.door import Door
from gateway.edge import Opaque, visits
from gateway.lists import Listing, listed
from gateway.looks import Looks
from gateway.shapes import AUDIT
from gateway.visits import Visit
from gateway.weeks import Week

__all__ = ["routes"]

Days = Annotated[int, Query(ge=1, le=3660)]
Rows = Annotated[Listing, listed(AUDIT)]


class _Answer(BaseModel):
    model_config = ConfigDict(extra="allow")


class WeekView(_Answer):
    """What the accounts of an agency read in a week, in sums."""

    week: str
    agency: str
    begin: str
    end: str
    accounts: list[dict[str, Any]] = Field(description="account, role, reads, persons, refused, actions, purposes")


class CheckpointView(_Answer):
    """How far the log reaches, signed."""

    checkpoints: list[str] = Field(description="One compact JWS (Ed25519) a chain")
    heads: list[dict[str, Any]] = Field(description="What they say: chain, n, hash, at")
    key: str = Field(description="The public key, PEM")


class BreachView(_Answer):
    """Whose data were shown, but for what the protection desk read."""

    reads: int
    subjects: list[dict[str, Any]] = Field(description="id, fields, accounts, first, last, times")
    not_in_it: dict[str, str] = Field(description="Who gives notice of the rest: id, en")


def routes(looks: Looks, checkpoints: Checkpoints, door: Door) -> APIRouter:
    """The access log, each as far as the own watch goes. Looking at it is on record too."""
    router = APIRouter(prefix="/v1/audit", tags=["audit"])
    _views(router, looks, door)
    _reports(router, looks, checkpoints, door)
    return router


def _views(router: APIRouter, looks: Looks, door: Door) -> None:
    @router.get("", response_model=AuditPage)
    async def audit(visit: Annotated[Visit, Depends(visits(door))], page: Rows, days: Days = 7) -> Any:
        """Who read whom, why, and with which outcome, newest first.

        A supervisor sees the own agency, an inspector all, both without protection reads; the data-protection officer
        everything.
        """
        found = await looks.page(visit, days, page.asked)
        return page.told(found.items, found.next)

    @router.get("/persons/{person}", response_model=AuditPage)
    async def about(
        visit: Annotated[Visit, Depends(visits(door))], page: Rows, person: Opaque, days: Days = 366
    ) -> Any:
        """Who looked at this person. What the protection desk read is in nobody's answer."""
        found = await looks.about(visit, person, days, page.asked)
        return page.told(found.items, found.next)

    @router.get("/accounts/{account}", response_model=AuditPage)
    async def by(
        visit: Annotated[Visit, Depends(visits(door))],
        page: Rows,
        account: Annotated[str, Path(max_length=80, pattern=r"^[0-9A-Za-z._-]+$")],
        days: Days = 366,
    ) -> Any:
        """What this officer looked at."""
        found = await looks.by(visit, account, days, page.asked)
        return page.told(found.items, found.next)


def _reports(router: APIRouter, looks: Looks, checkpoints: Checkpoints, door: Door) -> None:
    @router.get("/weeks/{week}", response_model=WeekView)
    async def week(
        visit: Annotated[Visit, Depends(visits(door))],
        week: Annotated[str, Path(pattern=r"^\d{4}-W\d{2}$", description="ISO 8601, once it is over (WIB)")],
        agency: Annotated[str | None, Query(max_length=40, description="None: the own")] = None,
    ) -> dict[str, Any]:
        """The weekly report to the head of an agency."""
        try:
            wanted = Week.parse(week)
        except ValueError:
            raise Problem(422, "unknown_week", id="Minggu tidak dikenal.", en="There is no such week.") from None
        reckoned(wanted.monday)
        return await looks.week(visit, wanted, agency or visit.viewer.agency)

    @router.get("/checkpoint", response_model=CheckpointView)
    async def checkpoint(visit: Annotated[Visit, Depends(visits(door))]) -> dict[str, Any]:
        """How far the log reaches, signed: hand it to another agency. `tapal audit verify` checks against it."""
        return await checkpoints.issue(visit)

    @router.get("/breach", response_model=BreachView)
    async def breach(
        visit: Annotated[Visit, Depends(visits(door))],
        since: Instant,
        until: Instant,
        account: Annotated[str | None, Query(max_length=80, description="None: any")] = None,
    ) -> dict[str, Any]:
        """Whose data were shown, which fields and when (the data-protection officer)."""
        return await looks.breach(visit, since, until, account)
