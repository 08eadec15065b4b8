"""The registry's internal HTTP for who is who: doubtful pairs, verdicts, merge, split, contested events."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from chassis.listing import Asked
from chassis.statement import Actor, Verifier
from registry.commands import Commands
from registry.reviews import Reviews

__all__ = ["identity_routes"]

Reason = Annotated[str, Field(min_length=3, max_length=1000)]


class Judged(BaseModel):
    """A verdict on a pair, and why."""

    verdict: Literal["same", "different", "later"]
    reason: Reason


class Merged(BaseModel):
    """Another person who is the same, and why."""

    other: str
    reason: Reason


class Parted(BaseModel):
    """The claims, by their nodes, that are of someone else, and why."""

    nodes: Annotated[set[str], Field(min_length=1, max_length=200)]
    reason: Reason


class Reasoned(BaseModel):
    """Why a human decides so."""

    reason: Reason


Change = Literal["contest", "stands", "set-aside"]
ACTIONS: dict[Change, str] = {"contest": "contested", "stands": "stands", "set-aside": "set_aside"}


def identity_routes(reviews: Reviews, commands: Commands, verifier: Verifier) -> APIRouter:
    """All of them; commands answer with the persons as they are afterwards."""
    router = APIRouter(dependencies=[Depends(verifier)])
    _review_routes(router, reviews, commands, verifier)
    _person_routes(router, commands, verifier)
    return router


def _review_routes(router: APIRouter, reviews: Reviews, commands: Commands, verifier: Verifier) -> None:
    @router.get("/reviews")
    async def queue(
        after: Annotated[str | None, Query(max_length=500)] = None, limit: Annotated[int, Query(ge=1, le=200)] = 50
    ) -> dict[str, Any]:
        return await reviews.queue(Asked("-total", after, limit))

    @router.get("/reviews/{review}")
    async def one(review: str) -> dict[str, Any]:
        return await reviews.one(review)

    @router.post("/reviews/{review}/verdict")
    async def judge(review: str, body: Judged, actor: Annotated[Actor, Depends(verifier)]) -> dict[str, Any]:
        people = await reviews.people(review)
        return {"people": await commands.judge(people, body.verdict, body.reason, actor)}


def _person_routes(router: APIRouter, commands: Commands, verifier: Verifier) -> None:
    @router.post("/persons/{person}/merge")
    async def merge(person: str, body: Merged, actor: Annotated[Actor, Depends(verifier)]) -> dict[str, Any]:
        return {"people": await commands.judge((person, body.other), "same", body.reason, actor)}

    @router.post("/persons/{person}/split")
    async def split(person: str, body: Parted, actor: Annotated[Actor, Depends(verifier)]) -> dict[str, Any]:
        return {"people": await commands.split(person, body.nodes, body.reason, actor)}

    @router.post("/persons/{person}/verdicts/{verdict}/withdraw")
    async def withdraw(
        person: str, verdict: str, body: Reasoned, actor: Annotated[Actor, Depends(verifier)]
    ) -> dict[str, Any]:
        return {"people": await commands.withdraw(person, verdict, body.reason, actor)}

    @router.post("/persons/{person}/events/{event}/{change}")
    async def on_event(
        person: str, event: str, change: Change, body: Reasoned, actor: Annotated[Actor, Depends(verifier)]
    ) -> dict[str, Any]:
        await commands.on_event((person, event), ACTIONS[change], body.reason, actor)
        return {"people": [person]}
