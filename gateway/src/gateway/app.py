"""What is wired to what: the only file that sees the whole gateway."""

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from importlib.metadata import version

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from chassis import cache, mongo
from chassis.batches import Consumer, Limits, Subscription
from chassis.bus import Link, Publisher
from chassis.errors import Conflict, Unavailable
from chassis.http import Check, create_app
from chassis.log import log
from chassis.run import Process
from chassis.settings import read_models
from chassis.statement import Signer, read_ed25519
from contracts.agencies import Agency
from gateway import (
    docs,
    routes_alerts,
    routes_asks,
    routes_cases,
    routes_console,
    routes_console_subscriptions,
    routes_identities,
    routes_intake,
    routes_office,
    routes_persons,
    routes_rules,
    routes_session,
    routes_subscriptions,
    routes_telephone,
    routes_uploads,
)
from gateway.accounts import Accounts, Attempts, read_accounts
from gateway.asks import Asks
from gateway.audit import Audit
from gateway.cases import Cases
from gateway.console import Console
from gateway.desk import Desk
from gateway.door import Door
from gateway.dossiers import Dossiers
from gateway.edge import PROBLEMS
from gateway.evidence import SEAL_SECONDS, sealing
from gateway.headers import Marked
from gateway.identities import Identities
from gateway.matters import Matters
from gateway.office import Office
from gateway.pages import Pages
from gateway.parties import Parties
from gateway.peers import Part, Peers
from gateway.receipts import Receipts
from gateway.replays import Replays
from gateway.rulework import Rulework
from gateway.senders import Senders
from gateway.settings import GatewaySettings
from gateway.stream import Feed, read_change
from gateway.subscriptions import Subscriptions
from gateway.telephone import Telephone
from gateway.tokens import Tokens
from gateway.uploads import Uploads
from gateway.uploads_store import UploadStore

__all__ = ["build"]

QUEUE = "gateway.alerts"
LATER = 2.0


def _now() -> datetime:
    return datetime.now(UTC)


async def build(settings: GatewaySettings, stack: AsyncExitStack) -> Process:
    """The gateway, ready to run. Nothing it needs has to be there yet but its files."""
    parts = await _Parts.open(settings, stack)
    app = create_app("Tapal", version("tapal-gateway"), parts.checks(), public=True)
    app.add_middleware(Marked, mode=settings.mode)
    _add_routes(app, parts)
    return Process(
        app, (parts.prepare, parts.audit.run, parts.seal, parts.feed.run, parts.consumer.run, parts.uploads.run)
    )


class _Parts:
    """Everything the routes and the work are made of."""

    def __init__(self, settings: GatewaySettings, database: mongo.Database, client: cache.Cache, peers: Peers) -> None:
        agencies = read_models(settings.agencies_dir, Agency)
        self.settings = settings
        self.database = database
        self.client = client
        self.peers = peers
        self.prepared = asyncio.Event()
        self.accounts = Accounts(database)
        self.audit = Audit(database, settings.audit_linger_ms / 1000)
        self.feed = Feed(client)
        # Two connections: a broker that blocks publishers must not stop the consumer.
        amqp = settings.amqp_url.get_secret_value()
        self.listening = Link(amqp, f"{settings.name}-in")
        self.sending = Link(amqp, f"{settings.name}-out")
        self.publisher = Publisher(self.sending)
        subscription = Subscription(QUEUE, read_change, self.feed.write)
        limits = Limits(settings.batch_size, settings.linger_ms / 1000)
        self.consumer = Consumer(self.listening, subscription, limits, asyncio.Lock())
        tokens = Tokens(read_ed25519(settings.token_key_file))
        self.door = Door(tokens, Senders.read(settings.api_keys_file, agencies), _now)
        self.logins = routes_session.Logins(self.accounts, Attempts(client), tokens, _now, settings.secure_cookie)
        self.desk = Desk(peers, self.audit, _now)
        self.cases = Cases(peers, self.audit, _now)
        self.dossiers = Dossiers(peers, self.audit, self.desk, self.cases, _now)
        self.parties = Parties(peers, self.audit, self.desk, _now)
        self.identities = Identities(peers, self.audit, self.dossiers, _now)
        self.matters = Matters(peers, self.audit, _now)
        self.console = Console(
            pages=Pages(agencies, settings.mode, _now),
            door=self.door,
            logins=self.logins,
            desk=self.desk,
            cases=self.cases,
            dossiers=self.dossiers,
            parties=self.parties,
            identities=self.identities,
            matters=self.matters,
            asks=Asks(peers, self.audit, self.dossiers, _now),
            office=Office(peers, self.audit, _now),
            rulework=Rulework(peers),
            subscriptions=Subscriptions(peers, self.audit, _now),
            feed=self.feed,
        )

        by_code = {agency.code: agency for agency in agencies}
        sending = self.publisher.publish
        self.uploads = Uploads(UploadStore(database), by_code, Receipts(peers), self.audit, sending, _now)
        self.telephone = Telephone(by_code, self.audit, sending, _now)

    @classmethod
    async def open(cls, settings: GatewaySettings, stack: AsyncExitStack) -> "_Parts":
        client = await stack.enter_async_context(mongo.connect(settings.mongo_url.get_secret_value()))
        redis = await stack.enter_async_context(cache.connect(settings.redis_url.get_secret_value()))
        signer = Signer(read_ed25519(settings.statement_private_key_file))
        peers = await Peers.open(_addresses(settings), signer, settings.peer_seconds, stack)
        parts = cls(settings, client[settings.mongo_database], redis, peers)
        stack.push_async_callback(parts.listening.close)
        stack.push_async_callback(parts.sending.close)
        return parts

    async def prepare(self) -> None:
        """Make the index, the first accounts and the channel to the broker, as soon as that can be done."""
        accounts = read_accounts(self.settings.accounts_file)
        while not self.prepared.is_set():
            try:
                await self.audit.prepare()
                await self.accounts.seed(accounts)
                self.prepared.set()
            except Unavailable as error:
                log.warning("preparing_waits", missing=str(error))
                await asyncio.sleep(LATER)

    async def seal(self) -> None:
        """Seal the audit log, for ever."""
        seal = sealing(self.database, _now)
        while True:
            await asyncio.sleep(SEAL_SECONDS)
            try:
                await seal()
            except (Unavailable, Conflict) as error:
                log.warning("sealing_waits", missing=str(error))

    def checks(self) -> dict[str, Check]:
        """What readiness rests on. The services behind are not in it: each of them has its own."""

        async def database() -> bool:
            await self.database.command("ping")
            return self.prepared.is_set()

        async def broker() -> bool:
            await self.publisher.connect()
            return self.listening.up

        async def redis() -> bool:
            return bool(await self.client.ping())

        return {"mongo": database, "broker": broker, "redis": redis}


def _addresses(settings: GatewaySettings) -> dict[Part, str]:
    return {
        Part.REGISTRY: str(settings.registry_url),
        Part.SEALED: str(settings.sealed_url),
        Part.ALERTS: str(settings.alerts_url),
        Part.PROTECTION: str(settings.protection_url),
        Part.REPORTS: str(settings.reports_url),
    }


def _add_routes(app: FastAPI, parts: _Parts) -> None:
    for router in (
        routes_session.routes(parts.logins, parts.door),
        routes_intake.routes(parts.door, parts.publisher.publish, Receipts(parts.peers)),
        routes_alerts.routes(parts.desk, parts.door),
        routes_alerts.snooze_routes(parts.desk, parts.door),
        routes_alerts.stream_routes(parts.feed, parts.door, _now),
        routes_persons.routes(parts.dossiers, parts.door),
        routes_persons.party_routes(parts.parties, parts.door),
        routes_identities.routes(parts.identities, parts.door),
        routes_asks.routes(parts.console.asks, parts.door),
        routes_cases.routes(parts.cases, parts.door),
        routes_persons.matter_routes(parts.matters, parts.door),
        routes_office.routes(parts.console.office, parts.door),
        routes_rules.routes(parts.console.rulework, parts.door),
        routes_subscriptions.routes(parts.console.subscriptions, parts.door),
        routes_office.replay_routes(Replays(parts.peers, parts.audit, parts.publisher.publish, _now), parts.door),
    ):
        app.include_router(router, responses=PROBLEMS)
    app.include_router(routes_console.routes(parts.console))
    app.include_router(routes_uploads.routes(parts.console, parts.uploads))
    app.include_router(routes_console_subscriptions.routes(parts.console))
    app.include_router(routes_telephone.routes(parts.console, parts.telephone))
    app.include_router(docs.routes(app, parts.console.pages, parts.door))
    app.mount("/static", StaticFiles(packages=[("gateway", "static")]))
