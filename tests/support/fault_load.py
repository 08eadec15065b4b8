"""A load for fault runs: synthetic events with a known end, and a sender that writes down what the broker confirmed."""

import asyncio
import json
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import aio_pika
from aio_pika.abc import AbstractExchange
from aio_pika.exceptions import CONNECTION_EXCEPTIONS
from fault_patterns import Patterns, changes, extended, guarantor_of, hotel_night, house_of, requests
from synthetic import entry, event, leaving, moment, passport
from whole_system import WholeSystem

from chassis.bus import Incoming

TODAY = (date.today() - date(2026, 1, 1)).days  # noqa: DTZ011  the tests' day
CAME, ENDS = TODAY - 45, TODAY - 20
WINDOW = 20


@dataclass(frozen=True)
class Sent:
    """One event on its way: `name` is its id within its source."""

    agency: str
    body: bytes

    @property
    def name(self) -> str:
        return str(json.loads(self.body)["id"])

    @property
    def source(self) -> str:
        return str(json.loads(self.body)["source"])


@dataclass
class Load:
    """`late` holds the entries that must each end in one alert, `bad` the events that must be refused.

    `first` goes before all others: requests that fall due while the rest is under way.
    """

    first: list[Sent] = field(default_factory=list)
    rest: list[Sent] = field(default_factory=list)
    late: set[str] = field(default_factory=set)
    bad: set[str] = field(default_factory=set)
    patterns: Patterns = field(default_factory=Patterns)

    @property
    def events(self) -> list[Sent]:
        return [*self.first, *self.rest]

    def add(self, incoming: Incoming) -> Sent:
        self.rest.append(_sent(incoming))
        return self.rest[-1]

    def add_requests(self, now: datetime) -> None:
        """Requests, and what becomes of some of them, in any order with the rest."""
        served = list(requests(now))
        self.first = [_sent(incoming) for _, incoming in served]
        later = [self.add(incoming) for incoming in changes(now, served)]
        self.patterns.due = [due for due, _ in served[: len(served) - len(later)]]


def _sent(incoming: Incoming) -> Sent:
    return Sent(incoming.queue.removeprefix("intake."), incoming.body)


def coverage(agency: str) -> Incoming:
    """Everything of the last half year is reported: nobody's alert is held back."""
    data = {"covers_from": moment(TODAY - 180).isoformat(), "covers_until": moment(TODAY - 1, 20).isoformat()}
    return event(agency, "source.status", data, moment(TODAY - 1, 21))


def make_load(people: int) -> Load:
    """Of four people two have no exit (one of them slept in a hotel later), one was extended and one left."""
    load = Load()
    for agency in ("imigrasi", "plbn-badau"):
        load.add(coverage(agency))
    for n in range(people):
        who = passport(f"F{n:06}")
        came = load.add(entry(who, CAME, ENDS))
        _later(load, who, n)
        if n % 4 < 2:
            load.late.add(came.name)
        if n % 50 == 0:
            nobody = event("plbn-badau", "crossing", {"action": "entry", "person": who}, moment(CAME, 10))
            load.bad.add(load.add(nobody).name)
    load.add_requests(datetime.now(UTC))
    # Shuffled in the same way every time.
    random.Random(7).shuffle(load.rest)
    return load


def _later(load: Load, who: dict[str, Any], n: int) -> None:
    """What became of somebody after the entry. The hotels and the guarantors of many are patterns of their own."""
    number, patterns = n // 4, load.patterns
    match n % 4:
        case 1:
            slept = load.add(hotel_night(who, number, ENDS + 5))
            patterns.nights[house_of(number)].append(slept.name)
        case 2:
            permit = load.add(extended(who, number, ENDS - 5, TODAY + 200))
            patterns.sponsored[guarantor_of(number)].append(permit.name)
        case 3:
            load.add(leaving(who, ENDS - 1))


@dataclass
class Sender:
    """Publishes each event until the broker has confirmed it, and never again after that."""

    system: WholeSystem
    confirmed: set[str] = field(default_factory=set)
    breaks: int = 0

    async def send(self, events: Sequence[Sent]) -> None:
        """All agencies at once, each in its order."""
        by_agency: dict[str, list[Sent]] = defaultdict(list)
        for item in events:
            by_agency[item.agency].append(item)
        async with asyncio.timeout(120):
            await asyncio.gather(*(self._of(agency, items) for agency, items in by_agency.items()))

    async def _of(self, agency: str, events: list[Sent]) -> None:
        left = events
        while left:
            try:
                async with await aio_pika.connect(self.system.amqp_url(agency), timeout=5) as connection:
                    channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
                    exchange = await channel.get_exchange(f"agency.{agency}", ensure=False)
                    await self._batches(exchange, left)
            except (*CONNECTION_EXCEPTIONS, TimeoutError):
                self.breaks += 1
                await asyncio.sleep(0.5)
            left = [item for item in left if item.name not in self.confirmed]

    async def _batches(self, exchange: AbstractExchange, events: list[Sent]) -> None:
        for start in range(0, len(events), WINDOW):
            sending = [self._one(exchange, item) for item in events[start : start + WINDOW]]
            outcomes = await asyncio.gather(*sending, return_exceptions=True)
            for outcome in outcomes:
                if isinstance(outcome, BaseException):
                    raise outcome

    async def _one(self, exchange: AbstractExchange, item: Sent) -> None:
        message = aio_pika.Message(item.body, delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
        await exchange.publish(message, routing_key="", timeout=10)
        self.confirmed.add(item.name)
