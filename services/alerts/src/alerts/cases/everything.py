"""What alerts and cases hold about one person, for the data-protection officer, who gives it to whom it concerns."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from alerts.api import Reading
from alerts.cases.store import CaseStore
from alerts.subjects import key_of
from alerts.views import view_of
from chassis.errors import Problem
from chassis.statement import Actor, Verifier

__all__ = ["everything_routes", "only_for_the_officer"]

OFFICER = "data_protection_officer"
People = Annotated[list[str], Query(alias="person", min_length=1, max_length=1000)]


def only_for_the_officer(actor: Actor) -> None:
    """Raises Problem 403 for anybody but a data-protection officer."""
    if actor.role != OFFICER:
        raise Problem(403, "not_allowed", id="Hanya pejabat pelindungan data.", en="Data-protection officers only.")


def everything_routes(cases: CaseStore, reading: Reading, verifier: Verifier) -> APIRouter:
    """One route. Whoever asks names every id that the person ever had."""
    router = APIRouter()

    @router.get("/everything")
    async def everything(actor: Annotated[Actor, Depends(verifier)], people: People) -> dict[str, Any]:
        only_for_the_officer(actor)
        known = await reading.store.known([key_of("person", one) for one in people])
        alerts = await reading.store.alerts(sorted({id for state in known.values() for id in state.listed}))
        world = await reading.world()
        return {
            "alerts": [view_of(told, world, reading.now()) for told in await reading.reasons.told(alerts)],
            "cases": [case.model_dump(mode="json") for case in await cases.about(people)],
        }

    return router
