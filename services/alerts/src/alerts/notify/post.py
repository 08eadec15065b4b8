"""How a notice reaches its subscription: signed and posted, or written as a letter."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from alerts.notify.attempts import Outcome
from alerts.notify.bodies import Envelope, letter, webhook_body
from alerts.notify.items import Notice
from alerts.notify.signing import headers
from alerts.notify.subscription import Subscription
from alerts.notify.subscriptions_store import Subscriptions
from alerts.notify.ways import Mail, Web
from chassis.bus import Letter
from contracts.messages import SubscriptionPaused

__all__ = ["Letters", "SubscriptionPost"]

NO_MAIL = Outcome("no_mail_server")


@dataclass(frozen=True)
class Letters:
    """The office's mail: how letters are sent, and what stands on them."""

    mail: Mail
    envelope: Envelope


@dataclass(frozen=True)
class SubscriptionPost:
    """Sends to subscriptions as they are now: a new secret or address holds for what still waits."""

    subscriptions: Subscriptions
    web: Web
    letters: Letters | None
    unlock: Callable[[str], bytes]

    async def __call__(self, notice: Notice, now: datetime) -> Outcome | None:
        """Send once. None where the subscription is gone or paused."""
        one = await self.subscriptions.one(notice.subscription)
        if one is None or one.state != "active":
            return None
        outcome = await (self._posted(one, notice, now) if one.channel == "webhook" else self._written(one, notice))
        if outcome.gone:
            await self.subscriptions.replace(one, one.paused("gone"), [_told(one, now)])
        return outcome

    async def _posted(self, one: Subscription, notice: Notice, now: datetime) -> Outcome:
        body = webhook_body(notice)
        secrets = map(self.unlock, one.signing(now))
        return await self.web.post(one.address, headers(notice.id, int(now.timestamp()), body, secrets), body)

    async def _written(self, one: Subscription, notice: Notice) -> Outcome:
        if self.letters is None:
            return NO_MAIL
        return await self.letters.mail.send(letter(notice, one.address, self.letters.envelope))


def _told(one: Subscription, now: datetime) -> Letter:
    message = SubscriptionPaused(subscription=one.id, reason="gone", at=now)
    return Letter("", f"to.{one.agency}", message.model_dump_json().encode(), type=message.TYPE)
