"""The internal HTTP of rules: those in force, every version there was, and the steps of a rule's life."""

from collections import Counter
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, Field

from alerts.budget_watch import BudgetWatch
from alerts.life import Version
from alerts.lookups import Lookups
from alerts.rule_desk import RuleDesk, Wish
from alerts.views import rule_view
from chassis.statement import Actor, Verifier

__all__ = ["rule_routes"]

Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9]{1,20}$")]
Number = Annotated[int, Path(gt=0, lt=10_000)]


class Draft(BaseModel):
    """The text of a rule, YAML, as in the files, with its twins."""

    text: str = Field(min_length=1, max_length=100_000)
    reason: str = Field(min_length=1, max_length=2000)


class Why(BaseModel):
    """Why somebody takes a step."""

    reason: str = Field(min_length=1, max_length=2000)


def rule_routes(rules: RuleDesk, budget: BudgetWatch, lookups: Lookups, verifier: Verifier) -> APIRouter:
    """All routes; each needs a signed statement."""
    router = APIRouter(prefix="/rules", dependencies=[Depends(verifier)])
    who = Depends(verifier)

    @router.get("")
    async def in_force() -> list[dict[str, Any]]:
        return [rule_view(item.rule) for item in rules.desk.rules.compiled.values() if not item.stopped]

    @router.get("/budget")
    async def spent() -> dict[str, Any]:
        """Where a rule asked more of an agency than it can look at in a week."""
        return {"items": await budget.given()}

    @router.get("/versions")
    async def versions() -> dict[str, Any]:
        kept = sorted(await rules.book.versions(), key=lambda one: (one.rule.id, one.rule.version))
        return {"items": [_row(one) for one in kept]}

    @router.get("/{id}/versions/{number}")
    async def one(id: Id, number: Number) -> dict[str, Any]:
        return await _view(await rules.one(f"{id}/{number}"), lookups)

    @router.post("", status_code=201)
    async def draft(body: Draft, actor: Annotated[Actor, who]) -> dict[str, Any]:
        return await _view(await rules.draft(body.text, body.reason, actor), lookups)

    @router.post("/{id}/versions/{number}/{wish}")
    async def step(id: Id, number: Number, wish: Wish, body: Why, actor: Annotated[Actor, who]) -> dict[str, Any]:
        return await _view(await rules.step(f"{id}/{number}", wish, body.reason, actor), lookups)

    return router


def _row(one: Version) -> dict[str, Any]:
    return {
        "rule": one.rule.id,
        "version": one.rule.version,
        "title": one.rule.title.model_dump(),
        "owner": one.rule.owner,
        "side": one.rule.side,
        "stage": one.stage,
        "expires": one.expires,
        "waiting_for": one.wanted,
        "history": [{"at": s.at, "by": s.by, "what": s.what, "reason": s.reason} for s in one.history],
    }


async def _view(one: Version, lookups: Lookups) -> dict[str, Any]:
    seen = await lookups.sightings(one.key)
    work = Counter(agency for row in seen for agency in row["agencies"] or [""])
    found = {"found": len(seen), "still": sum(row["fires"] for row in seen), "agencies": dict(work)}
    return _row(one) | {"text": one.text, "trial": one.trial, "on_probation": found}
