"""What is wired to what."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version

from chassis.batches import Consumer, Limits, Subscription
from chassis.bus import Incoming, Link
from chassis.http import create_app
from chassis.mongo import connect, warn_of_retryable_writes
from chassis.run import Process, Work
from chassis.statement import Verifier, read_ed25519
from contracts.rule_messages import RuleTested
from reports.api import routes
from reports.handlers import read_alert, read_person, take
from reports.settings import ReportsSettings
from reports.store import Store
from reports.summaries import Row

__all__ = ["build"]


async def build(settings: ReportsSettings, stack: AsyncExitStack) -> Process:
    """The reports' process."""
    client = await stack.enter_async_context(connect(settings.mongo_url.get_secret_value()))
    await warn_of_retryable_writes(client)
    link = Link(settings.amqp_url.get_secret_value(), settings.name)
    stack.push_async_callback(link.close)
    store, turn = Store(client, client[settings.mongo_database]), asyncio.Lock()

    def consume(queue: str, read: Callable[[Incoming], Row | RuleTested | None]) -> Work:
        subscription = Subscription(queue, read, partial(take, store=store))
        return Consumer(link, subscription, Limits(settings.batch_size, settings.linger_ms / 1000), turn).run

    async def database_answers() -> bool:
        await client[settings.mongo_database].command("ping")
        return True

    async def broker_is_there() -> bool:
        return link.up

    checks = {"database": database_answers, "broker": broker_is_there}
    app = create_app(settings.name, version("tapal-reports"), checks)
    verifier = Verifier(read_ed25519(settings.statement_public_key_file))
    app.include_router(routes(store, verifier, lambda: datetime.now(UTC), turn))
    return Process(app, [consume("reports.registry", read_person), consume("reports.alerts", read_alert)])
