"""The client of one source: add events, correct them, carry them on a stick, send them."""

import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from contracts.events import SourceStatus
from contracts.needs import Part
from tapal_client import parcel
from tapal_client.amqp_way import AmqpWay
from tapal_client.config import Config, Folder
from tapal_client.disk import Queue
from tapal_client.entries import Queued
from tapal_client.events import Facts, check, event
from tapal_client.http_way import HttpWay, outcome_of
from tapal_client.sender import Sender
from tapal_client.watch import Watch
from tapal_client.ways import Way

__all__ = ["Client"]

API_KEY, AMQP_URL = "api.key", "amqp.url"


def _now() -> datetime:
    return datetime.now(UTC)


class Client:
    """Opens the folder of one source. Raises FileNotFoundError where none was made there, QueueLost."""

    def __init__(self, path: Path, now: Callable[[], datetime] = _now) -> None:
        self.folder = Folder(path)
        self.config: Config = self.folder.config()
        self.queue = Queue(self.folder.known_queue(), now)
        self.folder.note_queue()
        self._now = now

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.queue.close()

    def say(self, data: Part, facts: Facts) -> Queued:
        """Queue what happened, from typed parts. See `add`."""
        return self.add(event(data, self.config.source, facts))

    def add(self, raw: Mapping[str, Any]) -> Queued:
        """Check a CloudEvent and queue it: on disk when this returns. Raises Refused, and then nothing is queued.

        Whoever enters events is there: this counts as the client being up, also where nothing ever runs to send them.
        """
        check(raw, self.config.source, self._now())
        self._watch().alive()
        return self.queue.add(raw)

    def declare(self, status: SourceStatus, event_id: str) -> Queued:
        """Queue a source.status by hand: for a paper book, or after the machine was off for long.

        Raises ValueError for a time that is not over, or in which something happened that was refused and stays so.
        """
        if status.covers_until > self._now():
            raise ValueError("what is not over yet cannot be covered")
        refused = self.queue.oldest_outstanding(carried=True)
        if refused is not None and status.covers_from <= refused < status.covers_until:
            raise ValueError(f"an event of {refused.isoformat()} was refused: correct it first, or declare until then")
        return self.say(status, Facts(id=event_id, time=self._now()))

    def way(self) -> Way:
        """How this source sends, by its configuration. Raises ValueError where it has none, FileNotFoundError."""
        config = self.config
        context = self.folder.trust() if config.certificate else None
        if config.amqp:
            return AmqpWay(self.folder.secret(AMQP_URL), config, context)
        if config.gateway is None:
            raise ValueError("no gateway and no broker: this source sends by stick alone")
        return HttpWay(config.gateway, config.source, context or self.folder.secret(API_KEY))

    def sender(self, way: Way, say: Callable[[str], None]) -> Sender:
        """The loop that sends this queue over `way`."""
        return Sender(self.queue, way, self._watch(), random.random, say)

    def _watch(self) -> Watch:
        return Watch(self.queue, self.config.source, self._now, own_status=self.config.status == "daily")

    def export(self) -> tuple[bytes, int]:
        """A parcel with everything that has no outcome yet, and how many events that are. Raises ValueError.

        They stay in the queue until their outcome is known: a lost stick loses nothing.
        """
        if self.config.centre_key is None:
            raise ValueError("the centre's key is not known; give it to `init --centre-key`")
        centre = parcel.Centre.read(self.config.centre_key)
        entries = self._watch().carry()
        bodies = [entry.body for entry in entries if entry.body is not None]
        return parcel.pack(bodies, self._name(), self.folder.signing_key(), centre.box), len(bodies)

    def take_reply(self, reply: bytes) -> int:
        """Write down what the centre says became of a parcel. Returns of how many events. Raises Faulty, ValueError.

        Calls for protection are named by no reply: they count as received once others of their parcel have an outcome.
        """
        centre = parcel.Centre.read(self.config.centre_key or "")
        receipts = parcel.open_reply(reply, self._name(), centre)
        for receipt in receipts:
            self.queue.settle(receipt["id"], [outcome_of(receipt)])
        told = {receipt["id"] for receipt in receipts}
        self.queue.arrived_with(told)
        return len(told)

    def public_key(self) -> str:
        """The signing key's public half, to be registered with the source's credentials."""
        return parcel.key_text(self.folder.signing_key().public_key().public_bytes_raw())

    def _name(self) -> parcel.Sender:
        return parcel.Sender(self.config.agency, self.config.source)
