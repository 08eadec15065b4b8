"""/v1/rules: every version, and the steps of a rule's life."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path
from pydantic import Field

from gateway.answers import Items
from gateway.door import Door
from gateway.edge import Reason, visits
from gateway.lists import Listing, listed
from gateway.rulework import Rulework, Step
from gateway.shapes import BUDGET, VERSIONS
from gateway.visits import Visit

__all__ = ["Number", "Rule", "routes"]

Rule = Annotated[str, Path(pattern=r"^[A-Za-z0-9]{1,20}$", description="Id of the rule: R02a")]
Number = Annotated[int, Path(gt=0, lt=10_000, description="Version of the rule")]
Wish = Literal["backtest", "probation", "approve", "renew", "kill"]


class Draft(Reason):
    """A new version of a rule, and why."""

    text: str = Field(min_length=1, max_length=100_000, description="YAML as in the rule files, with its twins")


def routes(work: Rulework, door: Door) -> APIRouter:
    """Rules and their life."""
    router = APIRouter(prefix="/v1/rules", tags=["sources and rules"])
    who = Depends(visits(door))

    @router.get("/budget", response_model=Items)
    async def budget(visit: Annotated[Visit, who], page: Annotated[Listing, listed(BUDGET)]) -> Any:
        """Rules that asked more of an agency than it can look at in a week. Their owners were warned."""
        return page.of(await work.budget(visit))

    @router.get("/versions", response_model=Items)
    async def versions(visit: Annotated[Visit, who], page: Annotated[Listing, listed(VERSIONS)]) -> Any:
        """Every version of every rule: draft, on probation, in force, replaced or stopped; who took which step."""
        return page.of(await work.versions(visit))

    @router.get("/{rule}/versions/{version}")
    async def one(visit: Annotated[Visit, who], rule: Rule, version: Number) -> dict[str, Any]:
        """One version: its text, its trial on history, what it found on probation."""
        return await work.one(visit, rule, version)

    @router.get("/{rule}/versions/{version}/fairness")
    async def fairness(visit: Annotated[Visit, who], rule: Rule, version: Number) -> dict[str, Any]:
        """Whom it would find, by citizenship beside the base rate. An aggregate: what is under five stands together."""
        return await work.fairness(visit, rule, version)

    @router.post("", status_code=201)
    async def draft(visit: Annotated[Visit, who], body: Draft) -> dict[str, Any]:
        """A new version. 422 `not_a_rule`: it names what no rule may know, is misspelt, or fails its own twins."""
        return await work.draft(visit, body.text, body.reason)

    @router.post("/{rule}/versions/{version}/{wish}")
    async def step(
        visit: Annotated[Visit, who], rule: Rule, version: Number, wish: Wish, body: Reason
    ) -> dict[str, Any]:
        """Take a step. 403 where the same hand wrote it or another agency owns it, 409 where it does not follow yet.

        Stopping (`kill`) takes one hand and holds within a second; what the rule had raised withdraws.
        """
        return await work.step(visit, Step(rule, version, wish, body.reason))

    return router
