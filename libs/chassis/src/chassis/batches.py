"""Consuming in batches: collect by number or time, settle, acknowledge last. The one place that catches everything."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Generic, TypeVar

from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from aio_pika.exceptions import CONNECTION_EXCEPTIONS

from chassis.bus import Incoming, Link
from chassis.errors import Conflict, Unavailable
from chassis.log import log, place_of
from chassis.metrics import BATCH_SIZE, RETRIES

__all__ = ["Consumer", "Failed", "Limits", "Subscription", "Turn"]

E = TypeVar("E")
Delivery = tuple[Incoming, E]
Failed = tuple[Incoming, Exception]
Turn = AbstractAsyncContextManager[int | None] | AbstractAsyncContextManager[None]

# Well under the broker's consumer timeout (30 minutes): after this the messages go back to the queue.
HOLD_SECONDS = 600
CONFLICTS = 5
# A minute of them: no other writer is so stubborn, so the fault is with this one message, and all others wait for it.
CONFLICTS_ALONE = 100


@dataclass(frozen=True)
class Subscription(Generic[E]):
    """What to do with one queue.

    `read` makes an event of bytes or raises, and the message is refused, before batching. `handle` does the work and
    may be called again with the same events. `refuse` records refusals and returns when all are stored; it may be
    called again with the same messages. Without it a refused message goes to the queue's dead letters. A `quiet` queue
    is a sealed one: that something came through it is neither counted nor logged.
    """

    queue: str
    read: Callable[[Incoming], E]
    handle: Callable[[Sequence[E]], Awaitable[None]]
    refuse: Callable[[Sequence[Failed]], Awaitable[None]] | None = None
    quiet: bool = False


@dataclass(frozen=True)
class Limits:
    """How large a batch grows and how long it waits for more."""

    size: int
    linger: float


class Consumer(Generic[E]):
    """Reads one queue for ever.

    `turn` is shared by consumers that must not write at the same time: a lock, or what also says how many messages at
    most may come this time.
    """

    def __init__(self, link: Link, subscription: Subscription[E], limits: Limits, turn: Turn) -> None:
        self._link = link
        self._sub = subscription
        self._limits = limits
        self._turn = turn

    async def run(self) -> None:
        """Consume, and begin again after every break of the connection. Ends only by cancellation."""
        while True:
            try:
                await self._consume()
            except (Unavailable, *CONNECTION_EXCEPTIONS) as error:
                log.warning("consumer_disconnected", queue=self._sub.queue, reason=type(error).__name__)
            await asyncio.sleep(random.uniform(0.2, 1.0))

    async def _consume(self) -> None:
        channel = await self._link.channel()
        inbox: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue()
        try:
            # Twice the batch: the next batch gathers while this one is settled.
            await channel.set_qos(prefetch_count=2 * self._limits.size)
            queue = await channel.get_queue(self._sub.queue, ensure=False)
            await queue.consume(inbox.put)
            await self._until_closed(channel, inbox)
        finally:
            # No nack: closing returns what is unsettled.
            if not channel.is_closed:
                await channel.close()

    async def _until_closed(self, channel: AbstractChannel, inbox: asyncio.Queue[AbstractIncomingMessage]) -> None:
        pump = asyncio.create_task(self._pump(inbox))
        closed = asyncio.ensure_future(channel.closed())
        try:
            await asyncio.wait({pump, closed}, return_when=asyncio.FIRST_COMPLETED)
            if pump.done():
                pump.result()
            raise Unavailable("broker")
        finally:
            pump.cancel()
            closed.cancel()
            await asyncio.gather(pump, closed, return_exceptions=True)

    async def _pump(self, inbox: asyncio.Queue[AbstractIncomingMessage]) -> None:
        size = self._limits.size
        while True:
            first = await inbox.get()
            if inbox.qsize() < size - 1:
                await asyncio.sleep(self._limits.linger)
            async with self._turn as most:
                messages = [first, *_there(inbox, (most or size) - 1)]
                if not self._sub.quiet:
                    BATCH_SIZE.labels(self._sub.queue).observe(len(messages))
                await self._settle(await self._readable(messages))

    async def _readable(self, messages: Sequence[AbstractIncomingMessage]) -> list[Delivery[E]]:
        batch: list[Delivery[E]] = []
        failed: list[Failed] = []
        for incoming in map(self._incoming, messages):
            read = self._read(incoming)
            if failed and not isinstance(read, Exception):
                await self._refuse(failed)
                # Once more, so that it is later than what came before it and was refused.
                failed, read = [], self._read(incoming)
            if isinstance(read, Exception):
                failed.append((incoming, read))
            else:
                batch.append((incoming, read))
        await self._refuse(failed)
        return batch

    def _incoming(self, message: AbstractIncomingMessage) -> Incoming:
        return Incoming(
            self._sub.queue,
            message.body,
            trace=message.correlation_id,
            content_type=message.content_type,
            type=message.type,
            message=message,
        )

    def _read(self, incoming: Incoming) -> E | Exception:
        try:
            return self._sub.read(incoming)
        except Exception as error:  # noqa: BLE001  whatever the bytes are, the message is refused, not lost
            return error

    async def _settle(self, batch: Sequence[Delivery[E]]) -> None:
        if not batch:
            return
        try:
            await self._when_able(lambda: self._sub.handle([event for _, event in batch]), alone=len(batch) == 1)
        except Conflict as error:
            await (self._halve(batch) if len(batch) > 1 else self._isolate(batch, error))
        except HeldTooLong:
            raise
        except Exception as error:  # noqa: BLE001  any fault of one event must not sink the rest
            await self._isolate(batch, error)
        else:
            # Messages are settled in the order of their channel: what is open up to the last one is this batch.
            await _ack(batch[-1][0], multiple=True)

    async def _halve(self, batch: Sequence[Delivery[E]]) -> None:
        middle = (len(batch) + 1) // 2
        await self._settle(batch[:middle])
        await self._settle(batch[middle:])

    async def _isolate(self, batch: Sequence[Delivery[E]], error: Exception) -> None:
        if len(batch) == 1:
            await self._refuse([(batch[0][0], error)])
            return
        for delivery in batch:
            await self._settle([delivery])

    async def _refuse(self, failed: Sequence[Failed]) -> None:
        refuse = self._sub.refuse
        if refuse is None:
            for incoming, error in failed:
                await self._give_up(incoming, error)
        elif failed:
            await self._when_able(lambda: refuse(failed), alone=True)
            for incoming, _ in failed:
                await _ack(incoming)

    async def _give_up(self, incoming: Incoming, error: Exception) -> None:
        if not self._sub.quiet:
            log.error("message_dead_lettered", queue=self._sub.queue, **place_of(error))
        if incoming.message is not None:
            await incoming.message.reject(requeue=False)

    async def _when_able(self, work: Callable[[], Awaitable[None]], *, alone: bool) -> None:
        """Do the work; wait while a dependency is down; retry conflicts, more often where it is `alone`."""
        started = asyncio.get_running_loop().time()
        conflicts = outages = 0
        while True:
            try:
                return await work()
            except Conflict:
                conflicts += 1
                if conflicts >= (CONFLICTS_ALONE if alone else CONFLICTS):
                    raise
                self._note_retry("conflict")
                await asyncio.sleep(random.uniform(0, 0.02 * conflicts))
            except Unavailable as error:
                if asyncio.get_running_loop().time() - started > HOLD_SECONDS:
                    raise HeldTooLong from error
                outages += 1
                self._note_retry("unavailable", missing=str(error))
                await asyncio.sleep(min(5.0, 0.1 * 2**outages))

    def _note_retry(self, reason: str, missing: str | None = None) -> None:
        if self._sub.quiet:
            return
        RETRIES.labels(self._sub.queue, reason).inc()
        if missing is not None:
            log.warning("batch_held", queue=self._sub.queue, missing=missing)


def _there(inbox: asyncio.Queue[AbstractIncomingMessage], most: int) -> list[AbstractIncomingMessage]:
    """What has come in meanwhile."""
    return [inbox.get_nowait() for _ in range(min(most, inbox.qsize()))]


class HeldTooLong(ConnectionError):
    """A dependency stayed away; the channel is closed and the messages wait in the broker."""


async def _ack(incoming: Incoming, *, multiple: bool = False) -> None:
    try:
        if incoming.message is not None:
            await incoming.message.ack(multiple=multiple)
    except CONNECTION_EXCEPTIONS:  # the broker went away: it will deliver again, and the repeat changes nothing
        log.info("ack_lost")
