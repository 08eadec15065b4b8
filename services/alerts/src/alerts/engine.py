"""The engine of one process: its rules over its own database, by announcements and by the clock."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from alerts.desk import Desk
from alerts.due import Deadlines
from alerts.facts.tables import read_tables
from alerts.handlers import Evaluate, Timers
from alerts.rulebook import load
from alerts.rules import Side
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
    turn: asyncio.Lock


async def engine(
    settings: AlertsSettings, client: Mongo, publisher: Publisher, sides: Collection[Side], voice: Voice
) -> Callable[[Callable[[], datetime]], Engine]:
    """The engine of these sides, ready for a clock."""
    database = client[settings.mongo_database]
    hasher = Hasher(read_key(settings.digest_key_file))
    outbox = Outbox(database, publisher.publish)
    store = Store(client, database, outbox, partial(hasher.of, "stay"))
    deadlines, turn = Deadlines(database), asyncio.Lock()
    await store.prepare()
    await deadlines.prepare()
    desk = Desk(
        load().of(sides),
        read_models(settings.agencies_dir, Agency),
        read_tables().keyed(lambda number: tuple(party_number(hasher, kind, number) for kind in PARTY_KINDS)),
        lambda series, anchor, episode: hasher.of("alert", series, anchor, str(episode)),
    )

    def at(now: Callable[[], datetime]) -> Engine:
        evaluate = Evaluate(store, deadlines, desk, publisher.publish, now, voice)
        timers = Timers(store, deadlines, desk, outbox, now, turn, voice)
        return Engine(store, desk, outbox, evaluate, timers, turn)

    return at
