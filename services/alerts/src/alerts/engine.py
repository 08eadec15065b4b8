"""The engine of one process: its rules over its own database, by announcements and by the clock."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from alerts.desk import Desk
from alerts.due import Deadlines
from alerts.facts.tables import read_tables
from alerts.handlers import Evaluate, Timers
from alerts.lookups import Lookups
from alerts.rule_jobs import RuleJobs
from alerts.rulebook import Rulebook, texts
from alerts.rules import Side
from alerts.ruleset import Ruleset
from alerts.settings import AlertsSettings
from alerts.store import Store
from alerts.voice import Voice
from chassis.bus import Publisher
from chassis.mongo import Mongo
from chassis.outbox import Outbox
from chassis.seal import Hasher, party_number
from chassis.settings import read_key, read_models
from contracts.agencies import Agency

__all__ = ["Engine", "engine"]

PARTY_KINDS = ("company", "person", "lodging", "institution")


@dataclass(frozen=True)
class Engine:
    """What a process is built from. `turn` keeps announcements and clock from working at once."""

    store: Store
    desk: Desk
    outbox: Outbox
    evaluate: Evaluate
    timers: Timers
    lookups: Lookups
    book: Rulebook
    jobs: RuleJobs
    turn: asyncio.Lock


async def engine(
    settings: AlertsSettings, client: Mongo, publisher: Publisher, sides: Collection[Side], voice: Voice
) -> Callable[[Callable[[], datetime]], Awaitable[Engine]]:
    """The engine of these sides, ready for a clock."""
    database = client[settings.mongo_database]
    hasher = Hasher(read_key(settings.digest_key_file))
    outbox = Outbox(database, publisher.publish)
    store = Store(client, database, outbox, partial(hasher.of, "stay"))
    deadlines, turn = Deadlines(database), asyncio.Lock()
    await store.prepare()
    lookups = Lookups(database)
    await deadlines.prepare()
    await lookups.prepare()
    desk = Desk(
        Ruleset([]),
        read_models(settings.agencies_dir, Agency),
        read_tables().keyed(lambda number: tuple(party_number(hasher, kind, number) for kind in PARTY_KINDS)),
        lambda series, anchor, episode: hasher.of("alert", series, anchor, str(episode)),
    )

    book = Rulebook(client, database, desk, sides)

    async def at(now: Callable[[], datetime]) -> Engine:
        await book.prepare(texts(), now())
        evaluate = Evaluate(store, deadlines, desk, publisher.publish, now, voice)
        timers = Timers(store, deadlines, desk, outbox, now, turn, voice)
        jobs = RuleJobs(book, store, lookups, deadlines, desk, outbox, now)
        return Engine(store, desk, outbox, evaluate, timers, lookups, book, jobs, turn)

    return at
