"""The alerts' internal HTTP: lists, single alerts, steps of work, freshness of sources."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter, Depends, Header, Query, Response
from pydantic import BaseModel, Field, model_validator

from alerts.alert import Alert, Decision
from alerts.budget import WEEK
from alerts.commands import Aside, Commands, unknown_alert
from alerts.desk import Desk
from alerts.figures import Tally, figures
from alerts.lists import Wanted, list_alerts
from alerts.lookups import Lookups
from alerts.reasons import Reasons
from alerts.rebuild import Rebuild
from alerts.seldom import Seldom
from alerts.shelves import KEPT
from alerts.store import Store
from alerts.views import row_of, snooze_rows, source_view, view_of
from alerts.world import World
from chassis.errors import Problem
from chassis.signed import unsigned
from chassis.statement import Actor, Verifier
from contracts.case_terms import Code

__all__ = ["Reading", "Verdict", "routes"]

IfMatch = Annotated[str, Header(max_length=40)]


class Verdict(BaseModel):
    """What a person decided."""

    outcome: Literal["confirmed", "dismissed"]
    reason: str = Field(min_length=1, max_length=2000)
    code: Code | None = Field(None, description="The reason as one of a few words, for the rule's figures")

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if self.code is not None and (self.code == "fact_stands") != (self.outcome == "confirmed"):
            raise ValueError("the code says the opposite of the outcome")
        return self


class PutAside(BaseModel):
    """Until which fact changes, for how long at the most, and why."""

    fact: str = Field(max_length=80)
    days: int = Field(gt=0, le=366)
    reason: str = Field(min_length=1, max_length=2000)


@dataclass(frozen=True)
class Reading:
    """What the answers are made from."""

    store: Store
    desk: Desk
    lookups: Lookups
    rebuild: Rebuild
    reasons: Reasons
    now: Callable[[], datetime]

    async def world(self) -> World:
        """The rules, and the sources as last told."""
        return self.desk.world(await self.store.sources(self.desk))

    async def alert(self, id: str) -> Alert:
        """Raises Problem 404."""
        found = await self.store.alerts([id])
        if not found:
            raise unknown_alert()
        return found[0]


def routes(reading: Reading, commands: Commands, verifier: Verifier) -> APIRouter:
    """All routes; each needs a signed statement."""
    router = APIRouter(dependencies=[Depends(verifier)])
    _alerts(router, reading)
    _work(router, reading, commands, verifier)
    _aside(router, reading, commands, verifier)
    counted = Seldom[Sequence[Tally]]()

    @router.get("/rules/figures")
    async def figured() -> dict[str, Any]:
        span = (reading.now() - KEPT, reading.now())
        told = await counted(lambda: reading.store.tallies(span))
        return {"weeks": KEPT // WEEK, "items": figures(told, reading.desk.public_rules())}

    @router.post("/rebuild")
    async def rebuild(actor: Annotated[Actor, Depends(verifier)]) -> dict[str, int]:
        """Forget what follows from announcements. Who asks has everything announced again, for this `run`."""
        if actor.role != "administrator":
            raise Problem(403, "not_allowed", id="Hanya administrator.", en="Administrators only.")
        return await reading.rebuild()

    @router.get("/tables/unsigned")
    async def unsigned_tables() -> dict[str, list[str]]:
        return {"items": unsigned("alerts")}

    @router.get("/sources")
    async def sources() -> list[dict[str, Any]]:
        world = await reading.world()
        return [source_view(source, world, reading.now()) for source in world.sources.values()]

    return router


def _alerts(router: APIRouter, reading: Reading) -> None:
    @router.get("/alerts")
    async def page(wanted: Annotated[Wanted, Query()]) -> dict[str, Any]:
        world = await reading.world()
        found = await list_alerts(reading.store, wanted, reading.now())
        return {"items": [row_of(alert, world) for alert in found.items], "next": found.next}

    @router.get("/alerts/{id}")
    async def one(id: str, response: Response) -> dict[str, Any]:
        return await _answer(await reading.alert(id), reading, response)


def _work(router: APIRouter, reading: Reading, commands: Commands, verifier: Verifier) -> None:
    who = Depends(verifier)

    @router.post("/alerts/{id}/acknowledge")
    async def acknowledge(
        id: str, actor: Annotated[Actor, who], response: Response, if_match: IfMatch = ""
    ) -> dict[str, Any]:
        return await _answer(await commands.take_up(id, if_match, "acknowledge", actor.name), reading, response)

    @router.post("/alerts/{id}/review")
    async def review(
        id: str, actor: Annotated[Actor, who], response: Response, if_match: IfMatch = ""
    ) -> dict[str, Any]:
        return await _answer(await commands.take_up(id, if_match, "review", actor.name), reading, response)

    @router.post("/alerts/{id}/decide")
    async def decide(
        id: str, verdict: Verdict, actor: Annotated[Actor, who], response: Response, if_match: IfMatch = ""
    ) -> dict[str, Any]:
        decision = Decision(verdict.outcome, verdict.reason, actor.name, reading.now(), code=verdict.code or "")
        return await _answer(await commands.decide(id, if_match, decision), reading, response)


def _aside(router: APIRouter, reading: Reading, commands: Commands, verifier: Verifier) -> None:
    who = Depends(verifier)

    @router.post("/alerts/{id}/snooze")
    async def snooze(
        id: str, wish: PutAside, actor: Annotated[Actor, who], response: Response, if_match: IfMatch = ""
    ) -> dict[str, Any]:
        aside = Aside(wish.fact, wish.days, wish.reason)
        return await _answer(await commands.put_aside(id, if_match, aside, actor), reading, response)

    @router.post("/alerts/{id}/wake")
    async def wake(id: str, actor: Annotated[Actor, who], response: Response, if_match: IfMatch = "") -> dict[str, Any]:
        return await _answer(await commands.take_again(id, if_match, actor), reading, response)

    @router.get("/snoozes")
    async def snoozes(actor: Annotated[Actor, who]) -> dict[str, Any]:
        """What the caller's own agency put aside, and what that hid. Nobody else's is told."""
        world, found = await reading.world(), await reading.lookups.snoozed(actor.agency)
        return {
            "items": [row for one in await reading.reasons.told(found) for row in snooze_rows(one, actor.agency, world)]
        }


async def _answer(alert: Alert, reading: Reading, response: Response) -> dict[str, Any]:
    response.headers["etag"] = f'"{alert.revision}"'
    (told,) = await reading.reasons.told([alert])
    return view_of(told, await reading.world(), reading.now())
