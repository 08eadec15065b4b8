"""The alerts' internal HTTP: lists, single alerts, steps of work, rules, freshness of sources."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Query, Response
from pydantic import BaseModel, Field

from alerts.alert import Alert, Decision
from alerts.commands import Commands, unknown_alert
from alerts.desk import Desk
from alerts.judge import World
from alerts.lists import Wanted, list_alerts
from alerts.store import Store
from alerts.views import row_of, rule_view, source_view, view_of
from chassis.statement import Actor, Verifier

__all__ = ["Reading", "Verdict", "routes"]

IfMatch = Annotated[str, Header(max_length=40)]


class Verdict(BaseModel):
    """What a person decided."""

    outcome: Literal["confirmed", "dismissed"]
    reason: str = Field(min_length=1, max_length=2000)


@dataclass(frozen=True)
class Reading:
    """What the answers are made from."""

    store: Store
    desk: Desk
    now: Callable[[], datetime]

    async def world(self) -> World:
        """The rules, and the sources as last told."""
        return self.desk.world(await self.store.sources())

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

    @router.get("/rules")
    async def rules() -> list[dict[str, Any]]:
        return [rule_view(item.rule) for item in reading.desk.rules.compiled.values()]

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
        decision = Decision(verdict.outcome, verdict.reason, actor.name, reading.now())
        return await _answer(await commands.decide(id, if_match, decision), reading, response)


async def _answer(alert: Alert, reading: Reading, response: Response) -> dict[str, Any]:
    response.headers["etag"] = f'"{alert.revision}"'
    return view_of(alert, await reading.world(), reading.now())
