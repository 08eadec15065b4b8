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


def addressed(subscriptions: Iterable[Subscription], ready: datetime) -> list[list[Subscription]]:
    """Who is told: each address of an agency once, with all the subscriptions to it that were there by then."""
    found: dict[tuple[str, str], list[Subscription]] = {}
    for one in subscriptions:
        if (one.channel, one.state) == ("email", "active") and one.created_at < ready:
            found.setdefault((one.agency, one.address), []).append(one)
    return list(found.values())


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
        groups = addressed(await self.subscriptions.all(), ready)
        known = await self.notices.known((self._id("told", one, ready) for group in groups for one in group), ())
        fresh = [group for group in groups if known.isdisjoint(self._id("told", one, ready) for one in group)]
        if fresh:
            # Of each, for what is noted of a subscription goes with it.
            told = [Told(self._id("told", one, ready), one.id, now) for group in fresh for one in group]
            notices = [Notice(self._id("notice", one, ready), one.id, "week", now, now) for one, *_ in fresh]
            await self.notices.save(Plan(told, notices))
            self.wake()

    def _id(self, what: str, one: Subscription, ready: datetime) -> str:
        return self.hash(what, one.id, "week", week_of(ready))
