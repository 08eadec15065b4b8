"""/v1: the alerts desk and its live stream."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Query, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, Field

from contracts.case_terms import Code
from gateway.answers import AlertPage, AlertView, Items
from gateway.desk import Decision, Desk
from gateway.door import Door
from gateway.edge import IfMatch, Opaque, tag, visits
from gateway.lists import Listing, listed
from gateway.policy import Action, require
from gateway.shapes import ALERTS, SNOOZES
from gateway.stream import Feed
from gateway.visits import Visit

__all__ = ["routes", "snooze_routes", "stream_routes"]

State = Literal["open", "acknowledged", "in_review", "confirmed", "dismissed", "held", "withdrawn"]
POSITION = r"^\d{1,15}(-\d{1,15})?$"


class Verdict(BaseModel):
    """What a human decided about an alert."""

    outcome: Literal["confirmed", "dismissed"]
    reason: str = Field(min_length=3, max_length=1000, description="Written for whoever reviews the decision")
    code: Code | None = Field(None, description="The reason in one of a few words, for the rule's figures")


class PutAside(BaseModel):
    """An alert waits while a fact stays as it is: not once it changes, not after so many days, not if more urgent."""

    fact: str = Field(max_length=80, description="One of the alert's `bindable` facts")
    days: int = Field(gt=0, le=366, description="At the most; the office sets the longest time")
    reason: str = Field(min_length=3, max_length=1000, description="Read by the own agency only")


def routes(desk: Desk, door: Door) -> APIRouter:
    """Alerts of the viewer's agency."""
    router = APIRouter(prefix="/v1/alerts", tags=["alerts"])
    _reading(router, desk, door)
    _working(router, desk, door)
    _aside(router, desk, door)
    return router


def _reading(router: APIRouter, desk: Desk, door: Door) -> None:
    @router.get("", response_model=AlertPage)
    async def found(
        visit: Annotated[Visit, Depends(visits(door))],
        page: Annotated[Listing, listed(ALERTS)],
        state: State | None = None,
        rule: Annotated[str | None, Query(max_length=20)] = None,
    ) -> Any:
        """Alerts that concern the viewer's agency, newest change first.

        With `Tapal-Purpose: desk` the names of open rows are joined, and that is on record; without a purpose there
        are none, and any other answers 403 `purpose_required`. While the registry is away the list goes on without
        names and says so in `away`.
        """
        asked = {"state": state, "rule": rule, "after": page.asked.after, "limit": page.limit}
        query = {name: value for name, value in asked.items() if value is not None}
        return page.chosen(await desk.page(visit, query), "items")

    @router.get("/{alert}", response_model=AlertView)
    async def one(visit: Annotated[Visit, Depends(visits(door))], alert: Opaque, response: Response) -> dict[str, Any]:
        """One alert: the facts it rests on, its events, its history. ETag is the revision for If-Match.

        With a purpose the name is joined, which is on record under this alert.
        """
        view = await desk.one(visit, alert)
        tag(response, view)
        return view


def _working(router: APIRouter, desk: Desk, door: Door) -> None:
    @router.post("/{alert}/acknowledge", response_model=AlertView)
    async def acknowledge(
        visit: Annotated[Visit, Depends(visits(door))], alert: Opaque, if_match: IfMatch = ""
    ) -> dict[str, Any]:
        """Somebody has seen it."""
        return await desk.work(visit, Decision(alert, "acknowledge", if_match))

    @router.post("/{alert}/review", response_model=AlertView)
    async def review(
        visit: Annotated[Visit, Depends(visits(door))], alert: Opaque, if_match: IfMatch = ""
    ) -> dict[str, Any]:
        """Somebody works on it: from here on late evidence also tells the reviewer."""
        return await desk.work(visit, Decision(alert, "review", if_match))

    @router.post("/{alert}/decide", response_model=AlertView)
    async def decide(
        visit: Annotated[Visit, Depends(visits(door))], alert: Opaque, verdict: Verdict, if_match: IfMatch = ""
    ) -> dict[str, Any]:
        """A human decides, with a reason: confirmed or dismissed."""
        return await desk.work(visit, Decision(alert, "decide", if_match, verdict.model_dump(exclude_none=True)))


def _aside(router: APIRouter, desk: Desk, door: Door) -> None:
    @router.post("/{alert}/snooze", response_model=AlertView)
    async def snooze(
        visit: Annotated[Visit, Depends(visits(door))], alert: Opaque, aside: PutAside, if_match: IfMatch = ""
    ) -> dict[str, Any]:
        """Put it aside until a fact changes. It looks like any other on hold; also one on hold can be put aside."""
        return await desk.work(visit, Decision(alert, "snooze", if_match, aside.model_dump()))

    @router.post("/{alert}/wake", response_model=AlertView)
    async def wake(
        visit: Annotated[Visit, Depends(visits(door))], alert: Opaque, if_match: IfMatch = ""
    ) -> dict[str, Any]:
        """Take up again what the own agency put aside."""
        return await desk.work(visit, Decision(alert, "wake", if_match))


def snooze_routes(desk: Desk, door: Door) -> APIRouter:
    """What was put aside."""
    router = APIRouter(prefix="/v1", tags=["alerts"])

    @router.get("/snoozes", response_model=Items)
    async def snoozes(visit: Annotated[Visit, Depends(visits(door))], page: Annotated[Listing, listed(SNOOZES)]) -> Any:
        """What the own agency put aside: bound to which fact, by whom, until when, and what that hid. No other's."""
        return page.of(await desk.snoozes(visit))

    return router


def stream_routes(feed: Feed, door: Door, now: Callable[[], datetime]) -> APIRouter:
    """The live stream."""
    router = APIRouter(prefix="/v1", tags=["alerts"])

    # A refusal has to come before the stream begins: afterwards there is no status left to give.
    async def listening(visit: Annotated[Visit, Depends(visits(door))]) -> Visit:
        require(visit.role, Action.READ_ALERTS, visit.purpose.kind)
        return visit

    @router.get("/stream", response_class=EventSourceResponse)
    async def stream(
        visit: Annotated[Visit, Depends(listening)],
        last_event_id: Annotated[str | None, Header(pattern=POSITION)] = None,
        after: Annotated[
            str | None, Query(pattern=POSITION, description="As Last-Event-ID, for the first time")
        ] = None,
    ) -> AsyncIterator[ServerSentEvent]:
        """Changes of the alerts that the viewer may see, as server-sent events.

        `alert`: id, revision, rule, state, severity; `case`: id, revision, state, level; read them to learn more.
        `ready`: where a stream without a position begins. `reset`: the position is gone; load the list again.
        Resume by Last-Event-ID.
        """
        async for change in feed.follow(visit.viewer, last_event_id or after):
            if now() >= visit.viewer.until or not await door.sessions.stands(visit.viewer):
                return
            yield ServerSentEvent(data=dict(change.data), event=change.event, id=change.position)

    return router
