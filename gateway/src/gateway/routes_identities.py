"""/v1: who is who. Doubtful pairs and verdicts on them; merge, split, and contested events of one person."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, Field

from gateway.answers import Items
from gateway.door import Door
from gateway.edge import Opaque, Reason, visits
from gateway.identities import Identities
from gateway.lists import Listing, listed
from gateway.policy import Action
from gateway.shapes import REVIEWS
from gateway.visits import Visit

__all__ = ["routes"]

Id = Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,80}$")]
Key = Annotated[
    str, Path(pattern=r"^[0-9A-Za-z_-]{1,80}$", description="Key of the event or verdict, as the dossier has it")
]


class Verdict(Reason):
    """Whether a pair is one person, and why."""

    verdict: Literal["same", "different", "later"]


class Other(Reason):
    """Who is the same person, and why."""

    other: Id = Field(description="The other person's id")


class Part(Reason):
    """Which claims are somebody else's, and why."""

    nodes: Annotated[list[Id], Field(min_length=1, max_length=200, description="As the dossier's `claims` name them")]


class Changed(BaseModel):
    """The persons concerned, as they are afterwards."""

    people: list[str]


def routes(identities: Identities, door: Door) -> APIRouter:
    """All of them. Every decision is an entry of the log, with its author and reason, and can be taken back."""
    router = APIRouter(prefix="/v1", tags=["who is who"])
    _reviews(router, identities, door)
    _persons(router, identities, door)
    return router


def _reviews(router: APIRouter, identities: Identities, door: Door) -> None:
    @router.get("/reviews", response_model=Items)
    async def queue(visit: Annotated[Visit, Depends(visits(door))], page: Annotated[Listing, listed(REVIEWS)]) -> Any:
        """Pairs that may be one person, the likeliest first. No names."""
        return page.chosen(await identities.queue(visit, page.query()), "items")

    @router.get("/reviews/{review}")
    async def pair(visit: Annotated[Visit, Depends(visits(door))], review: Opaque) -> dict[str, Any]:
        """Both sides with names, the score with its parts, what was said before. On record as a read of both."""
        return await identities.pair(visit, review)

    @router.post("/reviews/{review}/verdict", response_model=Changed)
    async def judge(visit: Annotated[Visit, Depends(visits(door))], review: Opaque, body: Verdict) -> dict[str, Any]:
        """Say that a pair is the same, different, or to be looked at later (supervisors)."""
        return await identities.judge(visit, review, body.model_dump())


def _persons(router: APIRouter, identities: Identities, door: Door) -> None:
    @router.post("/persons/{person}/merge", response_model=Changed)
    async def merge(visit: Annotated[Visit, Depends(visits(door))], person: Opaque, body: Other) -> dict[str, Any]:
        """Say that another person is the same (supervisors). Nothing is lost; it can be taken back."""
        return await identities.change(visit, Action.CHANGE_IDENTITY, (person, "merge"), body.model_dump())

    @router.post("/persons/{person}/split", response_model=Changed)
    async def split(visit: Annotated[Visit, Depends(visits(door))], person: Opaque, body: Part) -> dict[str, Any]:
        """Say that some claims are somebody else's (supervisors)."""
        return await identities.change(visit, Action.CHANGE_IDENTITY, (person, "split"), body.model_dump())

    @router.post("/persons/{person}/verdicts/{key}/withdraw", response_model=Changed)
    async def withdraw(
        visit: Annotated[Visit, Depends(visits(door))], person: Opaque, key: Key, body: Reason
    ) -> dict[str, Any]:
        """Take back a verdict, as if it had not been given (supervisors)."""
        way = (person, f"verdicts/{key}/withdraw")
        return await identities.change(visit, Action.CHANGE_IDENTITY, way, body.model_dump())

    @router.post("/persons/{person}/events/{key}/contest", response_model=Changed)
    async def contest(
        visit: Annotated[Visit, Depends(visits(door))], person: Opaque, key: Key, body: Reason
    ) -> dict[str, Any]:
        """Contest an event on the person's behalf: what rests on it waits until somebody has decided."""
        return await identities.decide(visit, Action.CONTEST_EVENT, (person, key, "contest"), body.reason)

    @router.post("/persons/{person}/events/{key}/{decision}", response_model=Changed)
    async def decide(
        visit: Annotated[Visit, Depends(visits(door))],
        person: Opaque,
        key: Key,
        decision: Literal["stands", "set-aside"],
        body: Reason,
    ) -> dict[str, Any]:
        """Decide that a contested event stands or is set aside (supervisors). It stays in the log either way."""
        return await identities.decide(visit, Action.DECIDE_EVENT, (person, key, decision), body.reason)
