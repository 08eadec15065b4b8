"""A gateway over a real broker, database and Redis, with its own virtual host and database."""

import asyncio
import hashlib
import json
import secrets
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aio_pika
import gateway_peer_app
import gateway_peers
import httpx
import yaml
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from motor.motor_asyncio import AsyncIOMotorClient
from redis.asyncio import Redis

from chassis.drawers import Drawers
from chassis.keyring import Keyring, line_of_new_master
from chassis.keystore import Keys
from chassis.run import Process, running
from chassis.settings import Settings
from chassis.statement import Verifier, read_ed25519
from gateway.app import build
from gateway.audit_rows import AuditRows
from gateway.settings import GatewaySettings

ROOT = Path(__file__).parents[2]
ROLES = {
    "operator": ("operator", "imigrasi"),
    "supervisor": ("supervisor", "imigrasi"),
    "kepala": ("supervisor", "imigrasi"),
    "polisi": ("operator", "polres"),
    "naker": ("operator", "disnaker"),
    # An office of a corner of the regency where nobody of the sample was.
    "kapuas": ("operator", "satgas-pamtas"),
    "danki": ("supervisor", "satgas-pamtas"),
    # Its file names no remit.
    "karantina": ("operator", "karantina"),
    "hotel": ("reporter", "phri-kh"),
    # Of one source of the same agency.
    "losmen": ("reporter", "phri-kh"),
    "phri": ("operator", "phri-kh"),
    "pos": ("reporter", "plbn-badau"),
    "perlindungan": ("protection_officer", "ppt"),
    "wakil": ("protection_officer", "ppt"),
    "dpo": ("data_protection_officer", "imigrasi"),
    "inspektur": ("inspector", "polres"),
    "admin": ("administrator", "imigrasi"),
}
ONE_SOURCE = {"losmen": "hotel-kapuas"}
KEYS = {"polres/spkt": "key-polres", "phri-kh/hotel-kapuas": "key-kapuas", "phri-kh/hotel-sentarum": "key-sentarum"}
PASSWORD = "uji-coba-123"
# What ends or stops the caller's own session: whatever is called after it would say no more than that.
OWN_SESSION = ("/v1/login", "/v1/logout", "/v1/lock", "/v1/unlock", "/v1/me/")
PAPER = {"number": "12/2026", "date": "2026-01-01"}
REDIS_DATABASE = 9
KEY_SECONDS = 0.2
QUEUES = ("intake.polres", "sealed.polres", "intake.phri-kh", "sealed.phri-kh", "gateway.alerts", "alerts.gateway")
FORGOTTEN = (
    *("audit", "unsealed", "blocks", "chains", "places", "emergencies", "consents", "outbox", "flags"),
    *("kept_looks", "corrections", "erasures"),
)
PARTS = ("registry", "sealed", "alerts", "protection", "reports")


@dataclass
class Stand:
    """The gateway under test and what surrounds it."""

    url: str
    world: gateway_peers.World
    channel: aio_pika.abc.AbstractChannel
    database: Any
    redis: Redis
    tokens: dict[str, str]
    settings: dict[str, Any]

    @asynccontextmanager
    async def another(self, **changed: Any):
        """One more gateway over the same broker, database and Redis: its address."""
        async with running(GatewaySettings(**{**self.settings, **changed}), build) as (url, working):
            await until_ready(url, working)
            yield url

    async def client(self, account: str = "", **headers: str) -> httpx.AsyncClient:
        if account and account not in self.tokens:
            async with httpx.AsyncClient(verify=False, base_url=self.url) as door:
                answer = await door.post("/v1/login", json={"username": account, "password": PASSWORD})
            self.tokens[account] = answer.json()["token"]
        who = {"authorization": f"Bearer {self.tokens[account]}"} if account else {}
        return httpx.AsyncClient(verify=False, base_url=self.url, headers={**who, **headers}, timeout=20)

    async def get(self, path: str, account: str = "", **headers: str) -> httpx.Response:
        async with await self.client(account) as client:
            return await client.get(path, headers={name.replace("_", "-"): text for name, text in headers.items()})

    async def post(self, path: str, account: str = "", json: Any = None, **headers: str) -> httpx.Response:
        async with await self.client(account) as client:
            fields = {name.replace("_", "-"): text for name, text in headers.items()}
            return await client.post(path, json=json, headers=fields)

    async def clear(self) -> None:
        """Forget what the last test left."""
        self.world.__init__()
        for name in FORGOTTEN:
            await self.database[name].delete_many({})
        await self.redis.flushdb()
        # The logins of before go on, whatever a test did to their sessions.
        await self.database.sessions.update_many({"ended_at": {"$ne": None}}, {"$set": {"ended_at": None}})
        await self.database.sessions.update_many({"locked": True}, {"$set": {"locked": False}})
        for queue in QUEUES:
            await (await self.channel.get_queue(queue, ensure=False)).purge()

    async def audit(self) -> list[dict[str, Any]]:
        rows = await self.database.audit.find({}).sort("_id", 1).to_list(None)
        return await audit_rows(self).opened(rows)

    @asynccontextmanager
    async def unwritable(self):
        """Meanwhile the database refuses every row of the audit log, by a rule of its own."""
        await self.database.command("collMod", "audit", validator={"never": {"$exists": True}})
        try:
            yield
        finally:
            await self.database.command("collMod", "audit", validator={})

    async def revealed(self, task: str) -> None:
        """Two officers of the desk agree that its persons are shown."""
        asked = await self.post(f"/v1/protection/tasks/{task}/reveal", "perlindungan", {"reason": "Menjemput."})
        answer = await self.post(f"/v1/consents/{asked.json()['id']}/answer", "wakil", {"allowed": True})
        assert answer.json()["state"] == "allowed"

    async def announce(self, **fields: Any) -> None:
        """An alert change, as the alerts service publishes it."""
        row = gateway_peers.row(1, **fields)
        body = {**row, "alert": row.pop("id")}
        exchange = await self.channel.get_exchange("alerts")
        await exchange.publish(aio_pika.Message(json.dumps(body).encode()), "alert.changed")


def write_pair(folder: Path, name: str) -> tuple[Path, Path]:
    key = Ed25519PrivateKey.generate()
    private, public = folder / f"{name}.private.pem", folder / f"{name}.public.pem"
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return private, public


def write_files(folder: Path) -> dict[str, Any]:
    accounts = [
        {"username": name, "password": PASSWORD, "role": role, "agency": agency, "name": f"Contoh {name}"}
        | {"source": ONE_SOURCE.get(name, "")}
        for name, (role, agency) in ROLES.items()
    ]
    (folder / "accounts.json").write_text(json.dumps(accounts))
    digests = {hashlib.sha256(key.encode()).hexdigest(): name for name, key in KEYS.items()}
    (folder / "keys.json").write_text(json.dumps(digests))
    (folder / "factor.key").write_text(line_of_new_master())
    return {
        "accounts_file": folder / "accounts.json",
        "factor_key_file": folder / "factor.key",
        "api_keys_file": folder / "keys.json",
        "statement_private_key_file": write_pair(folder, "statement")[0],
        "token_key_file": write_pair(folder, "token")[0],
        "checkpoint_key_file": write_pair(folder, "checkpoint")[0],
        "agencies_dir": ROOT / "deploy" / "agencies",
    }


def write_papers(folder: Path) -> dict[str, Any]:
    """What live mode demands, beside the files: the settings."""
    now = datetime.now(UTC)
    shift = {"begins": now, "ends": now + timedelta(days=1), "officer": "perlindungan", "deputy": "wakil"}
    rota = {"members": ["perlindungan", "wakil"], "shifts": [shift]}
    (folder / "rota.json").write_text(json.dumps(rota, default=datetime.isoformat))
    agencies = [path.stem for path in (ROOT / "deploy" / "agencies").glob("*.yaml")]
    papers = dict.fromkeys(("impact_assessment", "team_decree", "retention_decree"), PAPER)
    papers |= {"agreements": dict.fromkeys(agencies, PAPER), "data_protection_officer": "dpo"}
    (folder / "live.yaml").write_text(yaml.safe_dump({**papers, "protection_rota": "rota.json"}))
    return {"mode": "live", "secure_cookie": True, "live_file": folder / "live.yaml"}


@asynccontextmanager
async def virtual_host(management: str, amqp: str):
    """A virtual host of its own with the gateway's part of the topology."""
    name = f"gateway-{secrets.token_hex(4)}"
    user = httpx.URL(amqp).username
    async with httpx.AsyncClient(verify=False, base_url=management) as api:
        for path, body in (
            (f"/api/vhosts/{name}", {}),
            (f"/api/permissions/{name}/{user}", {"configure": ".*", "write": ".*", "read": ".*"}),
        ):
            (await api.put(path, json=body)).raise_for_status()
        try:
            yield str(httpx.URL(amqp).copy_with(path=f"/{name}"))
        finally:
            (await api.delete(f"/api/vhosts/{name}")).raise_for_status()


async def declare(channel: aio_pika.abc.AbstractChannel) -> None:
    for agency in ("polres", "phri-kh"):
        for side, prefix in (("agency", "intake"), ("sealed", "sealed")):
            exchange = await channel.declare_exchange(f"{side}.{agency}", "fanout", durable=True)
            limits = {"x-max-length": 5, "x-overflow": "reject-publish"}
            queue = await channel.declare_queue(f"{prefix}.{agency}", durable=True, arguments=limits)
            await queue.bind(exchange)
    exchange = await channel.declare_exchange("alerts", "topic", durable=True)
    queue = await channel.declare_queue("gateway.alerts", durable=True)
    await queue.bind(exchange, "#")
    exchange = await channel.declare_exchange("gateway", "topic", durable=True)
    queue = await channel.declare_queue("alerts.gateway", durable=True)
    await queue.bind(exchange, "access.flagged")


@asynccontextmanager
async def peers(folder: Path, world: gateway_peers.World):
    """The services behind the gateway."""
    settings = Settings(
        name="peers", http_port=0, amqp_url="amqp://unused", mongo_url="unused", mongo_database="x", agencies_dir=folder
    )
    verifier = Verifier(read_ed25519(folder / "statement.public.pem"))

    async def assemble(_: Settings, __: AsyncExitStack) -> Process:
        return Process(gateway_peer_app.build(world, verifier))

    async with running(settings, assemble) as (address, _):
        yield address


def audit_rows(stand: "Stand") -> AuditRows:
    """What opens the rows of the access log."""
    keys = stand.database.client[f"{stand.database.name}_keys"]
    return AuditRows(Drawers(Keys(keys, Keyring(stand.settings["factor_key_file"]))))


async def until_ready(url: str, working: asyncio.Task) -> None:
    async with httpx.AsyncClient(verify=False) as client:
        for _ in range(200):
            if working.done():
                working.result()
            if (await client.get(f"{url}/health/ready")).status_code == 200:
                return
            await asyncio.sleep(0.05)
    raise AssertionError("the gateway did not become ready")


@asynccontextmanager
async def stood(folder: Path, addresses: dict[str, str]):
    """A gateway, running in this process. `addresses`: amqp, management, mongo, redis of the administrator."""
    world = gateway_peers.World()
    async with AsyncExitStack() as stack:
        amqp = await stack.enter_async_context(virtual_host(addresses["management"], addresses["amqp"]))
        settings = {
            "name": "gateway",
            "http_port": 0,
            "key_seconds": KEY_SECONDS,
            "amqp_url": amqp,
            "mongo_url": addresses["mongo"],
            "mongo_database": f"gateway_{secrets.token_hex(4)}",
            "redis_url": str(httpx.URL(addresses["redis"]).copy_with(path=f"/{REDIS_DATABASE}")),
            **write_files(folder),
        }
        address = await stack.enter_async_context(peers(folder, world))
        settings |= {f"{part}_url": f"{address}/{part}" for part in PARTS}
        # Tests beside ours may keep the loop to themselves for longer than the broker waits for a sign of life.
        connection = await stack.enter_async_context(await aio_pika.connect(amqp, heartbeat=0))
        channel = await connection.channel()
        await declare(channel)
        redis = await stack.enter_async_context(Redis.from_url(settings["redis_url"], decode_responses=True))
        await redis.flushdb()
        mongo = AsyncIOMotorClient(settings["mongo_url"], tz_aware=True)
        url, working = await stack.enter_async_context(running(GatewaySettings(**settings), build))
        await until_ready(url, working)
        yield Stand(url, world, channel, mongo[settings["mongo_database"]], redis, {}, settings)
        for name in (settings["mongo_database"], f"{settings['mongo_database']}_keys"):
            await mongo.drop_database(name)
        mongo.close()
