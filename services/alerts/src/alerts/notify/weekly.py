"""Every Monday: the report on who looked at whom is ready. To people, by e-mail; it is read behind the login."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from alerts.notify.items import Notice
from alerts.notify.notices_store import Notices
from alerts.notify.plan import Hash, Plan, Told
from alerts.notify.subscription import Subscription
from alerts.notify.subscriptions_store import Subscriptions
from alerts.notify.weeks import ready_since, week_of

__all__ = ["Weekly", "addressed"]


def addressed(subscriptions: Iterable[Subscription], ready: datetime) -> list[Subscription]:
    """Who is told: each address of an agency once, where it was there by then."""
    wanted = [
        one for one in subscriptions if (one.channel, one.state) == ("email", "active") and one.created_at < ready
    ]
    return list({(one.agency, one.address): one for one in reversed(wanted)}.values())


@dataclass(frozen=True)
class Weekly:
    """Looks now and then whether it is time. Each is told once of each week, whoever looks."""

    subscriptions: Subscriptions
    notices: Notices
    hash: Hash
    now: Callable[[], datetime]
    wake: Callable[[], None]

    async def tick(self) -> None:
        """Safe to repeat. Raises Unavailable; Conflict when another worker looks at the same moment."""
        now = self.now()
        ready = ready_since(now)
        ids = {self._id("told", one, ready): one for one in addressed(await self.subscriptions.all(), ready)}
        fresh = {id: ids[id] for id in ids.keys() - await self.notices.known(ids, ())}
        if fresh:
            notices = [Notice(self._id("notice", one, ready), one.id, "week", now, now) for one in fresh.values()]
            await self.notices.save(Plan([Told(id, one.id, now) for id, one in fresh.items()], notices))
            self.wake()

    def _id(self, what: str, one: Subscription, ready: datetime) -> str:
        return self.hash(what, one.id, "week", week_of(ready))
