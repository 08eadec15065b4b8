"""Plays a year to the real services: everything in the order of its arrival, and the clock moved step by step."""

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import aio_pika
from alerts_stand import ROOT, virtual_host, write_keys

from alerts.alert import Alert
from alerts.app import build as build_alerts
from alerts.documents import alert_of
from alerts.settings import AlertsSettings
from chassis.log import configure
from chassis.mongo import connect
from chassis.run import running
from chassis.seal import Hasher
from chassis.settings import read_key
from chassis.statement import Signer, read_ed25519
from contracts.messages import PersonChanged
from region.places import at
from region.steward import Identity, Steward, asked
from region.telling import Said
from region.year import Year
from registry.app import build as build_registry
from registry.settings import RegistrySettings

__all__ = ["Heard", "Played", "play"]

WINDOW = 200
PATIENCE = 120.0
AGENCIES = ROOT / "deploy" / "agencies"


@dataclass
class Heard:
    """What was heard on the bus. `alerts`: every change of every alert; `people`: each person's last snapshot."""

    receipts: int = 0
    refused: list[dict[str, Any]] = field(default_factory=list)
    alerts: list[dict[str, Any]] = field(default_factory=list)
    people: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    reviews: dict[str, dict[str, Any]] = field(default_factory=dict)
    messages: int = 0

    async def receipt(self, message: aio_pika.abc.AbstractIncomingMessage) -> None:
        told = json.loads(message.body).get("receipts", ())
        self.receipts += len(told)
        self.refused += [one for one in told if one["outcome"] != "accepted"]

    async def alert(self, message: aio_pika.abc.AbstractIncomingMessage) -> None:
        self.messages += 1
        self.alerts.append(json.loads(message.body))

    async def news(self, message: aio_pika.abc.AbstractIncomingMessage) -> None:
        self.messages += 1
        if message.routing_key == "person.changed":
            head = json.loads(message.body)
            if head["version"] > self.people.get(head["person"], (0, b""))[0]:
                self.people[head["person"]] = (head["version"], message.body)
        elif message.routing_key == "review.changed":
            told = json.loads(message.body)
            self.reviews[told["review"]] = told


@dataclass(frozen=True)
class Played:
    """What the system made of a year: what was heard, every alert as it stands at the end, the keys of the events."""

    heard: Heard
    alerts: list[Alert]
    keys: dict[str, str]
    """Key of an event in the log, to the id under which it was sent."""
    identity: Identity
    tasks: list[dict[str, Any]]
    """What the protection desk has before it: the findings of each matter."""
    seconds: float


class System:
    """The services over a real broker and database, and the clock they go by."""

    def __init__(self, channel: aio_pika.abc.AbstractChannel, databases: Sequence[Any], registry: Any) -> None:
        self.now = at(0, 0)
        self.heard = Heard()
        self._channel, self.databases, self._registry = channel, databases, registry
        self.addresses: dict[str, str] = {}
        self._sent = 0
        self._ways: dict[str, aio_pika.abc.AbstractExchange] = {}

    def clock(self) -> datetime:
        return self.now

    async def tell(self, told: Sequence[Said]) -> None:
        """Send events as their agencies would, and wait until each has its receipt."""
        self._sent += len(told)
        for start in range(0, len(told), WINDOW):
            await asyncio.gather(*(self._publish(said) for said in told[start : start + WINDOW]))
        await _until(lambda: _ready(self.heard.receipts >= self._sent), "receipts")

    async def _publish(self, said: Said) -> None:
        name = f"{'sealed' if said.sealed else 'agency'}.{said.agency}"
        if name not in self._ways:
            self._ways[name] = await self._channel.get_exchange(name, ensure=False)
        await self._ways[name].publish(aio_pika.Message(json.dumps(said.envelope()).encode()), "")

    async def settle(self, rounds: int = 1) -> None:
        """Until everything was judged, every deadline of this moment has fired, and nothing more comes of it."""
        quiet = 0
        while quiet < rounds:
            before = self.heard.messages
            await self._through()
            for database in self.databases:
                await _until(partial(self._worked_off, database), "deadlines")
            for database in (*self.databases, self._registry):
                await _until(partial(_empty, database.outbox), "outbox")
            if rounds > 1:
                await asyncio.sleep(0.05)
            quiet = quiet + 1 if self.heard.messages - before <= 1 else 0

    async def _through(self) -> None:
        """A marker behind all announcements has been taken: so have they."""
        mark = secrets.token_hex(6)
        told = PersonChanged(person=mark, version=1)
        exchange = await self._channel.get_exchange("registry", ensure=False)
        await exchange.publish(aio_pika.Message(told.model_dump_json().encode(), type=told.TYPE), told.TYPE)
        for database in self.databases:
            await _until(partial(_there, database.subjects, f"person:{mark}"), "marker")

    async def _worked_off(self, database: Any) -> bool:
        due = {"bucket": {"$gte": 0, "$lte": int(self.now.timestamp()) // 60}}
        return await database.deadlines.find_one(due, {"_id": 1}) is None


async def _ready(met: bool) -> bool:
    return met


async def _there(collection: Any, id: str) -> bool:
    return await collection.find_one({"_id": id}, {"_id": 1}) is not None


async def _empty(collection: Any) -> bool:
    return await collection.find_one({}, {"_id": 1}) is None


async def _until(check: Callable[[], Awaitable[bool]], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not await check():
        if time.monotonic() > end:
            raise TimeoutError(f"the system does not settle: {what}")
        await asyncio.sleep(0.004)


async def play(year: Year, folder: Path, addresses: dict[str, str], tell: Callable[[str], None]) -> Played:
    """The whole year and the week after it. `addresses`: amqp, management and mongo of the administrator."""
    configure("bench", "ERROR")
    began = time.monotonic()
    async with _standing(folder, addresses) as system:
        hasher = Hasher(read_key(folder / "digest.key"))
        keys = {hasher.of("event", said.agency, f"/{said.source}", said.id): said for said in year.arriving}
        signer = Signer(read_ed25519(folder / "private.pem"))
        steward = Steward(system.addresses["registry"], signer, {key: said.about for key, said in keys.items()})
        await _days(year, system, steward, lambda told: tell(f"  {told}, {time.monotonic() - began:.0f} s"))
        steward.close(system.heard.reviews, system.heard.people)
        alerts = [alert_of(row) for one in system.databases for row in await one.alerts.find({}).to_list(None)]
        tasks = await asked(system.addresses["protection"], signer, "/tasks?state=all")
    sent = {key: said.id for key, said in keys.items()}
    return Played(system.heard, alerts, sent, steward.identity, tasks["items"], time.monotonic() - began)


async def _days(year: Year, system: "System", steward: Steward, tell: Callable[[str], None]) -> None:
    waiting, place, last = year.arriving, 0, None
    for number, now in enumerate(year.clock.steps):
        system.now, batch = now, []
        while place + len(batch) < len(waiting) and waiting[place + len(batch)].arrived <= now:
            batch.append(waiting[place + len(batch)])
        place += len(batch)
        await system.tell(batch)
        await system.settle(2 if any(_careful(said) for said in batch) else 1)
        if now.date() != last and await steward.answer(system.heard.reviews, system.heard.people, now):
            await system.settle(2)
        last = now.date()
        if number % 120 == 0:
            tell(f"{now:%d %b}: {place} of {len(waiting)} events")
    await asyncio.sleep(1)
    await system.settle(5)


def _careful(said: Said) -> bool:
    """Whether holds may follow: they take a way of their own, of which nobody may see when it is done."""
    return said.sealed or said.kind == "check" or "minor_with" in (said.data or {})


@asynccontextmanager
async def _standing(folder: Path, addresses: dict[str, str]) -> AsyncIterator[System]:
    async with AsyncExitStack() as stack:
        amqp = await stack.enter_async_context(virtual_host(addresses["management"], addresses["amqp"]))
        write_keys(folder)
        mongo = await stack.enter_async_context(connect(addresses["mongo"]))
        token = secrets.token_hex(4)
        names = {part: f"{part}_{token}" for part in ("registry", "sealed", "alerts", "protection")}
        shared = {
            "http_port": 0,
            "amqp_url": amqp,
            "mongo_url": addresses["mongo"],
            "agencies_dir": AGENCIES,
            "digest_key_file": folder / "digest.key",
            "master_key_file": folder / "master.key",
            "texts_key_file": folder / "texts.key",
            "statement_public_key_file": folder / "public.pem",
            "outbox_seconds": 0.05,
        }
        speaking = await stack.enter_async_context(await aio_pika.connect(amqp))
        hearing = await stack.enter_async_context(await aio_pika.connect(amqp))
        databases = [mongo[names["alerts"]], mongo[names["protection"]]]
        system = System(await speaking.channel(), databases, mongo[names["registry"]])
        await _listen(await hearing.channel(), system.heard)
        for settings, build in _processes(names, shared, folder, addresses):
            address, _ = await stack.enter_async_context(running(settings, partial(build, now=system.clock)))
            system.addresses[settings.name] = address
        await asyncio.sleep(1)
        yield system
        for name in (*names.values(), *(f"{name}_keys" for name in names.values())):
            await mongo.drop_database(name)


def _processes(
    names: dict[str, str], shared: dict[str, Any], folder: Path, addresses: dict[str, str]
) -> Iterable[tuple[Any, Any]]:
    key = {"sealed_key_file": folder / "sealed.key"}
    timers = {"timer_seconds": 0.05, "ask_seconds": 0}

    def registry(part: str, roles: str, **more: Any) -> RegistrySettings:
        return RegistrySettings(name=part, roles=roles, mongo_database=names[part], **shared, **more)

    def alerts(part: str, roles: str, **more: Any) -> AlertsSettings:
        return AlertsSettings(name=part, roles=roles, mongo_database=names[part], **shared, **timers, **more)

    yield registry("registry", "api,intake", share=1), build_registry
    opened = {"registry_mongo_url": addresses["mongo"], "registry_mongo_database": names["registry"]}
    yield registry("sealed", "sealed", **key, **opened), build_registry
    yield alerts("alerts", "api,evaluate,timers"), build_alerts
    yield alerts("protection", "protection", **key), build_alerts


async def _listen(channel: aio_pika.abc.AbstractChannel, heard: Heard) -> None:
    for path in sorted(AGENCIES.glob("*.yaml")):
        queue = await channel.get_queue(f"to.{path.stem}", ensure=False)
        await queue.consume(heard.receipt, no_ack=True)
    for exchange, hear in (("registry", heard.news), ("alerts", heard.alert)):
        queue = await channel.declare_queue(exclusive=True)
        await queue.bind(exchange, "#")
        await queue.consume(hear, no_ack=True)
