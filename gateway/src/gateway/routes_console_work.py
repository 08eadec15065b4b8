"""The console's pages of daily work: alerts, persons and parties."""

import json
from dataclasses import dataclass
from datetime import datetime, time
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BeforeValidator

from chassis.calendar import Day
from gateway.console import After, Console, opens_by_glass
from gateway.edge import Opaque, told_moment
from gateway.lists import first
from gateway.policy import Action, is_allowed, may_ever, require
from gateway.purpose import DESK, NO_PURPOSE, OPEN_STATES, Kind, Purpose, parse
from gateway.routes_persons import Looked
from gateway.routes_session import refuse_foreign
from gateway.rows import grouped
from gateway.shapes import HITS
from gateway.texts import WIB
from gateway.timeline import timeline
from gateway.visits import Visit

__all__ = ["add_alerts", "add_events", "add_parties", "add_persons", "add_snoozes"]

ROWS = 100
END_OF_DAY = time(23, 59, 59)
DECISIONS = {"contest": Action.CONTEST_EVENT, "decide": Action.DECIDE_EVENT}
Written = Annotated[Day | None, BeforeValidator(lambda written: written or None)]


@dataclass(frozen=True)
class Then:
    """The days that the form of a dossier asks about; an empty field is no day."""

    as_of: Written = None
    known_on: Written = None

    def moment(self) -> dict[str, str]:
        known_at = datetime.combine(self.known_on, END_OF_DAY, WIB) if self.known_on else None
        return told_moment(self.as_of, known_at)


async def _named(
    alert: Annotated[str, Query(max_length=80)] = "",
    matter: Annotated[str, Query(max_length=80)] = "",
    review: Annotated[str, Query(max_length=80)] = "",
    case: Annotated[str, Query(max_length=80)] = "",
    emergency: Annotated[str, Query(max_length=80)] = "",
) -> str | None:
    given = {"alert": alert, "matter": matter, "review": review, "case": case, "emergency": emergency}
    return next((f"{kind}:{reference}" for kind, reference in given.items() if reference), None)


def add_alerts(router: APIRouter, console: Console) -> None:
    async def listed(visit: Visit, show: str, after: str | None) -> dict[str, Any]:
        if show == "working":
            page = await console.desk.working(visit, ROWS)
        else:
            query: dict[str, str | int] = {"limit": ROWS, **({"after": after} if after else {})}
            page = await console.desk.page(visit, query)
        rows = [row for row in page["items"] if show != "closed" or row["state"] not in OPEN_STATES]
        rows = grouped(rows) if show == "working" else rows
        return {"rows": rows, "away": page["away"], "next": page["next"], "show": show}

    Show = Annotated[str, Query(pattern="^(working|closed|all)$")]

    @router.get("/alerts")
    async def alerts(
        request: Request,
        visit: Annotated[Visit, Depends(console.visit)],
        show: Show = "working",
        after: After = None,
    ) -> HTMLResponse:
        # The position first: a change that comes while the list is read is then told again, not missed.
        position = await console.position()
        fields = await listed(visit.under(DESK), show, after)
        sources = await console.freshness(visit)
        return console.pages.show(request, "alerts.html", visit.viewer, position=position, sources=sources, **fields)

    @router.get("/alerts/rows")
    async def rows(
        request: Request, visit: Annotated[Visit, Depends(console.visit)], show: Show = "working"
    ) -> HTMLResponse:
        return console.pages.show(request, "rows.html", visit.viewer, **await listed(visit.under(DESK), show, None))

    @router.get("/alerts/{alert}")
    async def one(request: Request, visit: Annotated[Visit, Depends(console.visit)], alert: Opaque) -> HTMLResponse:
        position = await console.position()
        visit = visit.under(Purpose(Kind.ALERT, alert))
        view = await console.desk.one(visit, alert)
        fields: dict[str, Any] = {"alert": view, "asks": await console.asked(visit, view)}
        fields["cases"] = await console.cases_about(visit, view)
        fields["aside"] = await console.aside(visit, view)
        return console.pages.show(request, "alert.html", visit.viewer, position=position, **fields)


def add_snoozes(router: APIRouter, console: Console) -> None:
    @router.get("/snoozes")
    async def snoozes(request: Request, visit: Annotated[Visit, Depends(console.visit)]) -> HTMLResponse:
        found = await console.desk.snoozes(visit)
        return console.pages.show(request, "snoozes.html", visit.viewer, snoozes=found)


def add_persons(router: APIRouter, console: Console) -> None:
    @router.get("/find")
    async def find(request: Request, visit: Annotated[Visit, Depends(console.visit)]) -> HTMLResponse:
        require(visit.role, Action.FIND_PERSON, Kind.ORDER)
        return console.pages.show(request, "find.html", visit.viewer)

    @router.post("/find")
    async def found(request: Request, visit: Annotated[Visit, Depends(console.visit)], looked: Looked) -> HTMLResponse:
        refuse_foreign(request)
        purpose = parse(request.headers.get("tapal-purpose"))
        page, told = await console.dossiers.search(
            visit.under(purpose), looked.text, first(HITS, looked.limit or HITS.usual)
        )
        hits = {**told, "items": page.items}
        return console.pages.show(request, "found.html", visit.viewer, hits=hits, order=purpose.reference)

    @router.get("/persons/{person}")
    async def person(
        request: Request,
        visit: Annotated[Visit, Depends(console.visit)],
        person: Opaque,
        named: Annotated[str | None, Depends(_named)],
        then: Annotated[Then, Depends(Then)],
    ) -> HTMLResponse:
        # The number of an order is somebody's case: it comes in the header, never in the address.
        purpose = parse(request.headers.get("tapal-purpose") or named)
        if purpose is NO_PURPOSE:
            return _purpose(console, request, visit)
        dossier = await console.dossiers.read(visit.under(purpose), person, then.moment())
        return console.pages.show(
            request,
            "person.html",
            visit.viewer,
            person=dossier,
            purpose=purpose,
            then=then,
            **_told(console, request, visit, dossier),
        )


def add_events(router: APIRouter, console: Console) -> None:
    @router.get("/persons/{person}/events/{key}")
    async def event(
        request: Request,
        visit: Annotated[Visit, Depends(console.visit)],
        person: Opaque,
        key: Opaque,
        named: Annotated[str | None, Depends(_named)],
    ) -> HTMLResponse:
        purpose = parse(request.headers.get("tapal-purpose") or named)
        if purpose is NO_PURPOSE:
            return _purpose(console, request, visit)
        found = await console.dossiers.event(visit.under(purpose), person, key)
        raw = json.dumps(found["raw"], indent=2, ensure_ascii=False)
        may = {name: is_allowed(visit.role, action, purpose.kind) for name, action in DECISIONS.items()}
        fields: dict[str, Any] = {"event": found, "raw": raw, "person": person, "purpose": purpose, "may": may}
        return console.pages.show(request, "event.html", visit.viewer, **fields)


def add_parties(router: APIRouter, console: Console) -> None:
    @router.get("/parties/{party}")
    async def party(
        request: Request,
        visit: Annotated[Visit, Depends(console.visit)],
        party: Opaque,
        named: Annotated[str | None, Depends(_named)],
    ) -> HTMLResponse:
        purpose = parse(request.headers.get("tapal-purpose") or named)
        if purpose is NO_PURPOSE:
            return _purpose(console, request, visit)
        found = await console.parties.read(visit.under(purpose), party)
        return console.pages.show(request, "party.html", visit.viewer, party=found, purpose=purpose)


def _purpose(console: Console, request: Request, visit: Visit) -> HTMLResponse:
    return console.pages.show(request, "purpose.html", visit.viewer, glass=opens_by_glass(request, visit.viewer))


def _told(console: Console, request: Request, visit: Visit, dossier: dict[str, Any]) -> dict[str, Any]:
    texts = console.pages.texts(request)
    source_name = console.pages.directory(texts).source
    senders = {event["key"]: source_name(event["agency"], event["source"]) for event in dossier["events"]}
    return {
        "timeline": timeline(dossier["events"], texts, source_name),
        "senders": lambda keys: ", ".join(dict.fromkeys(senders[key] for key in keys if key in senders)),
        "may_change": may_ever(visit.role, Action.CHANGE_IDENTITY),
    }
