"""The alerts service over a real broker and database, with a virtual host, a database and a clock of its own."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import Any

import aio_pika
import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from motor.motor_asyncio import AsyncIOMotorClient

from alerts.app import build
from alerts.desk import Desk
from alerts.due import Deadlines
from alerts.facts.tables import read_tables
from alerts.handlers import Evaluate
from alerts.rulebook import load
from alerts.settings import AlertsSettings
from alerts.store import Store
from chassis.boxes import lock
from chassis.bus import Letter
from chassis.keyring import line_of_new_master
from chassis.outbox import Outbox
from chassis.run import running
from chassis.seal import Hasher
from chassis.settings import read_key
from chassis.statement import Actor, Signer, read_ed25519
from contracts.messages import HoldChanged, MatterOpened, Message, SourceChanged
from contracts.snapshots import Origin, PersonChanged, Stay
from tapal_local import topology
from tapal_local.provision import read_agencies

ROOT = Path(__file__).parents[2]
WIB = timezone(timedelta(hours=7))
END = datetime(2026, 3, 1, tzinfo=WIB)
"""24:00 WIB of the last permitted day of every stay here."""
EXIT_SOURCES = (("imigrasi", "simkim"), ("plbn-badau", "pos"))


def days(number: float) -> datetime:
    return END + timedelta(days=number)


def stay(**fields: Any) -> Stay:
    given = {
        "keys": ("k1",),
        "opened_on": date(2026, 1, 30),
        "opened_by": "entry",
        "permit_family": "visit",
        "ends": date(2026, 2, 28),
        "ends_basis": "printed",
        "village": "61.06.14.2001",
    }
    return Stay.model_validate(given | fields)


def person(version: int = 1, *stays: Stay, **fields: Any) -> PersonChanged:
    origin = Origin(trace="a" * 32, occurred_at=days(0), received_at=days(0))
    given = {"person": "p1", "version": version, "stays": stays or (stay(),), "origin": origin, "citizenship": "UTO"}
    return PersonChanged(**given | fields)


def tombstone(version: int, person: str, heir: str) -> PersonChanged:
    return PersonChanged(person=person, version=version, merged_into=heir)


def covers(version: int, until: datetime, agency: str = "plbn-badau", source: str = "pos") -> SourceChanged:
    return SourceChanged(
        agency=agency,
        source=source,
        version=version,
        clears=("exit",),
        rhythm_hours=24,
        last_heard_at=until,
        covers=((days(-300), until),),
    )


def hold(version: int, on: bool, person: str = "p1") -> HoldChanged:
    return HoldChanged(person=person, version=version, on=on)


async def eventually(check: Callable[[], Any], seconds: float = 30) -> Any:
    """What `check` gives once it is true. It is asked again and again."""
    end = asyncio.get_running_loop().time() + seconds
    while True:
        found = await check()
        if found:
            return found
        assert asyncio.get_running_loop().time() < end, "it did not come about"
        await asyncio.sleep(0.02)


@dataclass
class Stand:
    """What a test holds in its hands."""

    settings: AlertsSettings
    channel: aio_pika.abc.AbstractChannel
    database: Any
    signer: Signer
    now: datetime = END
    url: str = ""
    told: list[dict[str, Any]] = field(default_factory=list)
    """Everything heard on the exchange `alerts`."""

    def clock(self) -> datetime:
        return self.now

    @asynccontextmanager
    async def serving(self, **changes: Any) -> AsyncIterator[str]:
        """The service, running in this process until the block ends."""
        settings = self.settings.model_copy(update=changes)
        async with running(settings, partial(build, now=self.clock)) as (address, working):
            self.url = self.url or address
            async with httpx.AsyncClient(verify=False) as client:
                await eventually(lambda: _ready(client, address, working))
            yield address
            if working.done():
                working.result()
        self.url = ""

    async def send(self, *messages: Message) -> None:
        exchange = await self.channel.get_exchange("registry")
        for message in messages:
            body = message.model_dump_json(exclude_none=True).encode()
            await exchange.publish(aio_pika.Message(body, type=message.TYPE), message.TYPE)

    async def settled(self) -> None:
        """Every message sent so far has been taken and acknowledged: a marker behind them comes through."""
        mark = secrets.token_hex(4)
        await self.send(PersonChanged(person=mark, version=1))

        async def seen() -> Any:
            return await self.database.subjects.find_one({"_id": f"person:{mark}"})

        await eventually(seen)

    async def call(
        self, method: str, path: str, role: str = "operator", agency: str = "imigrasi", **options: Any
    ) -> httpx.Response:
        bare = path.partition("?")[0]
        actor = Actor(options.pop("name", "ani"), role, agency, "desk")
        headers = {"tapal-statement": self.signer.statement(actor, method, bare), **options.pop("headers", {})}
        async with httpx.AsyncClient(verify=False, base_url=self.url, timeout=10) as client:
            return await client.request(method, path, headers=headers, **options)

    async def alerts(self, query: str = "") -> list[dict[str, Any]]:
        return (await self.call("GET", f"/alerts{query}")).raise_for_status().json()["items"]

    async def live(self) -> list[dict[str, Any]]:
        return [row for row in await self.alerts("?limit=200") if row["state"] != "withdrawn" and row["rule"] != "Q2"]

    async def until(self, **expected: Any) -> dict[str, Any]:
        """The one live alert, once it is as expected."""

        async def check() -> Any:
            return [row for row in await self.live() if all(row[name] == value for name, value in expected.items())]

        (row,) = await eventually(check)
        return row

    async def step(self, row: dict[str, Any], step: str, **options: Any) -> httpx.Response:
        headers = {"if-match": f'"{row["revision"]}"'}
        return await self.call("POST", f"/alerts/{row['id']}/{step}", headers=headers, **options)

    async def notices(self, agency: str) -> list[bytes]:
        queue = await self.channel.get_queue(f"to.{agency}")
        found = []
        while (message := await queue.get(no_ack=True, fail=False)) is not None:
            found.append(message.body)
        return found


EVENT = {"id": "7", "type": "id.tapal.protection.v1", "data": {"kind": "help", "note": "Minta tempat aman."}}


async def open_matter(
    desk: Stand, matter: str = "m1", plain: bytes | None = None, person: str | None = "p1", **fields: Any
) -> None:
    """A protection event, as the registry hands it to the desk."""
    key = read_key(desk.settings.sealed_key_file)
    sealed = lock(key, plain if plain is not None else json.dumps(EVENT).encode())
    message = MatterOpened(matter=matter, person=person, sealed=sealed, occurred_at=days(0), **fields)
    body = message.model_dump_json(exclude_none=True).encode()
    await desk.channel.default_exchange.publish(aio_pika.Message(body, type=message.TYPE), "protection.matters")


async def tasks(desk: Stand, state: str = "open", role: str = "protection_officer") -> list[dict[str, Any]]:
    answer = await desk.call("GET", f"/tasks?state={state}", role=role)
    return answer.raise_for_status().json()["items"]


def evaluation(stand: Stand, publish: Callable[[Sequence[Letter]], Awaitable[None]]) -> Evaluate:
    """The handler of a batch over the stand's database, with a publisher of the test's own."""
    client = stand.database.client
    hasher = Hasher(read_key(stand.settings.digest_key_file))
    outbox = Outbox(stand.database, publish)
    desk = Desk(
        load(),
        read_agencies(stand.settings.agencies_dir),
        read_tables(),
        lambda series, anchor, episode: hasher.of("alert", series, anchor, str(episode)),
    )
    store = Store(client, stand.database, outbox, partial(hasher.of, "stay"))
    return Evaluate(store, Deadlines(stand.database), desk, publish, stand.clock)


async def _ready(client: httpx.AsyncClient, address: str, working: asyncio.Task[None]) -> bool:
    if working.done():
        working.result()
    return (await client.get(f"{address}/health/ready")).status_code == 200


@asynccontextmanager
async def virtual_host(management: str, amqp: str) -> AsyncIterator[str]:
    name = f"alerts-{secrets.token_hex(4)}"
    user = httpx.URL(amqp).username
    agencies = read_agencies(ROOT / "deploy" / "agencies")
    passwords = dict.fromkeys(topology.users(agencies), "unused")
    wanted = topology.definitions(agencies, passwords, salt=lambda: b"salt", vhost=name)
    kept = {kind: wanted[kind] for kind in ("exchanges", "queues", "bindings")}
    async with httpx.AsyncClient(verify=False, base_url=management, trust_env=False, timeout=60) as api:
        (await api.put(f"/api/vhosts/{name}", json={})).raise_for_status()
        permission = {"configure": ".*", "write": ".*", "read": ".*"}
        (await api.put(f"/api/permissions/{name}/{user}", json=permission)).raise_for_status()
        (await api.post("/api/definitions", json=kept)).raise_for_status()
        try:
            yield str(httpx.URL(amqp).copy_with(path=f"/{name}"))
        finally:
            (await api.delete(f"/api/vhosts/{name}")).raise_for_status()


def write_keys(folder: Path) -> Signer:
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "private.pem").write_bytes(private)
    (folder / "public.pem").write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    (folder / "digest.key").write_text(secrets.token_hex(32))
    for name in ("master.key", "texts.key"):
        (folder / name).write_text(line_of_new_master())
    for name in ("sealed.key", "notify.key"):
        (folder / name).write_text(secrets.token_hex(32))
    return Signer(read_ed25519(folder / "private.pem"))


@asynccontextmanager
async def stood(folder: Path, addresses: dict[str, str]) -> AsyncIterator[Stand]:
    """A stand. `addresses`: amqp, management and mongo of the administrator."""
    async with AsyncExitStack() as stack:
        amqp = await stack.enter_async_context(virtual_host(addresses["management"], addresses["amqp"]))
        signer = write_keys(folder)
        settings = AlertsSettings(
            name="alerts",
            roles=frozenset({"api", "evaluate", "timers"}),
            http_port=0,
            amqp_url=amqp,
            mongo_url=addresses["mongo"],
            mongo_database=f"alerts_{secrets.token_hex(4)}",
            agencies_dir=ROOT / "deploy" / "agencies",
            digest_key_file=folder / "digest.key",
            sealed_key_file=folder / "sealed.key",
            notify_key_file=folder / "notify.key",
            texts_key_file=folder / "texts.key",
            statement_public_key_file=folder / "public.pem",
            timer_seconds=0.05,
            outbox_seconds=0.05,
        )
        connection = await stack.enter_async_context(await aio_pika.connect(amqp))
        channel = await connection.channel()
        mongo: Any = AsyncIOMotorClient(addresses["mongo"], tz_aware=True)
        stack.callback(mongo.close)
        stand = Stand(settings, channel, mongo[settings.mongo_database], signer)
        listening = await channel.declare_queue(exclusive=True)
        await listening.bind("alerts", "#")

        async def hear(message: aio_pika.abc.AbstractIncomingMessage) -> None:
            stand.told.append({"raw": message.body, "trace": message.correlation_id})

        await listening.consume(hear, no_ack=True)
        yield stand
        for name in (settings.mongo_database, f"{settings.mongo_database}_keys"):
            await mongo.drop_database(name)
