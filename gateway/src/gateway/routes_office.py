"""/v1: quarantine, sources, rules, counts, reports, administration."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query
from pydantic import Field

from chassis.calendar import Day
from gateway.answers import Items
from gateway.door import Door
from gateway.edge import Reason, visits
from gateway.lists import Listing, listed
from gateway.office import Office
from gateway.replays import Replays
from gateway.shapes import AGENCIES, COUNTS, FIGURES, QUARANTINE, RULES, SCORECARDS, SOURCES
from gateway.visits import Visit

__all__ = ["replay_routes", "routes"]

Record = Annotated[str, Path(pattern=r"^[0-9a-f.]{1,80}$", description="Id of the refused event")]


class Replay(Reason):
    """The event to send, and why."""

    event: dict[str, Any] | None = Field(None, description="Corrected; without it, as it was sent")


def routes(office: Office, door: Door) -> APIRouter:
    """The office."""
    router = APIRouter(prefix="/v1")
    _questions(router, office, door)
    _reports(router, office, door)
    _administration(router, office, door)
    return router


def _questions(router: APIRouter, office: Office, door: Door) -> None:
    @router.get("/agencies", tags=["sources and rules"], response_model=Items)
    async def agencies(
        visit: Annotated[Visit, Depends(visits(door))], page: Annotated[Listing, listed(AGENCIES)]
    ) -> Any:
        """The agencies of the team: area, sources, what each may send, which alerts it is told of, what it sees."""
        return page.of(office.team(visit))

    @router.get("/sources", tags=["sources and rules"], response_model=Items)
    async def sources(visit: Annotated[Visit, Depends(visits(door))], page: Annotated[Listing, listed(SOURCES)]) -> Any:
        """How fresh each source is: where nothing heard does not yet mean nothing happened."""
        return page.of(await office.sources(visit))

    @router.get("/sources/scorecards", tags=["sources and rules"], response_model=Items)
    async def scorecards(
        visit: Annotated[Visit, Depends(visits(door))], page: Annotated[Listing, listed(SCORECARDS)]
    ) -> Any:
        """How each source is doing over 30 days: lateness, gaps, refused events. A system sees its own source."""
        return page.of(await office.scorecards(visit))

    @router.get("/rules", tags=["sources and rules"], response_model=Items)
    async def rules(visit: Annotated[Visit, Depends(visits(door))], page: Annotated[Listing, listed(RULES)]) -> Any:
        """The rules in force: owner, legal reference with its date, wording, expiry."""
        return page.of(await office.rules(visit))

    @router.get("/rules/figures", tags=["sources and rules"], response_model=Items)
    async def figures(visit: Annotated[Visit, Depends(visits(door))], page: Annotated[Listing, listed(FIGURES)]) -> Any:
        """What became of each rule's alerts: raised, confirmed, dismissed and why, withdrawn; dismissed of decided."""
        found = await office.figures(visit)
        return page.of(found.pop("items"), **found)

    @router.get("/quarantine", tags=["events"], response_model=Items)
    async def quarantine(
        visit: Annotated[Visit, Depends(visits(door))], page: Annotated[Listing, listed(QUARANTINE)]
    ) -> Any:
        """Refused events: of the own agency as sent (on record); for administrators all, without their contents."""
        found = await office.quarantine(visit, page.query())
        return page.told(found.items, found.next)


def replay_routes(replays: Replays, door: Door) -> APIRouter:
    """Refused events, sent again."""
    router = APIRouter(prefix="/v1", tags=["events"])

    @router.post("/quarantine/{record}/replay", status_code=202)
    async def replay(visit: Annotated[Visit, Depends(visits(door))], record: Record, body: Replay) -> dict[str, Any]:
        """Send a refused event of the own agency again, corrected or as it was (on record, with the reason).

        It is judged like any event: its outcome goes to the sender, and the first one stays. 409 where what was sent
        was not kept because it may name a citizen.
        """
        await replays.send(visit, record, body.event, body.reason)
        return {"sent": True}

    return router


def _reports(router: APIRouter, office: Office, door: Door) -> None:
    @router.get("/counts", tags=["reports"], response_model=Items)
    async def counts(
        visit: Annotated[Visit, Depends(visits(door))],
        page: Annotated[Listing, listed(COUNTS)],
        begin: Annotated[Day, Query(alias="from")],
        to: Day,
    ) -> Any:
        """Citizens' crossings by day, post and action: counted, never stored. Both days included."""
        return page.of(await office.counts(visit, begin.isoformat(), to.isoformat()))

    @router.get("/reports/{name}", tags=["reports"])
    async def report(
        visit: Annotated[Visit, Depends(visits(door))], name: Literal["presence", "alerts"]
    ) -> dict[str, Any]:
        """Who is present per district and permit family now; or alerts by rule and state. No names.

        Of the own agency's area, and the alerts that it is told of; of the whole team for the data-protection officer
        and administrators. 403 `not_in_remit` where stays are not the agency's work.
        """
        answer: dict[str, Any] = await office.report(visit, name)
        return answer


def _administration(router: APIRouter, office: Office, door: Door) -> None:
    @router.post("/reannounce", tags=["administration"])
    async def reannounce(visit: Annotated[Visit, Depends(visits(door))]) -> dict[str, Any]:
        """Let the registry announce everything again (administrators)."""
        answer: dict[str, Any] = await office.reannounce(visit)
        return answer

    @router.post("/rebuild", tags=["administration"])
    async def rebuild(visit: Annotated[Visit, Depends(visits(door))]) -> dict[str, Any]:
        """Make alerts and reports anew from what the registry knows (administrators). What people did is kept."""
        return await office.rebuild(visit)
