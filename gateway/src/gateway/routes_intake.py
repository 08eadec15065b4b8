"""/v1: events in, receipts out."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse

from chassis.errors import Problem
from contracts.events import Refused
from gateway.answers import Receipts as ReceiptsAnswer
from gateway.answers import Taken
from gateway.door import Door
from gateway.edge import visits
from gateway.intake import BATCH, MAX_BATCH_BYTES, SINGLE, Publish, judged, send, sort, split
from gateway.lists import Listing, listed
from gateway.policy import Action, require
from gateway.receipts import Receipts
from gateway.senders import Sender
from gateway.shapes import RECEIPTS
from gateway.visits import Visit

__all__ = ["routes"]

SINGLES = (SINGLE, "application/json")
_EVENT = {"type": "object", "description": "A CloudEvent, `id.tapal.<name>.v1`"}
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            SINGLE: {"schema": _EVENT},
            BATCH: {"schema": {"type": "array", "items": _EVENT, "maxItems": 100}},
            "application/json": {"schema": {"oneOf": [_EVENT, {"type": "array", "items": _EVENT}]}},
        },
    }
}


def routes(door: Door, publish: Publish, receipts: Receipts, now: Callable[[], datetime]) -> APIRouter:
    """Intake over HTTP, and what became of it."""
    router = APIRouter(prefix="/v1", tags=["events"])

    @router.post(
        "/events", status_code=202, response_model=Taken, responses={200: {"model": Taken}}, openapi_extra=BODY
    )
    async def events(
        request: Request,
        sender: Annotated[Sender, Depends(door.sender)],
        visit: Annotated[Visit, Depends(visits(door))],
        dry_run: Annotated[bool, Query(description="Judge only: nothing is sent or stored")] = False,
    ) -> Any:
        """Take over one event, or a batch of up to 100 and 1 MiB, from the system with this API key.

        Who sends comes from the key: `source` must be the key's own. 202 means that the broker has confirmed every
        event counted in `accepted`; each will be accepted or refused, and its receipt tells. Sending again is safe.
        A full queue or a broker that is away answers 503 with Retry-After.

        `?dry_run=true` answers 200 with `outcomes`: what each receipt would say. It depends on the event alone.
        """
        require(visit.role, Action.SEND_EVENTS)
        body = await _body(request)
        try:
            raws = split(body, batch=_is_batch(request, body))
        except Refused as refused:
            raise _problem(refused) from None
        await door.rates.spend(request, "source", visit.viewer.account, len(raws))
        await door.rates.spend(request, "agency", sender.agency, len(raws))
        found = [sort(index, raw, sender) for index, raw in enumerate(raws)]
        if dry_run:
            return JSONResponse({"outcomes": judged(found, sender.owner, now())})
        refused_one = found[0].refused if len(found) == 1 else None
        if refused_one is not None:
            raise _problem(refused_one)
        outcome = await send(found, sender, publish, visit.trace)
        return {"accepted": len(outcome.receipts), "receipts": outcome.receipts, "problems": outcome.problems}

    _receipts(router, door, receipts)
    return router


def _receipts(router: APIRouter, door: Door, receipts: Receipts) -> None:
    @router.get("/receipts", response_model=ReceiptsAnswer)
    async def receipt(
        visit: Annotated[Visit, Depends(visits(door))],
        page: Annotated[Listing, listed(RECEIPTS)],
        source: Annotated[str, Query(max_length=200, description="The event's `source`")],
        id: Annotated[str, Query(max_length=200, description="The event's `id`")],
    ) -> Any:
        """What became of one event of the own agency, or source: every outcome, oldest first."""
        found = page.cut(await receipts.of(visit, (source, id)))
        return page.chosen({"receipts": list(found.items), "next": found.next}, "receipts")


def _is_batch(request: Request, body: bytes) -> bool:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == BATCH:
        return True
    if kind not in SINGLES:
        raise Problem(
            415,
            "unsupported_media_type",
            id=f"Gunakan {SINGLE} atau {BATCH}.",
            en=f"Use {SINGLE} or {BATCH}.",
        )
    return kind == "application/json" and body.lstrip()[:1] == b"["


async def _body(request: Request) -> bytes:
    """The body, given up as soon as it is longer than a batch may be."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BATCH_BYTES:
            raise Problem(413, "too_large", id="Kiriman melebihi 1 MiB.", en="The body is larger than 1 MiB.")
    return bytes(body)


def _problem(refused: Refused) -> Problem:
    status = {"too_large": 413, "unknown_source": 403}.get(refused.code, 400)
    return Problem(status, refused.code, id=refused.message_id, en=refused.message_en, field=refused.field)
