"""Sending events and hearing what becomes of them."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from itertools import islice

import aio_pika
from _story import FINAL_RULE, SENDERS, Sent
from aio_pika.abc import AbstractChannel, AbstractExchange, AbstractIncomingMessage

__all__ = ["Ear", "Mouth", "listening"]

WINDOW = 100


class Mouth:
    """Publishes as a system with the broker's confirms would: at most a window of unconfirmed messages."""

    def __init__(self, channel: AbstractChannel) -> None:
        self._channel = channel

    async def fill(self, events: Sequence[Sent], queue: str | None = None) -> None:
        """As fast as it goes: to the agencies' exchanges, or all to one queue."""
        ways = {event.agency: await self._way(event.agency, queue) for event in events}
        for start in range(0, len(events), WINDOW):
            window = events[start : start + WINDOW]
            await asyncio.gather(*(_send(ways[event.agency], event, queue or "") for event in window))

    async def offer(self, events: Iterator[Sent], rate: float, seconds: float) -> dict[str, float]:
        """Open loop: each event at its moment, whatever became of the others. The scheduled moment of each id."""
        ways = {agency: await self._way(agency, None) for agency in SENDERS}
        begin, scheduled = time.monotonic() + 0.1, dict[str, float]()
        async with asyncio.TaskGroup() as sending:
            for number, event in enumerate(islice(events, int(rate * seconds))):
                scheduled[event.id] = begin + number / rate
                await asyncio.sleep(max(0.0, scheduled[event.id] - time.monotonic()))
                sending.create_task(_send(ways[event.agency], event, ""))
        return scheduled

    async def _way(self, agency: str, queue: str | None) -> AbstractExchange:
        if queue is not None:
            return self._channel.default_exchange
        return await self._channel.get_exchange(f"agency.{agency}", ensure=False)


async def _send(way: AbstractExchange, event: Sent, key: str) -> None:
    message = aio_pika.Message(
        event.body,
        content_type="application/cloudevents+json",
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        correlation_id=event.id,
    )
    await way.publish(message, routing_key=key)


class Ear:
    """When each event was stored (its receipt came) and when it led to an alert (the announcement came)."""

    def __init__(self) -> None:
        self.stored: dict[str, float] = {}
        self.alerted: dict[str, float] = {}
        self.final: dict[str, float] = {}
        """Alerts by id, and when each was heard to have reached the last rule of its story."""

    async def receipts(self, message: AbstractIncomingMessage) -> None:
        now, body = time.monotonic(), json.loads(message.body)
        for receipt in body.get("receipts", ()):
            assert receipt["outcome"] == "accepted", receipt
            self.stored.setdefault(receipt["id"], now)

    async def alerts(self, message: AbstractIncomingMessage) -> None:
        now, body = time.monotonic(), json.loads(message.body)
        self.alerted.setdefault(message.correlation_id or "", now)
        if body["rule"] == FINAL_RULE:
            self.final.setdefault(body["alert"], now)

    async def all_stored(self, ids: Iterable[str]) -> float:
        """The moment when the last of these was stored."""
        return await _last(self.stored, set(ids))

    async def all_alerted(self, ids: Iterable[str]) -> float:
        return await _last(self.alerted, set(ids))

    async def stories_told(self, count: int) -> float:
        """The moment when so many alerts, all in all, had reached the last rule."""
        while len(self.final) < count:
            await asyncio.sleep(0.02)
        return max(self.final.values())


async def _last(moments: dict[str, float], ids: set[str]) -> float:
    while not ids <= moments.keys():
        await asyncio.sleep(0.02)
    return max(moments[id] for id in ids)


@asynccontextmanager
async def listening(url: str) -> AsyncIterator[tuple[Mouth, Ear]]:
    """Both, on connections of their own, as the administrator."""
    async with await aio_pika.connect(url) as speaking, await aio_pika.connect(url) as hearing:
        ear, channel = Ear(), await hearing.channel()
        for agency in SENDERS:
            queue = await channel.get_queue(f"to.{agency}", ensure=False)
            await queue.consume(ear.receipts, no_ack=True)
        bench = await channel.declare_queue(exclusive=True)
        await bench.bind("alerts", "alert.changed")
        await bench.consume(ear.alerts, no_ack=True)
        yield Mouth(await speaking.channel(publisher_confirms=True, on_return_raises=True)), ear
