"""Everything the gateway's routes and its work are made of, wired to each other."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from functools import partial

from chassis import cache, mongo
from chassis.batches import Consumer, Limits, Subscription
from chassis.bus import Link, Publisher
from chassis.drawers import drawers_of
from chassis.errors import Conflict, Unavailable
from chassis.http import Check
from chassis.keyring import Keyring
from chassis.log import log
from chassis.outbox import Outbox
from chassis.run import Work
from chassis.settings import read_models
from chassis.statement import Signer, read_ed25519
from contracts.agencies import Agency
from gateway import keyset
from gateway.accounts import Accounts, read_accounts
from gateway.area import Area
from gateway.asks import Asks
from gateway.attempts import Attempts
from gateway.audit import Audit
from gateway.audit_rows import AuditRows
from gateway.cases import Cases
from gateway.certificates import Certificates
from gateway.checklist import Checklist
from gateway.checkpoints import Checkpoints
from gateway.consents import Consents
from gateway.console import Console
from gateway.corrections import Corrections
from gateway.data_protection import DataProtection
from gateway.desk import Desk
from gateway.devices import Devices
from gateway.door import Door
from gateway.dossiers import Dossiers
from gateway.emergencies import Emergencies
from gateway.enrolments import Enrolments
from gateway.evidence import SEAL_SECONDS, sealing
from gateway.exports import Exports
from gateway.factors import Factors
from gateway.flags import Flags
from gateway.identities import Identities
from gateway.keys import Keys
from gateway.links import Links
from gateway.logins import Gate, Logins
from gateway.looks import Looks
from gateway.matters import Matters
from gateway.names import Names
from gateway.office import Office
from gateway.pages import Pages
from gateway.parties import Parties
from gateway.peers import Peers
from gateway.rates import Rates
from gateway.readers import Readers
from gateway.reasons import Reasons
from gateway.receipts import Receipts
from gateway.replays import Replays
from gateway.retention import Retention
from gateway.rulework import Rulework
from gateway.senders import Senders, read_digests
from gateway.sessions import Sessions
from gateway.settings import GatewaySettings
from gateway.sign_in import SignIn
from gateway.staff import Staff
from gateway.stream import Feed, read_change
from gateway.subscriptions import Subscriptions
from gateway.telephone import Telephone
from gateway.tokens import Tokens
from gateway.uploads import Uploads
from gateway.uploads_store import UploadStore
from gateway.watching import Watching

__all__ = ["Assembly"]

QUEUE = "gateway.alerts"
LATER = 2.0
OUTBOX_SECONDS = 5.0


def _now() -> datetime:
    return datetime.now(UTC)


class Assembly:
    """Everything the routes and the work are made of."""

    def __init__(self, settings: GatewaySettings, database: mongo.Database, client: cache.Cache, peers: Peers) -> None:
        self.agencies = agencies = read_models(settings.agencies_dir, Agency)
        by_code = {agency.code: agency for agency in agencies}
        self.settings = settings
        self.database = database
        self.client = client
        self.prepared = asyncio.Event()
        self.now = _now
        self.drawers = drawers_of(database, Keyring(settings.factor_key_file))
        self.audit = Audit(database, AuditRows(self.drawers))
        self.accounts = Accounts(database, self.drawers)
        self.feed = Feed(client)
        self.looks = Looks(database, self.audit, _now)
        self.checkpoints = Checkpoints(database, read_ed25519(settings.checkpoint_key_file), self.audit, _now)
        self._bus(settings)
        self._entrance(settings, client)
        self._persons(peers, by_code)
        self.receipts = Receipts(peers, by_code)
        sending = self.publisher.publish
        self.replays = Replays(peers, self.audit, sending, _now)
        self.uploads = Uploads(UploadStore(database, self.drawers), by_code, self.receipts, self.audit, sending, _now)
        self.telephone = Telephone(by_code, self.audit, sending, _now)
        self.console = self._console(Pages(agencies, settings.mode, _now, self.sessions.idle), peers)

    def _entrance(self, settings: GatewaySettings, client: cache.Cache) -> None:
        tokens = Tokens(key := read_ed25519(settings.token_key_file))
        self.senders = Senders(self.database, self.agencies, _now)
        self.keys = Keys(self.senders, self.audit)
        rates = Rates(settings.redis_url.get_secret_value(), settings.rates)
        self.sessions = Sessions(self.database, self.audit, _now, timedelta(minutes=settings.lock_minutes))
        self.door = Door(tokens, self.senders, Certificates(self.senders, settings.tls), rates, self.sessions, _now)
        self.factors = Factors(self.database, self.drawers.keys.keyring, _now, settings.mode == "live")
        gate = Gate(Attempts(client), Devices(key), self.factors, settings.secure_cookie)
        self.logins = Logins(self.accounts, gate, tokens, self.sessions, _now)
        self.enrolments = Enrolments(self.logins, self.audit, _now)
        self.links = Links(self.database, self.accounts, settings.oidc.issuer if settings.oidc else None)
        self.sign_in = SignIn.of(settings.oidc, client, self.links, self.logins)

    def _bus(self, settings: GatewaySettings) -> None:
        # Two connections: a broker that blocks publishers must not stop the consumer.
        amqp = settings.amqp_url.get_secret_value()
        self.listening = Link(amqp, f"{settings.name}-in")
        self.sending = Link(amqp, f"{settings.name}-out")
        self.publisher = Publisher(self.sending)
        self.outbox = Outbox(self.database, self.publisher.publish)
        subscription = Subscription(QUEUE, read_change, self.feed.write)
        limits = Limits(settings.batch_size, settings.linger_ms / 1000)
        self.consumer = Consumer(self.listening, subscription, limits, asyncio.Lock())

    def _persons(self, peers: Peers, agencies: Mapping[str, Agency]) -> None:
        flags = Flags(read_ed25519(self.settings.token_key_file))
        names = Names(peers, self.audit, _now)
        self.desk = Desk(peers, names, Readers(self.accounts, flags))
        area = Area(peers, self.audit, agencies, _now)
        self.cases = Cases(peers, self.audit, area, names, _now)
        self.watching = Watching(self.database, self.looks, self.outbox, flags, _now)
        self.emergencies = Emergencies(self.database, self.drawers, self.audit, self.outbox, flags, _now)
        self.consents = Consents(self.database, self.drawers, peers, self.audit, _now)
        self.staff = Staff.of(self.sessions, self.links, self.factors, self.consents, self.agencies)
        self.retention = Retention(self.database, self.drawers, self.audit.rows, _now)
        self.exports = Exports(self.desk, self.consents, self.audit, _now)
        reasons = Reasons(peers, self.desk, self.cases, self.emergencies, self.consents)
        self.dossiers = Dossiers(area, reasons)
        self.parties = Parties(peers, self.audit, self.desk, agencies, _now)
        self.identities = Identities(peers, self.audit, self.dossiers, _now)
        self.matters = Matters(peers, self.audit, _now)

    def _console(self, pages: Pages, peers: Peers) -> Console:
        return Console(
            pages=pages,
            door=self.door,
            logins=self.logins,
            desk=self.desk,
            cases=self.cases,
            dossiers=self.dossiers,
            parties=self.parties,
            identities=self.identities,
            matters=self.matters,
            asks=Asks(peers, self.audit, self.dossiers, _now),
            emergencies=self.emergencies,
            consents=self.consents,
            corrections=Corrections(self.database, self.drawers, self.dossiers, self.identities, self.audit),
            data_protection=DataProtection(peers, self.consents, self.retention, self.audit, _now),
            checklist=Checklist(self.settings, self.agencies, self.accounts, peers, _now),
            looks=self.looks,
            office=Office(peers, self.audit, self.agencies, _now),
            rulework=Rulework(peers),
            subscriptions=Subscriptions(peers, self.audit, _now),
            feed=self.feed,
            sign_in=self.sign_in,
        )

    @classmethod
    async def open(cls, settings: GatewaySettings, stack: AsyncExitStack) -> "Assembly":
        client = await stack.enter_async_context(mongo.connect(settings.mongo_url.get_secret_value()))
        redis = await stack.enter_async_context(cache.connect(settings.redis_url.get_secret_value()))
        signer = Signer(read_ed25519(settings.statement_private_key_file))
        peers = await Peers.open(settings.parts, signer, settings.peer_seconds, stack)
        parts = cls(settings, client[settings.mongo_database], redis, peers)
        stack.push_async_callback(parts.listening.close)
        stack.push_async_callback(parts.sending.close)
        if parts.sign_in:
            stack.push_async_callback(parts.sign_in.provider.close)
        return parts

    async def prepare(self) -> None:
        """Make the index, the first accounts and the channel to the broker, as soon as that can be done."""
        accounts = read_accounts(self.settings.accounts_file)
        digests = read_digests(self.settings.api_keys_file)
        while not self.prepared.is_set():
            try:
                await self.senders.seed(digests)
                await self.senders.load()
                await self.audit.prepare()
                await self.sessions.prepare()
                await self.uploads.store.prepare()
                await keyset.prepare(self.database)
                await self.accounts.seed(accounts)
                self.prepared.set()
            except Unavailable as error:
                log.warning("preparing_waits", missing=str(error))
                await asyncio.sleep(LATER)

    def work(self) -> tuple[Work, ...]:
        """What goes on until the process stops."""
        relay = partial(self.outbox.relay, OUTBOX_SECONDS)
        watch = partial(self.watching.run, self.settings.watch_seconds)
        work = (self.prepare, self.audit.run, self.seal, self.feed.run, self.consumer.run, self.uploads.run)
        return (*work, relay, watch, self.retention.run, partial(self.senders.run, self.settings.key_seconds))

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
