"""Who wants to be told: of which alerts, by which way, and at which hours. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Literal

from alerts.facts import WIB
from alerts.notify.items import Channel, Item

__all__ = ["AT_ONCE", "OVERLAP", "Hours", "Secret", "Subscription"]

State = Literal["active", "paused"]
AT_ONCE = 3
"""From this severity on nothing waits: neither quiet hours nor a digest."""
OVERLAP = timedelta(hours=24)
"""How long the secret that was replaced still signs, beside the new one."""
# What a person has to look at, or need look at no more. What the team itself does to an alert goes to systems alone.
READ_BY_PEOPLE = frozenset({"open", "held", "withdrawn", "closed"})
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Hours:
    """When what is not urgent may come, in WIB: never within quiet hours; with a digest hour, once a day."""

    quiet_from: time | None = None
    quiet_until: time | None = None
    digest_hour: int | None = None

    def gathered_until(self, at: datetime) -> datetime | None:
        """When what comes up at this moment is sent together with the rest; none where it goes at once."""
        if self.digest_hour is not None:
            return self._loud_from(_next(at, time(self.digest_hour)))
        loud = self._loud_from(at)
        return loud if loud > at else None

    def _loud_from(self, at: datetime) -> datetime:
        """This moment, or the end of the quiet hours it lies in. Equal ends are no quiet hours."""
        begin, end = self.quiet_from, self.quiet_until
        if begin is None or end is None or begin == end:
            return at
        clock = at.astimezone(WIB).time()
        quiet = begin <= clock < end if begin < end else clock >= begin or clock < end
        return _next(at, end) if quiet else at


def _next(at: datetime, clock: time) -> datetime:
    """The first moment after this one at which it is so late in WIB, which knows no summer time."""
    today = datetime.combine(at.astimezone(WIB).date(), clock, WIB)
    return today if today > at else today + DAY


@dataclass(frozen=True)
class Secret:
    """A key that signs, sealed. One that was replaced signs `until` then."""

    sealed: str
    until: datetime | None = None


@dataclass(frozen=True)
class Subscription:
    """One wish to be told. No rules means all of which the agency is told; `paused_for` says why nothing is sent."""

    id: str
    revision: int
    agency: str
    channel: Channel
    address: str
    min_severity: int
    rules: frozenset[str]
    hours: Hours
    created_by: str
    created_at: datetime
    since: datetime
    state: State = "active"
    paused_for: str = ""
    secrets: tuple[Secret, ...] = ()

    def wants(self, item: Item) -> bool:
        """Whether this concerns it. What is older than the subscription is not news to it."""
        return (
            self.state == "active"
            and self.agency in item.agencies
            and item.severity >= self.min_severity
            and (not self.rules or item.rule in self.rules)
            and (self.channel == "webhook" or item.state in READ_BY_PEOPLE)
            and item.at >= self.since
        )

    def gathered_until(self, severity: int, at: datetime) -> datetime | None:
        """When something of this severity is sent together with other things; none where it goes at once."""
        return None if severity >= AT_ONCE else self.hours.gathered_until(at)

    def paused(self, reason: str) -> "Subscription":
        """Nothing is made or sent until somebody resumes it."""
        return replace(self, revision=self.revision + 1, state="paused", paused_for=reason)

    def resumed(self, now: datetime) -> "Subscription":
        """From now on. What came meanwhile is on the list and in the agency's queue."""
        return replace(self, revision=self.revision + 1, state="active", paused_for="", since=now)

    def rotated(self, sealed: str, now: datetime) -> "Subscription":
        """A new secret; the one before signs beside it for a while, older ones no more."""
        old = tuple(Secret(secret.sealed, now + OVERLAP) for secret in self.secrets[:1])
        return replace(self, revision=self.revision + 1, secrets=(Secret(sealed), *old))

    def signing(self, now: datetime) -> list[str]:
        """The sealed secrets that sign now, the newest first."""
        return [secret.sealed for secret in self.secrets if secret.until is None or now < secret.until]
