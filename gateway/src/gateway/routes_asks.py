"""/v1/asks: the question before every administrative action."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from gateway.answers import AskPage, AskView
from gateway.asks import Asks
from gateway.door import Door
from gateway.edge import Opaque, visits
from gateway.lists import Listing, listed
from gateway.shapes import ASKS
from gateway.visits import Visit

__all__ = ["routes"]

PERSON = r"^[0-9A-Za-z_-]{1,80}$"


class Question(BaseModel):
    """Of whom, and before what."""

    person: str = Field(pattern=PERSON)
    action: Literal["detention", "hand_over", "administrative"] = Field(description="What is about to be done")


def routes(asks: Asks, door: Door) -> APIRouter:
    """Asking and looking for the answer: same wording, same delay, for everyone."""
    router = APIRouter(prefix="/v1/asks", tags=["asks"])

    @router.post("", response_model=AskView, status_code=201)
    async def ask(visit: Annotated[Visit, Depends(visits(door))], question: Question) -> dict[str, Any]:
        """Ask before detention, hand-over or any administrative action. Needs an order or an open alert about them."""
        return await asks.ask(visit, question.person, question.action)

    @router.get("", response_model=AskPage)
    async def about(
        visit: Annotated[Visit, Depends(visits(door))],
        page: Annotated[Listing, listed(ASKS)],
        person: Annotated[str, Query(pattern=PERSON)],
    ) -> Any:
        """What the own agency asked of this person."""
        found = await asks.about(visit, person, page)
        return page.told(found.items, found.next)

    @router.get("/{ask}", response_model=AskView)
    async def one(visit: Annotated[Visit, Depends(visits(door))], ask: Opaque) -> dict[str, Any]:
        """The question, from `answer_at` on with `proceed` or `wait`. An answer never says why."""
        return await asks.read(visit, ask)

    return router
