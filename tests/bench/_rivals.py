"""What the chain is measured against: the least that any design must do, and the simplest one."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aio_pika
from _load import Mouth
from _story import Sent
from aio_pika.abc import AbstractIncomingMessage, AbstractQueue
from pymongo import InsertOne, ReplaceOne

__all__ = ["bare", "naive", "raw"]

Document = dict[str, Any]
Store = Callable[[list[Document]], Awaitable[None]]

QUEUE = "bench.rival"
BATCH = 200


async def raw(amqp: str, collection: Any, mouth: Mouth, events: Sequence[Sent]) -> float:
    """Seconds to take a backlog in batches: one unordered insert, one acknowledgement a batch."""

    async def store(batch: list[Document]) -> None:
        await collection.insert_many(batch, ordered=False)

    return await _in_batches(amqp, mouth, events, store)


async def bare(amqp: str, collection: Any, mouth: Mouth, events: Sequence[Sent]) -> float:
    """Seconds to take it as events and a dossier for each passport: read, grown, replaced, in a transaction a batch.

    The least that any design with dossiers must do. No check, no identity, no second index, no key, no chain of
    evidence, no receipt and no announcement.
    """
    client, dossiers = collection.database.client, collection.database[f"{collection.name}_dossiers"]

    async def store(batch: list[Document]) -> None:
        grown = {_passport(event): [] for event in batch}
        known = {row["_id"]: row async for row in dossiers.find({"_id": {"$in": list(grown)}})}
        for event in batch:
            grown[_passport(event)].append(event["data"])

        async def write(session: Any) -> None:
            await collection.insert_many(batch, ordered=False, session=session)
            writes = [_next(known.get(id), id, more) for id, more in grown.items()]
            await dossiers.bulk_write(writes, ordered=False, session=session)

        async with await client.start_session() as session:
            await session.with_transaction(write)

    seconds = await _in_batches(amqp, mouth, events, store)
    await dossiers.drop()
    return seconds


def _passport(event: Document) -> str:
    return str(event["data"]["person"]["documents"][0]["number"])


def _next(known: Document | None, id: str, more: list[Any]) -> Any:
    if known is None:
        return InsertOne({"_id": id, "v": 1, "told": more})
    return ReplaceOne({"_id": id, "v": known["v"]}, {"v": known["v"] + 1, "told": [*known["told"], *more]})


async def _in_batches(amqp: str, mouth: Mouth, events: Sequence[Sent], store: Store) -> float:
    async with _backlog(amqp, mouth, events, prefetch=2 * BATCH) as queue:
        inbox: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue()
        began = time.monotonic()
        await queue.consume(inbox.put)
        left = len(events)
        while left:
            batch = [await inbox.get()]
            while len(batch) < min(BATCH, left):
                batch.append(await inbox.get())
            await store([_document(message) for message in batch])
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


def _document(message: AbstractIncomingMessage) -> Document:
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
