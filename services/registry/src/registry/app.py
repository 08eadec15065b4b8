"""What is wired to what."""

import asyncio
import secrets
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path

from fastapi import APIRouter

from chassis.batches import Consumer, Limits, Subscription, Turn
from chassis.bus import Link, Publisher
from chassis.http import Check, create_app
from chassis.keyring import Keyring
from chassis.keystore import Keys
from chassis.mongo import Mongo, connect, warn_of_retryable_writes
from chassis.outbox import Outbox
from chassis.run import Process, Work
from chassis.seal import Hasher
from chassis.settings import read_key, read_models
from chassis.statement import Verifier, read_ed25519
from contracts.agencies import Agency
from registry.api import Services, routes
from registry.api_identity import identity_routes
from registry.api_retention import retention_routes
from registry.commands import Commands
from registry.disputed_store import count_contradicted
from registry.drafts import Reader
from registry.erasing import Erasing
from registry.fairness import Fair
from registry.handlers import Intake
from registry.joining import Joining
from registry.legal_hold_desk import LegalHolds
from registry.matcher import Matcher
from registry.matching import matching_table
from registry.matters import Matters
from registry.permits import permit_table
from registry.queries import Queries
from registry.reannounce import Reannounce
from registry.replays import Replays
from registry.replays_api import replay_routes
from registry.reviews import Reviews
from registry.scorecard_api import scorecard_routes
from registry.scorecard_store import Scorecards
from registry.sealed import Sealed, read_order
from registry.sealed_api import sealed_routes
from registry.sealer import SEAL_SECONDS, sealing
from registry.search_store import SearchStore
from registry.settings import RegistrySettings
from registry.settle import Settler
from registry.shelf import Shelf
from registry.store import Store
from registry.sweep import SWEEP_SECONDS, Sweep
from registry.tasks import every, measure_depths

__all__ = ["build"]

Clock = Callable[[], datetime]
HOLDS = "protection.holds"
MATCH_SECONDS, DEPTH_SECONDS, SCORECARD_SECONDS = 15.0, 10.0, 900.0


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class _Parts:
    settings: RegistrySettings
    client: Mongo
    link: Link
    publisher: Publisher
    agencies: Mapping[str, Agency]
    hasher: Hasher
    verifier: Verifier
    now: Clock

    def consume(self, subscription: Subscription[object], turn: Turn) -> Work:
        limits = Limits(self.settings.batch_size, self.settings.linger_ms / 1000)
        return Consumer(self.link, subscription, limits, turn).run


async def build(settings: RegistrySettings, stack: AsyncExitStack, now: Clock = _now) -> Process:
    """A registry process by its roles."""
    client = await stack.enter_async_context(connect(settings.mongo_url.get_secret_value()))
    consuming, publishing = (Link(settings.amqp_url.get_secret_value(), settings.name) for _ in range(2))
    stack.push_async_callback(consuming.close)
    stack.push_async_callback(publishing.close)
    parts = _Parts(
        settings=settings,
        client=client,
        link=consuming,
        publisher=Publisher(publishing),
        agencies={agency.code: agency for agency in read_models(settings.agencies_dir, Agency)},
        hasher=Hasher(read_key(settings.digest_key_file)),
        verifier=Verifier(read_ed25519(settings.statement_public_key_file)),
        now=now,
    )
    return await _sealed(parts, stack) if "sealed" in settings.roles else await _open(parts)


@dataclass(frozen=True)
class _Core:
    """What every role but the sealed one is made of."""

    shelf: Shelf
    store: Store
    settler: Settler
    matcher: Matcher
    joining: Joining
    outbox: Outbox
    scorecards: Scorecards
    sweep: Sweep


async def _core(parts: _Parts) -> _Core:
    settings = parts.settings
    database = parts.client[settings.mongo_database]
    outbox = Outbox(database, parts.publisher.publish)
    matcher = Matcher(parts.hasher, matching_table())
    shelf = Shelf(database, Keys(parts.client[settings.keys_database], Keyring(_master(settings))))
    store = Store(parts.client, shelf, outbox, matcher)
    await store.prepare()
    settler = Settler(permit_table(), parts.hasher, matcher, parts.agencies)
    contradicted = partial(count_contradicted, database, parts.now)
    return _Core(
        shelf=shelf,
        store=store,
        settler=settler,
        matcher=matcher,
        joining=Joining(matcher, partial(secrets.token_hex, 16)),
        outbox=outbox,
        scorecards=Scorecards(database, parts.agencies, parts.hasher, parts.now, contradicted),
        sweep=Sweep(Erasing(store, settler, matcher, outbox, parts.now), store, settler, parts.now),
    )


async def _open(parts: _Parts) -> Process:
    await warn_of_retryable_writes(parts.client)
    core = await _core(parts)
    work = _work(parts, core)
    roles = parts.settings.roles
    process = _process(parts, [item for role, items in work.items() if role in roles for item in items])
    if "api" in roles:
        searching = SearchStore(core.shelf, parts.hasher, matching_table())
        await searching.prepare()
        for router in _routers(parts, core, searching):
            process.app.include_router(router)
    return process


def _work(parts: _Parts, core: _Core) -> dict[str, list[Work]]:
    """What goes on in each role."""
    publish, database = parts.publisher.publish, core.shelf.database
    reader = Reader(parts.agencies, parts.hasher, core.matcher, parts.now)
    intake = Intake(reader, core.store, core.settler, publish, parts.hasher, parts.now, core.joining)
    fair = Fair(parts.settings.share)
    relay: Work = partial(core.outbox.relay, parts.settings.outbox_seconds)
    return {
        "intake": [parts.consume(_intake(f"intake.{code}", intake), fair.of(code)) for code in parts.agencies],
        "tasks": [
            *(parts.consume(_intake(f"dead.{code}", intake), fair.of(code)) for code in parts.agencies),
            every(SEAL_SECONDS, sealing((parts.client, database), parts.hasher, parts.agencies, parts.now)),
            every(DEPTH_SECONDS, partial(measure_depths, parts.link, [f"intake.{code}" for code in parts.agencies])),
            every(SCORECARD_SECONDS, partial(core.scorecards.send, publish)),
            every(SWEEP_SECONDS, core.sweep),
            relay,
        ],
        "api": [relay],
    }


def _routers(parts: _Parts, core: _Core, searching: SearchStore) -> list[APIRouter]:
    """What the role `api` answers."""
    shelf, store, settler, verifier = core.shelf, core.store, core.settler, parts.verifier
    queries = Queries(shelf, store, settler, searching, parts.hasher, parts.agencies, parts.now)
    reannounce = Reannounce(shelf.database, store, settler, parts.agencies, parts.publisher.publish)
    commands = Commands(store, settler, core.outbox, parts.hasher, parts.now, core.joining)
    return [
        scorecard_routes(core.scorecards, verifier),
        retention_routes(queries, LegalHolds(store, parts.hasher, core.outbox, parts.now), core.sweep, verifier),
        routes(Services(queries, reannounce), verifier),
        replay_routes(Replays(shelf, parts.hasher, parts.now), verifier),
        identity_routes(Reviews(shelf.database, store, settler, core.matcher), commands, verifier),
    ]


def _master(settings: RegistrySettings) -> Path:
    if settings.master_key_file is None:
        raise ValueError("all roles but the sealed one need the master key")
    return settings.master_key_file


def _intake(queue: str, intake: Intake) -> Subscription[object]:
    return Subscription(queue, intake.read, intake.receive, intake.refuse)  # type: ignore[arg-type]


async def _sealed(parts: _Parts, stack: AsyncExitStack) -> Process:
    settings = parts.settings
    if settings.roles != {"sealed"} or settings.sealed_key_file is None or settings.registry_mongo_url is None:
        raise ValueError("the sealed role runs alone, with the sealed key and the registry's database")
    registry = await stack.enter_async_context(connect(settings.registry_mongo_url.get_secret_value()))
    key = read_key(settings.sealed_key_file)
    matters = Matters(parts.client[settings.mongo_database], registry[settings.registry_mongo_database], key)
    sealed = Sealed(parts.agencies, matters, parts.hasher, Hasher(key), key, parts.publisher.publish, parts.now)
    turn = asyncio.Lock()
    # What ends in sealed.dead.<code> stays there: nobody but the desk may open it.
    queues = [f"sealed.{code}" for code in parts.agencies]
    work: list[Work] = [
        *(parts.consume(Subscription(queue, sealed.read, sealed.take, quiet=True), turn) for queue in queues),  # type: ignore[arg-type]
        parts.consume(Subscription(HOLDS, read_order, sealed.obey, quiet=True), turn),  # type: ignore[arg-type]
        every(MATCH_SECONDS, partial(_in_turn, turn, sealed.match_again)),
    ]
    process = _process(parts, work, quiet=True)
    process.app.include_router(sealed_routes(matters, parts.hasher, parts.verifier))
    return process


async def _in_turn(turn: asyncio.Lock, work: Work) -> None:
    # Whoever is let go meanwhile would be held for good.
    async with turn:
        await work()


def _process(parts: _Parts, work: list[Work], *, quiet: bool = False) -> Process:
    async def database_answers() -> bool:
        await parts.client[parts.settings.mongo_database].command("ping")
        return True

    async def broker_is_there() -> bool:
        await parts.publisher.connect()
        return parts.publisher.up

    checks: dict[str, Check] = {"database": database_answers, "broker": broker_is_there}
    app = create_app(parts.settings.name, version("tapal-registry"), checks, quiet=quiet)
    return Process(app, list(dict.fromkeys(work)))
