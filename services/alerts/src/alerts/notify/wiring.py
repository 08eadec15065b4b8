"""What notification is made of, from the settings."""

import random
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from fastapi import APIRouter

from alerts.desk import Desk
from alerts.notify.addresses import Rules
from alerts.notify.api import subscription_routes
from alerts.notify.bodies import Envelope
from alerts.notify.handlers import Change, Collect, Sweep, read_change
from alerts.notify.notices_store import Notices
from alerts.notify.post import Letters, SubscriptionPost
from alerts.notify.sender import Sender
from alerts.notify.subscriptions_store import Subscriptions
from alerts.notify.ways import Mail, Web
from alerts.notify.weekly import Weekly
from alerts.notify.wishes import Wishes
from alerts.settings import AlertsSettings
from alerts.ticking import ticking
from chassis.batches import Subscription as Reading
from chassis.boxes import lock, unlock
from chassis.drawers import drawers_of
from chassis.keyring import Keyring
from chassis.mongo import Mongo
from chassis.outbox import Outbox
from chassis.run import Work
from chassis.seal import Hasher
from chassis.settings import read_key
from chassis.statement import Verifier

__all__ = ["Notification", "letters_by", "notification"]

QUEUE = "notify.alerts"
WEEKLY_SECONDS = 60.0
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Notification:
    """The queue to read, what goes on by the clock, and the commands of people."""

    reading: Reading[Change]
    sender: Sender
    sweep: Sweep
    weekly: Weekly
    wishes: Wishes

    def work(self, every: float) -> list[Work]:
        """What goes on by the clock."""
        weekly = partial(ticking, self.weekly.tick, WEEKLY_SECONDS, "weekly_waits")
        return [partial(self.sender.run, every), self.sweep.run, weekly]

    def routes(self, desk: Desk, verifier: Verifier) -> APIRouter:
        agencies = frozenset(agency.code for agency in desk.agencies)
        return subscription_routes(self.wishes, frozenset(desk.rules.compiled), agencies, verifier)


async def notification(settings: AlertsSettings, client: Mongo, outbox: Outbox, now: Clock) -> Notification:
    """Notification over this database. Raises ValueError without the key that seals secrets."""
    if settings.notify_key_file is None:
        raise ValueError("the notify role needs the key that seals the secrets of webhooks")
    key, database = read_key(settings.notify_key_file), client[settings.mongo_database]
    drawers = drawers_of(database, Keyring(settings.texts_key_file))
    subscriptions, notices = Subscriptions(client, database, drawers, outbox), Notices(client, database)
    await notices.prepare()
    web = Web(Rules(settings.webhook_networks, plain_http=settings.webhook_plain_http), _trust(settings))
    letters = letters_by(settings)
    post = SubscriptionPost(subscriptions, web, letters, partial(unlock, key))
    sender = Sender(notices, post, now, random.random, timedelta(hours=settings.notify_patience_hours))
    hash = Hasher(read_key(settings.digest_key_file)).of
    collect = Collect(subscriptions, notices, hash, now, sender.wake)
    wishes = Wishes(subscriptions, notices, web, letters is not None, partial(lock, key), now, sender.wake)
    weekly = Weekly(subscriptions, notices, hash, now, sender.wake)
    sweep = Sweep(subscriptions.ids, notices, now)
    return Notification(Reading(QUEUE, read_change, collect), sender, sweep, weekly, wishes)


def letters_by(settings: AlertsSettings) -> Letters | None:
    """The office's mail; none where no server is set up. Raises ValueError where it is set up by half."""
    if settings.smtp_host is None:
        return None
    if settings.console_url is None:
        raise ValueError("letters lead to the console: its address is needed")
    password = settings.smtp_password_file.read_text().strip() if settings.smtp_password_file else None
    mail = Mail(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_security,
        _trust(settings),
        user=settings.smtp_user,
        password=password,
    )
    return Letters(mail, Envelope(settings.smtp_from, str(settings.console_url)))


def _trust(settings: AlertsSettings) -> ssl.SSLContext:
    trust = ssl.create_default_context()
    if settings.trust_file is not None:
        trust.load_verify_locations(settings.trust_file)
    return trust
