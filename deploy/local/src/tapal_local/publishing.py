"""Send events to the broker the way an agency's own system would: as its user, with confirms."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any

import aio_pika
from aio_pika.abc import AbstractExchange

from contracts.events import type_of

__all__ = ["Unreadable", "parse", "publish"]

WINDOW = 100
SEALED = type_of("protection")


class Unreadable(Exception):
    """The file is neither JSON nor JSON lines."""


def parse(text: str) -> list[dict[str, Any]]:
    """One JSON event, an array of events, or one event a line."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        value = _lines(text)
    events = value if isinstance(value, list) else [value]
    if not events or not all(isinstance(event, dict) for event in events):
        raise Unreadable("there are no events in it: an event is a JSON object")
    return events


def _lines(text: str) -> list[Any]:
    try:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except json.JSONDecodeError as error:
        raise Unreadable(f"neither JSON nor JSON lines: {error}") from error


async def publish(url: str, agency: str, events: Sequence[Mapping[str, Any]]) -> int:
    """Publish in order; returns how many the broker confirmed, which is all or an error."""
    connection = await aio_pika.connect(url)
    async with connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        ways = {way: await channel.get_exchange(f"{way}.{agency}", ensure=False) for way in ("agency", "sealed")}
        for start in range(0, len(events), WINDOW):
            window = events[start : start + WINDOW]
            await asyncio.gather(*(_send(ways, event) for event in window))
    return len(events)


async def _send(ways: Mapping[str, AbstractExchange], event: Mapping[str, Any]) -> None:
    way = ways["sealed" if event.get("type") == SEALED else "agency"]
    message = aio_pika.Message(
        json.dumps(event, ensure_ascii=False).encode(),
        content_type="application/cloudevents+json",
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
    )
    await way.publish(message, routing_key="")
