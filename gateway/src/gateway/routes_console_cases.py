"""The console's pages of cases."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from contracts.case_terms import CODES, Outcome
from gateway.cases import STEPS, leads_to
from gateway.console import After, Console
from gateway.edge import Opaque
from gateway.lists import first
from gateway.policy import Action, may_ever
from gateway.purpose import DESK, Kind, Purpose
from gateway.shapes import ASKS, CASES
from gateway.visits import Visit

__all__ = ["add_cases"]

OUTCOMES: tuple[Outcome, ...] = ("regularised", "extended", "left", "charged", "deported", "referred", "no_issue")
MOST_ASKED = 20
UNDECIDED = frozenset({"open", "acknowledged", "in_review"})


def add_cases(router: APIRouter, console: Console) -> None:
    async def listed(visit: Visit, state: str, after: str | None) -> dict[str, Any]:
        query: dict[str, str | int] = {"state": state, **({"after": after} if after else {})}
        return {"page": await console.cases.page(visit, query), "show": state}

    Show = Annotated[str, Query(pattern="^(open|over)$")]

    @router.get("/cases")
    async def cases(
        request: Request,
        visit: Annotated[Visit, Depends(console.visit)],
        show: Show = "open",
        after: After = None,
    ) -> HTMLResponse:
        position = await console.position()
        fields = await listed(visit.under(DESK), show, after)
        return console.pages.show(request, "cases.html", visit.viewer, position=position, **fields)

    @router.get("/cases/rows")
    async def rows(
        request: Request, visit: Annotated[Visit, Depends(console.visit)], show: Show = "open"
    ) -> HTMLResponse:
        fields = await listed(visit.under(DESK), show, None)
        return console.pages.show(request, "case_rows.html", visit.viewer, **fields)

    @router.get("/cases/{case}")
    async def one(request: Request, visit: Annotated[Visit, Depends(console.visit)], case: Opaque) -> HTMLResponse:
        position = await console.position()
        visit = visit.under(Purpose(Kind.CASE, case))
        found = await console.cases.one(visit, case)
        fields: dict[str, Any] = {
            "case": found,
            "opens": leads_to(found, None),
            **_choices(visit, found),
            "others": await _others(console, visit, case),
        }
        fields["asks"] = await _asked(console, visit, found)
        return console.pages.show(request, "case.html", visit.viewer, position=position, **fields)


def _choices(visit: Visit, case: dict[str, Any]) -> dict[str, Any]:
    """What this viewer may do now, and what there is to choose from."""
    steps = {step for step in case.get("may", ()) if may_ever(visit.role, STEPS.get(step, Action.WORK_CASE))}
    waiting = [row for row in case["alerts"] if row["state"] in UNDECIDED]
    return {"may": steps, "waiting": waiting, "codes": CODES, "outcomes": OUTCOMES}


async def _asked(console: Console, visit: Visit, case: dict[str, Any]) -> dict[str, list[Any]]:
    """What the agency asked of each person, the newest for each action, where such an action is planned."""
    acts = any(task["kind"] == "administrative_action" and task["closed_at"] is None for task in case.get("tasks", ()))
    persons = case["persons"][:MOST_ASKED] if acts and case["state"] == "open" else []
    found = {person: (await console.asks.about(visit, person, first(ASKS))).items for person in persons}
    return {person: list({ask["action"]: ask for ask in reversed(asks)}.values()) for person, asks in found.items()}


async def _others(console: Console, visit: Visit, case: str) -> list[dict[str, Any]]:
    """Open cases that this one could be joined with, for whom that is work."""
    if not may_ever(visit.role, Action.MERGE_CASES):
        return []
    page = await console.cases.page(visit.under(DESK), {"state": "open", "limit": CASES.most})
    mine = [row for row in page["items"] if row["id"] != case and row["agency"] == visit.viewer.agency]
    return [{**row, "who": [page["names"].get(group["id"]) for group in row["groups"]]} for row in mine]
