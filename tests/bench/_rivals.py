"""What the chain is measured against: the least that any design must do, and the simplest one."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aio_pika
from _load import Mouth
from _story import Sent
from aio_pika.abc import AbstractIncomingMessage, AbstractQueue

__all__ = ["naive", "raw"]

QUEUE = "bench.rival"
BATCH = 200


async def raw(amqp: str, collection: Any, mouth: Mouth, events: Sequence[Sent]) -> float:
    """Seconds to take a backlog in batches: one unordered insert, one acknowledgement a batch."""
    async with _backlog(amqp, mouth, events, prefetch=2 * BATCH) as queue:
        inbox: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue()
        began = time.monotonic()
        await queue.consume(inbox.put)
        left = len(events)
        while left:
            batch = [await inbox.get()]
            while len(batch) < min(BATCH, left):
                batch.append(await inbox.get())
            await collection.insert_many([_document(message) for message in batch], ordered=False)
            await batch[-1].ack(multiple=True)
            left -= len(batch)
        return time.monotonic() - began


async def naive(amqp: str, collection: Any, mouth: Mouth, events: Sequence[Sent]) -> float:
    """Seconds to take a backlog one by one: a message, an insert, an acknowledgement."""
    async with _backlog(amqp, mouth, events, prefetch=BATCH) as queue:
        began, left = time.monotonic(), len(events)
        async with queue.iterator() as messages:
            async for message in messages:
                await collection.insert_one(_document(message))
                await message.ack()
                left -= 1
                if not left:
                    break
        return time.monotonic() - began


def _document(message: AbstractIncomingMessage) -> dict[str, Any]:
    event = json.loads(message.body)
    return {"_id": event["id"], **event}


@asynccontextmanager
async def _backlog(amqp: str, mouth: Mouth, events: Sequence[Sent], prefetch: int) -> AsyncIterator[AbstractQueue]:
    async with await aio_pika.connect(amqp) as connection:
        channel = await connection.channel()
        await channel.set_qos(prefetch_count=prefetch)
        queue = await channel.declare_queue(QUEUE, durable=True, arguments={"x-queue-type": "quorum"})
        try:
            await mouth.fill(events, QUEUE)
            yield queue
        finally:
            await channel.close()
            await (await connection.channel()).queue_delete(QUEUE)
