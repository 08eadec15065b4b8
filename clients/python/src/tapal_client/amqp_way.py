"""The way over AMQP: the agency's own exchanges, with the broker's confirms."""

import asyncio
import json
import ssl
from collections.abc import Sequence

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection
from aio_pika.exceptions import CONNECTION_EXCEPTIONS, AuthenticationError, DeliveryError, ProbableAuthenticationError

from tapal_client.config import Config
from tapal_client.entries import Entry
from tapal_client.http_way import outcome_of
from tapal_client.ways import Answer, NoLink, NotAllowed, Write

__all__ = ["AmqpWay"]

CONNECT_SECONDS = 10
CONFIRM_SECONDS = 30
FULL_SECONDS = 30.0
EVENT = "application/cloudevents+json"
RECEIPTS = "receipts.issued"
MESSAGES = 1000


class AmqpWay:
    """Sends as the agency's user: the one of the address, or the one that a certificate names.

    Receipts are read from the agency's queue `to.<code>` where the configuration says that this client alone does so.
    """

    def __init__(self, url: str, config: Config, context: ssl.SSLContext | None = None) -> None:
        self._url = url if context is None else f"{url}{'&' if '?' in url else '?'}auth=external"
        self._context = context
        self._agency = config.agency
        self._source = config.source
        self.answers = config.takes_receipts
        self._connection: AbstractConnection | None = None
        self._channel: AbstractChannel | None = None

    async def send(self, entries: Sequence[Entry]) -> Answer:
        """See Way.send. Only what the broker confirmed is taken over; a full queue stops the rest."""
        channel = await self._ready()
        taken: list[int] = []
        for start in range(0, len(entries), 50):
            window = entries[start : start + 50]
            said = await asyncio.gather(*(self._publish(channel, entry) for entry in window), return_exceptions=True)
            taken += [entry.sequence for entry, error in zip(window, said, strict=True) if error is None]
            error = next((error for error in said if error is not None), None)
            if error is not None:
                if not taken:
                    raise await self._understood(error) from error
                break
        return Answer(taken)

    async def _publish(self, channel: AbstractChannel, entry: Entry) -> None:
        way = "sealed" if entry.kind == "protection" else "agency"
        exchange = await channel.get_exchange(f"{way}.{self._agency}", ensure=False)
        persistent = aio_pika.DeliveryMode.PERSISTENT
        message = aio_pika.Message(entry.body or b"", content_type=EVENT, delivery_mode=persistent)
        await exchange.publish(message, "", timeout=CONFIRM_SECONDS)

    async def outcomes(self, event_ids: Sequence[str], write: Write) -> None:
        """See Way.outcomes: here, whatever lies in the agency's queue, asked for or not."""
        channel = await self._ready()
        try:
            queue = await channel.get_queue(f"to.{self._agency}", ensure=False)
            for _ in range(MESSAGES):
                message = await queue.get(fail=False)
                if message is None:
                    return
                if message.type == RECEIPTS:
                    self._written(message.body, write)
                await message.ack()
        except (*CONNECTION_EXCEPTIONS, TimeoutError) as error:
            raise await self._understood(error) from error

    def _written(self, body: bytes, write: Write) -> None:
        for receipt in json.loads(body)["receipts"]:
            if receipt["source"] == self._source:
                write(receipt["id"], [outcome_of(receipt)])

    async def _ready(self) -> AbstractChannel:
        if self._channel is not None and not self._channel.is_closed:
            return self._channel
        try:
            if self._connection is None or self._connection.is_closed:
                self._connection = await aio_pika.connect(self._url, timeout=CONNECT_SECONDS, ssl_context=self._context)
            self._channel = await self._connection.channel(publisher_confirms=True, on_return_raises=True)
        except (AuthenticationError, ProbableAuthenticationError) as error:
            raise NotAllowed("the broker does not know this user, password or certificate") from error
        except (*CONNECTION_EXCEPTIONS, OSError, TimeoutError) as error:
            raise await self._understood(error) from error
        return self._channel

    async def _understood(self, error: BaseException) -> NoLink:
        if isinstance(error, DeliveryError):
            return NoLink("the queue is full", FULL_SECONDS)
        await self.close()
        return NoLink(type(error).__name__)

    async def close(self) -> None:
        connection, self._connection, self._channel = self._connection, None, None
        if connection is not None:
            try:
                await connection.close()
            except (*CONNECTION_EXCEPTIONS, OSError):  # it was broken already
                return
