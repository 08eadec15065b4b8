"""What is wired to what."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib.metadata import version
from typing import Any

from alerts.api import Reading, routes
from alerts.asks_api import ask_routes
from alerts.asks_store import Asks
from alerts.budget_watch import BudgetWatch
from alerts.cases.wiring import casework
from alerts.commands import Commands
from alerts.engine import Engine, engine
from alerts.handlers import read
from alerts.notify.wiring import notification
from alerts.protection.api import protection_routes
from alerts.protection.desk import ProtectionDesk
from alerts.protection.fellows import Fellows
from alerts.protection.handlers import Take, Watch, read_matter
from alerts.protection.matters import Matters
from alerts.protection.rota import read_rota
from alerts.protection.signs import Signs, held_letters
from alerts.protection.wiring import summoning
from alerts.reasons import Reasons
from alerts.rebuild import Heard, Rebuild
from alerts.rule_desk import RuleDesk
from alerts.rules import Side
from alerts.rules_api import rule_routes
from alerts.settings import AlertsSettings
from alerts.ticking import ticking
from alerts.unlinking import Unlinking
from alerts.voice import ALOUD, Voice
from chassis.batches import Consumer, Limits, Subscription
from chassis.bus import Link, Publisher
from chassis.drawers import drawers_of
from chassis.http import Check, create_app
from chassis.keyring import Keyring
from chassis.mongo import Mongo, connect, warn_of_retryable_writes
from chassis.run import Process, Work
from chassis.seal import Hasher
from chassis.settings import read_key
from chassis.statement import Verifier, read_ed25519

__all__ = ["build"]

Clock = Callable[[], datetime]
QUEUE, FLAGS_QUEUE = "alerts.registry", "alerts.gateway"
MATTERS_QUEUE, WATCHED_QUEUE = "protection.matters", "protection.registry"
BUDGET_SECONDS, REMIND_SECONDS = 3600.0, 60.0
UNLINK_SECONDS = 24 * 3600.0
# The desk hears of everybody and has to do with few: a tenth of a second more is no loss to them.
WATCH_LINGER = 0.1
SEALED_SIDES: frozenset[Side] = frozenset({"protection"})
OPEN_SIDES: frozenset[Side] = frozenset({"administrative", "enforcement", "quality", "safeguard"})


def _now() -> datetime:
    return datetime.now(UTC)


async def build(settings: AlertsSettings, stack: AsyncExitStack, now: Clock = _now) -> Process:
    """An alerts process by its roles."""
    client = await stack.enter_async_context(connect(settings.mongo_url.get_secret_value()))
    link = Link(settings.amqp_url.get_secret_value(), settings.name)
    stack.push_async_callback(link.close)
    if "protection" in settings.roles:
        return await _protection(settings, client, link, now)
    return await _alerts(settings, client, link, now)


async def _alerts(settings: AlertsSettings, client: Mongo, link: Link, now: Clock) -> Process:
    await warn_of_retryable_writes(client)
    made = await (await engine(settings, client, Publisher(link), OPEN_SIDES, ALOUD))(now)
    relay = partial(made.outbox.relay, settings.outbox_seconds)
    database = client[settings.mongo_database]
    cases = await casework(database, drawers_of(database, Keyring(settings.texts_key_file)), made, now)
    rebuild = Rebuild(database, made, cases.store.pinned)
    heard = [
        Subscription(QUEUE, read, Heard(made.evaluate, rebuild, cases.retention)),
        Subscription(FLAGS_QUEUE, read, made.evaluate, quiet=True),
    ]
    consumers = [Consumer(link, one, _limits(settings), made.turn).run for one in heard]
    budget = BudgetWatch(client, database, made.store, made.desk, made.outbox, now)
    work: dict[str, list[Work]] = {
        "evaluate": [*consumers],
        "timers": [
            *(partial(clock.run, settings.timer_seconds) for clock in (made.timers, cases.clock)),
            partial(ticking, budget.tick, BUDGET_SECONDS, "budget_waits"),
            partial(ticking, made.jobs.tick, settings.timer_seconds, "rule_jobs_wait"),
            partial(ticking, _unlinking(settings, made, now).tick, UNLINK_SECONDS, "unlinking_waits"),
            partial(ticking, cases.retention.tick, UNLINK_SECONDS, "case_retention_waits"),
            partial(ticking, rebuild.remind, REMIND_SECONDS, "rebuild_waits"),
            relay,
        ],
        "api": [relay],
    }
    told = await notification(settings, client, made.outbox, now) if "notify" in settings.roles else None
    if told is not None:
        collector = Consumer(link, told.reading, _limits(settings), made.turn).run
        work["notify"] = [collector, *told.work(settings.notify_seconds), relay]
    wanted = [item for role, items in work.items() if role in settings.roles for item in items]
    process = _process(settings, client, link, [made.book.run, *dict.fromkeys(wanted)])
    verifier = Verifier(read_ed25519(settings.statement_public_key_file))
    if told is not None:
        process.app.include_router(told.routes(made.desk, verifier))
    if "api" in settings.roles:
        valid = timedelta(minutes=made.desk.tables.limits.ask_valid_minutes)
        asks = Asks(database, made.store, timedelta(seconds=settings.ask_seconds), valid, now)
        await asks.prepare()
        reading = Reading(made.store, made.desk, made.lookups, rebuild, Reasons(cases.store.drawers), now)
        life = RuleDesk(made.book, made.desk, OPEN_SIDES, now)
        for router in (
            routes(reading, Commands(made.store, made.desk, made.outbox, reading.reasons, now), verifier),
            rule_routes(life, budget, made.lookups, verifier),
            ask_routes(asks, verifier),
            cases.routes(reading, asks, verifier),
        ):
            process.app.include_router(router)
    return process


def _unlinking(settings: AlertsSettings, made: Engine, now: Clock) -> Unlinking:
    rename = partial(Hasher(read_key(settings.digest_key_file)).of, "unlinked")
    return Unlinking(made.store, made.desk, rename, now)


async def _protection(settings: AlertsSettings, client: Mongo, link: Link, now: Clock) -> Process:
    if settings.roles != {"protection"} or settings.sealed_key_file is None:
        raise ValueError("the protection role runs alone, with the sealed key")
    publisher, database = Publisher(link), client[settings.mongo_database]
    made = await (await engine(settings, client, publisher, SEALED_SIDES, Voice(held_letters, loud=False)))(now)
    matters = Matters(client, database, made.outbox, read_key(settings.sealed_key_file))
    fellows = Fellows(database)
    await matters.prepare()
    await fellows.prepare()
    heard: list[Subscription[Any]] = [
        Subscription(MATTERS_QUEUE, read_matter, Take(matters, fellows, publisher.publish, now), quiet=True),
        Subscription(WATCHED_QUEUE, read, Watch(made.evaluate, matters, fellows, publisher.publish), quiet=True),
    ]
    limits = Limits(settings.batch_size, max(WATCH_LINGER, settings.linger_ms / 1000))
    consumers = [Consumer(link, one, limits, made.turn).run for one in heard]
    clock: list[Work] = [
        made.book.run,
        partial(made.timers.run, settings.timer_seconds),
        partial(made.outbox.relay, settings.outbox_seconds),
    ]
    signs = Signs(
        made.store, made.desk, made.outbox, Reasons(drawers_of(database, Keyring(settings.texts_key_file))), now
    )
    rota = read_rota(settings.rota_file) if settings.rota_file else None
    clock += await summoning(settings, client, rota, (matters, signs), now)
    process = _process(settings, client, link, [*consumers, *clock])
    desk = ProtectionDesk(matters, signs, made.desk, made.store, rota, now)
    process.app.include_router(protection_routes(desk, Verifier(read_ed25519(settings.statement_public_key_file))))
    return process


def _limits(settings: AlertsSettings) -> Limits:
    return Limits(settings.batch_size, settings.linger_ms / 1000)


def _process(settings: AlertsSettings, client: Mongo, link: Link, work: list[Work]) -> Process:
    async def database_answers() -> bool:
        await client[settings.mongo_database].command("ping")
        return True

    async def broker_is_there() -> bool:
        if not link.up:
            await (await link.channel()).close()
        return link.up

    checks: dict[str, Check] = {"database": database_answers, "broker": broker_is_there}
    quiet = "protection" in settings.roles
    return Process(create_app(settings.name, version("tapal-alerts"), checks, quiet=quiet), work)
