"""Events over HTTP: split into single events, sorted to the agency's exchange, confirmed by the broker."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from chassis.bus import Letter
from chassis.errors import Problem, Unavailable
from contracts.admission import admit
from contracts.agencies import Agency
from contracts.events import MAX_EVENT_BYTES, Refused, read_json, refusal
from gateway.senders import Sender

__all__ = ["BATCH", "MAX_BATCH_BYTES", "MAX_EVENTS", "SINGLE", "Outcome", "Sorted", "judged", "send", "sort", "split"]

SINGLE = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
MAX_EVENTS = 100
MAX_BATCH_BYTES = 1024 * 1024
BLANK = " \t\r\n"

Publish = Callable[[Sequence[Letter]], Awaitable[None]]


@dataclass(frozen=True)
class Sorted:
    """One event: where it goes, or why it goes nowhere."""

    index: int
    raw: bytes
    id: str = ""
    sealed: bool = False
    refused: Refused | None = None


@dataclass(frozen=True)
class Outcome:
    """What was taken over, with the addresses of the receipts, and what was not."""

    receipts: Sequence[str]
    problems: Sequence[Mapping[str, Any]]


def split(body: bytes, *, batch: bool) -> list[bytes]:
    """The bytes of each event, as they were sent. Raises Refused for a body that is no JSON, or too large."""
    if not batch:
        return [body]
    texts = _elements(read_json(body, MAX_BATCH_BYTES), body.decode())
    if len(texts) > MAX_EVENTS:
        raise refusal("too_large")
    return [text.encode() for text in texts]


def _elements(value: Any, text: str) -> list[str]:
    if not isinstance(value, list):
        raise refusal("unreadable")
    decoder = json.JSONDecoder()
    found: list[str] = []
    at = text.index("[") + 1
    for _ in value:
        while text[at] in BLANK + ",":
            at += 1
        _, end = decoder.raw_decode(text, at)
        found.append(text[at:end])
        at = end
    return found


def sort(index: int, raw: bytes, sender: Sender) -> Sorted:
    """Where one event goes. What it says is judged by the registry; here, only whether it is this sender's."""
    try:
        event = read_json(raw, MAX_EVENT_BYTES)
        if not isinstance(event, dict):
            raise refusal("unreadable")
        for name in ("id", "source", "type"):
            if not isinstance(event.get(name), str) or not event[name]:
                raise refusal("missing_field", name)
        if event["source"] != sender.source.uri:
            raise refusal("unknown_source", "source")
    except Refused as refused:
        return Sorted(index, raw, refused=refused)
    # A type that is merely misspelt must not lead what it tells into the open.
    return Sorted(index, raw, event["id"], sealed="protection" in event["type"].lower())


def judged(events: Sequence[Sorted], agency: Agency, now: datetime) -> list[dict[str, Any]]:
    """What the receipt of each would say, in order. Whether it came before is not looked up: it depends on it alone."""
    return [_judged(event, agency, now) for event in events]


def _judged(event: Sorted, agency: Agency, now: datetime) -> dict[str, Any]:
    fault: Refused | None = event.refused
    if fault is None:
        try:
            admit(read_json(event.raw, MAX_EVENT_BYTES), agency, now)
        except Refused as refused:
            fault = refused
    if event.sealed:
        # Nothing said to the protection desk is ever turned away; what of it cannot be read is worth knowing.
        told = {"index": event.index, "outcome": "accepted", "code": "received"}
        return {**told, "fault": _told(fault)} if fault else told
    if fault is not None:
        return {"index": event.index, "outcome": "refused", **_told(fault)}
    return {"index": event.index, "outcome": "accepted", "code": "accepted"}


async def send(events: Sequence[Sorted], sender: Sender, publish: Publish, trace: str) -> Outcome:
    """Hand over every event that may go. Raises Problem 503 when the broker or the queue does not take them."""
    going = [event for event in events if event.refused is None]
    try:
        await publish([_letter(event, sender.agency, trace) for event in going])
    except Unavailable as error:
        full = str(error) == "queue full"
        raise Problem(
            503,
            "queue_full" if full else "broker_unavailable",
            id="Antrean penuh; kirim ulang nanti." if full else "Penerimaan sedang terhenti; kirim ulang nanti.",
            en="The queue is full; send again later." if full else "Intake is away; send again later.",
            part="broker",
            retry_after=30 if full else 5,
        ) from error
    receipts = [f"/v1/receipts?{urlencode({'source': sender.source.uri, 'id': event.id})}" for event in going]
    return Outcome(receipts, [_problem(event) for event in events if event.refused])


def _letter(event: Sorted, agency: str, trace: str) -> Letter:
    exchange = f"sealed.{agency}" if event.sealed else f"agency.{agency}"
    return Letter(exchange, "", event.raw, trace=trace, content_type=SINGLE)


def _problem(event: Sorted) -> dict[str, Any]:
    assert event.refused is not None
    return {"index": event.index, **_told(event.refused)}


def _told(refused: Refused) -> dict[str, Any]:
    told = {"code": refused.code, "field": refused.field}
    return {**told, "title": refused.message_en, "title_id": refused.message_id}
