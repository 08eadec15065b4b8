"""The bus: connections that are made again when they break, and publishing that waits for the broker's word."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage
from aio_pika.exceptions import CONNECTION_EXCEPTIONS, DeliveryError, PublishError

from chassis.errors import Unavailable
from chassis.metrics import BUS_CONNECTED

__all__ = ["Incoming", "Letter", "Link", "Publisher", "depth"]

CONNECT_SECONDS = 5
CONFIRM_SECONDS = 30
WINDOW = 200
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to send. An empty exchange sends to the queue named by the routing key."""

    exchange: str
    routing_key: str
    body: bytes
    type: str | None = None
    message_id: str | None = None
    trace: str | None = None
    content_type: str = JSON
    persistent: bool = True


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message as received. The queue, not the message, says whose it is: headers can be forged."""

    queue: str
    body: bytes
    trace: str | None = None
    content_type: str | None = None
    type: str | None = None
    message: AbstractIncomingMessage | None = field(default=None, repr=False, compare=False)


class Link:
    """One connection to the broker, opened on demand and again after a break."""

    def __init__(self, url: str, name: str) -> None:
        self._url = url
        self._name = name
        self._connection: AbstractConnection | None = None
        self._lock = asyncio.Lock()

    @property
    def up(self) -> bool:
        """Whether the connection is open now."""
        return self._connection is not None and not self._connection.is_closed

    async def channel(self) -> AbstractChannel:
        """A new channel with publisher confirms. Raises Unavailable."""
        async with self._lock:
            try:
                if self._connection is None or self._connection.is_closed:
                    self._connection = await self._connect()
                async with asyncio.timeout(CONNECT_SECONDS):
                    return await self._open(self._connection)
            except (*CONNECTION_EXCEPTIONS, TimeoutError) as error:
                await self._drop()
                raise Unavailable("broker") from error

    async def _connect(self) -> AbstractConnection:
        connection = await aio_pika.connect(
            self._url, timeout=CONNECT_SECONDS, client_properties={"connection_name": self._name}
        )
        BUS_CONNECTED.set(1)
        return connection

    @staticmethod
    async def _open(connection: AbstractConnection) -> AbstractChannel:
        channel = connection.channel(publisher_confirms=True, on_return_raises=True)
        await channel.initialize()
        return channel

    async def _drop(self) -> None:
        BUS_CONNECTED.set(0)
        connection, self._connection = self._connection, None
        if connection is not None and not connection.is_closed:
            try:
                await connection.close()
            except CONNECTION_EXCEPTIONS:  # it is broken: that is why it is dropped
                return

    async def close(self) -> None:
        """Close the connection; unsettled messages go back to their queues."""
        async with self._lock:
            await self._drop()


class Publisher:
    """Sends letters and returns when the broker has confirmed every one."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._channel: AbstractChannel | None = None
        self._lock = asyncio.Lock()

    @property
    def up(self) -> bool:
        """Whether a send would find an open connection."""
        return self._link.up

    async def publish(self, letters: Sequence[Letter]) -> None:
        """Send; safe to repeat. Raises Unavailable when the broker is away, refuses, or has no queue for a letter."""
        for start in range(0, len(letters), WINDOW):
            channel = await self._ready()
            window = letters[start : start + WINDOW]
            outcomes = await asyncio.gather(*(_send(channel, letter) for letter in window), return_exceptions=True)
            for outcome in outcomes:
                if isinstance(outcome, BaseException):
                    raise self._understood(outcome) from outcome

    async def _ready(self) -> AbstractChannel:
        async with self._lock:
            if self._channel is None or self._channel.is_closed:
                self._channel = await self._link.channel()
            return self._channel

    @staticmethod
    def _understood(error: BaseException) -> BaseException:
        if isinstance(error, PublishError):
            return Unavailable("no queue for a message")
        if isinstance(error, DeliveryError):
            return Unavailable("queue full")
        if isinstance(error, (*CONNECTION_EXCEPTIONS, TimeoutError)):
            return Unavailable("broker")
        return error

    async def connect(self) -> None:
        """Open the channel ahead of the first send, so that readiness can tell. Raises Unavailable."""
        await self._ready()


async def _send(channel: AbstractChannel, letter: Letter) -> None:
    exchange = (
        channel.default_exchange if not letter.exchange else await channel.get_exchange(letter.exchange, ensure=False)
    )
    message = aio_pika.Message(
        letter.body,
        content_type=letter.content_type,
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT if letter.persistent else aio_pika.DeliveryMode.NOT_PERSISTENT,
        type=letter.type,
        message_id=letter.message_id,
        correlation_id=letter.trace,
    )
    await exchange.publish(message, letter.routing_key, timeout=CONFIRM_SECONDS)


async def depth(link: Link, queue: str) -> int:
    """How many messages wait in a queue. Raises Unavailable."""
    channel = await link.channel()
    try:
        declared = await channel.declare_queue(queue, passive=True)
        return declared.declaration_result.message_count or 0
    except CONNECTION_EXCEPTIONS as error:
        raise Unavailable("broker") from error
    finally:
        await channel.close()
