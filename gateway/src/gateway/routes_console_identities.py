"""The console's pages of who is who: the queue of doubtful pairs, and one pair with both sides."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from gateway.console import After, Console
from gateway.edge import Opaque
from gateway.lists import first
from gateway.policy import Action, may_ever
from gateway.shapes import REVIEWS
from gateway.visits import Visit

__all__ = ["add_reviews"]

ROWS = 100


def add_reviews(router: APIRouter, console: Console) -> None:
    """`/reviews` and `/reviews/<pair>`."""

    @router.get("/reviews")
    async def queue(
        request: Request,
        visit: Annotated[Visit, Depends(console.visit)],
        after: After = None,
    ) -> HTMLResponse:
        page = await console.identities.queue(visit, first(REVIEWS, ROWS, after).query())
        return console.pages.show(request, "reviews.html", visit.viewer, page=page)

    @router.get("/reviews/{review}")
    async def pair(request: Request, visit: Annotated[Visit, Depends(console.visit)], review: Opaque) -> HTMLResponse:
        found = await console.identities.pair(visit, review)
        may_judge = may_ever(visit.role, Action.JUDGE_REVIEW)
        return console.pages.show(request, "review.html", visit.viewer, pair=found, may_judge=may_judge)
