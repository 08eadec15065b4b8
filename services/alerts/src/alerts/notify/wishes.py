"""What people do with subscriptions: make, test, rotate, pause, resume and end them. Each step names what it saw."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from alerts.notify.addresses import NotAllowed
from alerts.notify.items import Notice
from alerts.notify.notices_store import Notices, Past
from alerts.notify.plan import Plan
from alerts.notify.signing import SECRET_BYTES, written
from alerts.notify.subscription import Secret, Subscription
from alerts.notify.subscriptions_store import Subscriptions
from alerts.notify.ways import Web
from chassis.errors import Conflict, Problem
from chassis.statement import Actor

__all__ = ["ADMINISTRATOR", "Wishes"]

ADMINISTRATOR = "administrator"
MOST = 50
REFUSALS = {
    "not_an_address": ("Alamat webhook tidak sah.", "This is no address of a webhook."),
    "https_required": ("Webhook memerlukan https.", "A webhook needs https."),
    "unknown_host": ("Nama server tidak dikenal.", "The name of the server is unknown."),
    "private_address": (
        "Alamat itu bukan di internet terbuka, dan pengelola tidak mengizinkan jaringannya.",
        "The address is not of the open internet, and the operator does not allow its network.",
    ),
}


@dataclass(frozen=True)
class Wishes:
    """The commands. All raise Problem; an agency sees its own subscriptions, an administrator all."""

    subscriptions: Subscriptions
    notices: Notices
    web: Web
    mails: bool
    lock: Callable[[bytes], str]
    now: Callable[[], datetime]
    wake: Callable[[], None]

    async def found(self, actor: Actor) -> list[Subscription]:
        """Those the actor may see."""
        return [one for one in await self.subscriptions.all() if _sees(actor, one)]

    async def one(self, id: str, actor: Actor) -> Subscription:
        """Raises Problem 404, also for another agency's."""
        one = await self.subscriptions.one(id)
        if one is None or not _sees(actor, one):
            raise Problem(404, "unknown_subscription", id="Langganan tidak dikenal.", en="Unknown subscription.")
        return one

    async def past(self, one: Subscription) -> Sequence[Past]:
        """Its last notices."""
        return await self.notices.latest_of(one.id, self.now())

    async def make(self, one: Subscription) -> tuple[Subscription, str | None]:
        """A new one, and for a webhook its secret: it is told this once. Raises Problem 409 or 422."""
        if sum(other.agency == one.agency for other in await self.subscriptions.all()) >= MOST:
            raise Problem(409, "too_many", id="Terlalu banyak langganan.", en="Too many subscriptions.")
        if one.channel == "email":
            self._mail_is_there()
            await self.subscriptions.add(one)
            return one, None
        await self._allowed(one.address)
        sealed, shown = self._secret()
        made = replace(one, secrets=(Secret(sealed),))
        await self.subscriptions.add(made)
        return made, shown

    async def test(self, one: Subscription) -> Notice:
        """Send something that says it is a test. Raises Problem 409 while it is paused."""
        if one.state != "active":
            raise Problem(409, "paused", id="Langganan sedang dijeda.", en="The subscription is paused.")
        now = self.now()
        notice = Notice(secrets.token_hex(16), one.id, "test", now, now)
        await self.notices.save(Plan(notices=[notice]))
        self.wake()
        return notice

    async def rotate(self, one: Subscription, seen: int) -> tuple[Subscription, str]:
        """A new secret, told this once; the old one signs beside it for a day. Raises Problem 409 or 412."""
        if one.channel != "webhook":
            raise Problem(409, "no_secret", id="Surel tidak memakai kunci.", en="E-mail has no secret.")
        sealed, shown = self._secret()
        return await self.change(one, seen, one.rotated(sealed, self.now())), shown

    async def change(self, one: Subscription, seen: int, after: Subscription) -> Subscription:
        """Store the next revision. Raises Problem 412."""
        if one.revision != seen:
            raise _changed()
        try:
            await self.subscriptions.replace(one, after)
        except Conflict as error:
            raise _changed() from error
        return after

    async def remove(self, one: Subscription, seen: int) -> None:
        """End it, and forget what was sent to it. Raises Problem 412."""
        if one.revision != seen:
            raise _changed()
        try:
            await self.subscriptions.remove(one)
        except Conflict as error:
            raise _changed() from error
        await self.notices.forget(one.id)

    def _secret(self) -> tuple[str, str]:
        secret = secrets.token_bytes(SECRET_BYTES)
        return self.lock(secret), written(secret)

    def _mail_is_there(self) -> None:
        if not self.mails:
            raise Problem(
                409,
                "no_mail_server",
                id="Pengelola belum memasang server surel; pilih webhook.",
                en="The operator has set up no mail server; choose a webhook.",
            )

    async def _allowed(self, address: str) -> None:
        try:
            await self.web.checked(address)
        except NotAllowed as error:
            text = REFUSALS[error.code]
            raise Problem(422, error.code, id=text[0], en=text[1], fields=["address"]) from error


def _sees(actor: Actor, one: Subscription) -> bool:
    return actor.role == ADMINISTRATOR or actor.agency == one.agency


def _changed() -> Problem:
    return Problem(412, "old_revision", id="Langganan telah berubah; muat ulang.", en="It has changed; reload.")
