"""The console's pages of rules: all of them with their stage, and one version with what it would ask of people."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from chassis.errors import Problem
from gateway.console import Console
from gateway.policy import Action, may_ever
from gateway.routes_rules import Number, Rule
from gateway.visits import Visit

__all__ = ["add_rules"]

# Which steps a stage offers; the service has the last word.
STEPS = {
    "draft": ("backtest", "probation"),
    "shadow": ("backtest", "approve", "kill"),
    "active": ("renew", "kill"),
    "killed": ("approve",),
}


def add_rules(router: APIRouter, console: Console) -> None:
    """The pages."""

    @router.get("/rules")
    async def rules(request: Request, visit: Annotated[Visit, Depends(console.visit)]) -> HTMLResponse:
        figures = await console.office.figures(visit)
        fields: dict[str, Any] = {
            "figures": {line["rule"]: line for line in figures["items"]},
            "weeks": figures["weeks"],
            "versions": await console.rulework.versions(visit),
            "budget": await console.rulework.budget(visit),
            "may": may_ever(visit.role, Action.CHANGE_RULES),
        }
        return console.pages.show(request, "rules.html", visit.viewer, **fields)

    @router.get("/rules/{rule}/{version}")
    async def one(
        request: Request, visit: Annotated[Visit, Depends(console.visit)], rule: Rule, version: Number
    ) -> HTMLResponse:
        found = await console.rulework.one(visit, rule, version)
        may = may_ever(visit.role, Action.CHANGE_RULES)
        steps = STEPS.get(found["stage"], ()) if may else ()
        fair = await _fairness(console, visit, rule, version)
        return console.pages.show(request, "rule.html", visit.viewer, rule=found, steps=steps, fair=fair)


async def _fairness(console: Console, visit: Visit, rule: str, version: int) -> dict[str, Any] | None:
    try:
        return await console.rulework.fairness(visit, rule, version)
    except Problem:  # not tried yet, not for this reader, or the reports are away: the page is of use without
        return None
