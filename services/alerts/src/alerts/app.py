"""What is wired to what."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version

from alerts.api import Reading, routes
from alerts.commands import Commands
from alerts.desk import Desk
from alerts.due import Deadlines
from alerts.facts.tables import read_tables
from alerts.handlers import Evaluate, Timers, read
from alerts.protection_api import ProtectionDesk, protection_routes
from alerts.protection_handlers import read_matter, take_matters
from alerts.protection_store import Matters
from alerts.rulebook import load
from alerts.settings import AlertsSettings
from alerts.store import Store
from chassis.batches import Consumer, Limits, Subscription
from chassis.bus import Link, Publisher
from chassis.http import Check, create_app
from chassis.mongo import Mongo, connect, warn_of_retryable_writes
from chassis.outbox import Outbox
from chassis.run import Process, Work
from chassis.seal import Hasher
from chassis.settings import read_key, read_models
from chassis.statement import Verifier, read_ed25519
from contracts.agencies import Agency

__all__ = ["build"]

Clock = Callable[[], datetime]
QUEUE, SEALED_QUEUE = "alerts.registry", "protection.matters"


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
    database = client[settings.mongo_database]
    publisher = Publisher(link)
    outbox = Outbox(database, publisher.publish)
    hasher = Hasher(read_key(settings.digest_key_file))
    store = Store(client, database, outbox, partial(hasher.of, "stay"))
    await store.prepare()
    desk = Desk(
        load(),
        read_models(settings.agencies_dir, Agency),
        read_tables(),
        lambda series, anchor, episode: hasher.of("alert", series, anchor, str(episode)),
    )
    deadlines, turn = Deadlines(database), asyncio.Lock()
    await deadlines.prepare()
    evaluate = Evaluate(store, deadlines, desk, publisher.publish, now)
    consumer = Consumer(link, Subscription(QUEUE, read, evaluate), _limits(settings), turn)
    timers = Timers(store, deadlines, desk, outbox, now, turn)
    relay = partial(outbox.relay, settings.outbox_seconds)
    work: dict[str, list[Work]] = {
        "evaluate": [consumer.run],
        "timers": [partial(timers.run, settings.timer_seconds), relay],
        "api": [relay],
    }
    wanted = [item for role, items in work.items() if role in settings.roles for item in items]
    process = _process(settings, client, link, list(dict.fromkeys(wanted)))
    if "api" in settings.roles:
        verifier = Verifier(read_ed25519(settings.statement_public_key_file))
        process.app.include_router(routes(Reading(store, desk, now), Commands(store, outbox, now), verifier))
    return process


async def _protection(settings: AlertsSettings, client: Mongo, link: Link, now: Clock) -> Process:
    if settings.roles != {"protection"} or settings.sealed_key_file is None:
        raise ValueError("the protection role runs alone, with the sealed key")
    database = client[settings.mongo_database]
    outbox = Outbox(database, Publisher(link).publish)
    matters = Matters(client, database, outbox, read_key(settings.sealed_key_file))
    await matters.prepare()
    take = partial(take_matters, matters=matters, now=now)
    subscription = Subscription(SEALED_QUEUE, read_matter, take, quiet=True)
    consumer = Consumer(link, subscription, _limits(settings), asyncio.Lock())
    process = _process(settings, client, link, [consumer.run, partial(outbox.relay, settings.outbox_seconds)])
    verifier = Verifier(read_ed25519(settings.statement_public_key_file))
    process.app.include_router(protection_routes(ProtectionDesk(matters, now), verifier))
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
