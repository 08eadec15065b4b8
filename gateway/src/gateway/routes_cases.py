"""/v1/cases: alerts that belong together, who works on them, what is done, and what came of it."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Depends, Query, Response

from contracts.casework import CaseStep, OpenCase
from gateway.answers_cases import CasePage, CaseView
from gateway.cases import Cases
from gateway.door import Door
from gateway.edge import IfMatch, Opaque, tag, visits
from gateway.lists import Listing, listed
from gateway.shapes import CASES
from gateway.visits import Visit

__all__ = ["routes"]

ABOUT = r"^(person|party|incident|place|alert):[0-9A-Za-z._-]{1,80}$"


def routes(cases: Cases, door: Door) -> APIRouter:
    """Cases that the viewer's agency holds, is offered, or has a task in."""
    router = APIRouter(prefix="/v1/cases", tags=["cases"])

    @router.get("", response_model=CasePage)
    async def page(
        visit: Annotated[Visit, Depends(visits(door))],
        page: Annotated[Listing, listed(CASES)],
        state: Literal["open", "over"] = "open",
        about: Annotated[str | None, Query(pattern=ABOUT, description="Open ones about this, `kind:id`")] = None,
    ) -> Any:
        """Open cases, what has risen highest first; or those that are over, newest change first and in no other order.

        With `Tapal-Purpose: desk` the names of persons of open cases are joined, and that is on record; any other
        purpose answers 403 `purpose_required`.
        """
        query = {"state": state, **page.query(), **({"about": about} if about else {})}
        return page.chosen(await cases.page(visit, query), "items")

    @router.post("", response_model=CaseView, status_code=201)
    async def open(visit: Annotated[Visit, Depends(visits(door))], wanted: OpenCase) -> dict[str, Any]:
        """Open a case about what the agency is told of, or, with `Tapal-Purpose: order:<number>`, has an order for."""
        return await cases.open(visit, wanted)

    @router.get("/{case}", response_model=CaseView)
    async def one(visit: Annotated[Visit, Depends(visits(door))], case: Opaque, response: Response) -> dict[str, Any]:
        """One case in full, with names while it is open, which is on record. ETag is the revision for If-Match."""
        found = await cases.one(visit, case)
        tag(response, found)
        return found

    @router.post("/{case}/steps", response_model=CaseView)
    async def work(
        visit: Annotated[Visit, Depends(visits(door))],
        case: Opaque,
        step: Annotated[CaseStep, Body(discriminator="step")],
        if_match: IfMatch = "",
    ) -> dict[str, Any]:
        """Take a step. Closing, reopening, merging and un-merging are a supervisor's.

        An administrative action begins and ends only with the record of its case conference and, for every person of
        the case, an answer `proceed` of /v1/asks that is still good (409 `ask_required`, `persons`).
        """
        return await cases.work(visit, case, step, if_match)

    return router
