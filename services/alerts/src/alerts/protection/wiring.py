"""What tells the desk's members that they have a task, from the settings."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from alerts.notify.handlers import Sweep
from alerts.notify.notices_store import Notices
from alerts.notify.sender import Sender
from alerts.notify.wiring import letters_by
from alerts.protection.matters import Matters
from alerts.protection.rota import Rota
from alerts.protection.signs import Signs
from alerts.protection.summons import Summons, TaskPost
from alerts.settings import AlertsSettings
from chassis.mongo import Mongo
from chassis.run import Work
from chassis.seal import Hasher
from chassis.settings import read_key

__all__ = ["Seen", "summoning"]

Seen = tuple[Matters, Signs]


async def summoning(
    settings: AlertsSettings, client: Mongo, rota: Rota | None, seen: Seen, now: Callable[[], datetime]
) -> list[Work]:
    """What goes on by the clock; nothing where no member gave an address, or there is no mail server."""
    letters = letters_by(settings)
    if rota is None or not rota.addresses or letters is None or settings.sealed_key_file is None:
        return []
    notices = Notices(client, client[settings.mongo_database])
    await notices.prepare()
    patience = timedelta(hours=settings.notify_patience_hours)
    sender = Sender(notices, TaskPost(rota, letters), now, random.random, patience, loud=False)
    hash = Hasher(read_key(settings.sealed_key_file)).of
    summons = Summons(*seen, rota, notices, hash, now, sender.wake)

    async def names() -> frozenset[str]:
        return rota.members

    sweep = Sweep(names, notices, now, loud=False)
    return [partial(summons.run, settings.summon_seconds), partial(sender.run, settings.notify_seconds), sweep.run]
