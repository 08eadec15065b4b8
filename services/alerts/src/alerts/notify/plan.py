"""From news to notices: what is sent at once, what is gathered, and what was told before. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from alerts.notify.items import Item, Notice
from alerts.notify.subscription import Subscription

__all__ = ["FRESH", "Plan", "Told", "gatherings_of", "ids_of", "plan"]

FRESH = timedelta(days=7)
"""Older changes are no news, as in the agencies' own queues: announcing everything again tells nobody anything."""
Hash = Callable[..., str]


@dataclass(frozen=True)
class Told:
    """That a subscription is told of an alert in this revision, once. `gathering` is what it would be gathered in.

    None of both for the protection desk, whose members are told that they have a task and nothing else.
    """

    id: str
    subscription: str
    day: datetime
    gathering: str | None = None
    item: Item | None = None


@dataclass
class Plan:
    """What to store: memory of what is told, notices to send at once, and gatherings that must still be open."""

    told: list[Told] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    gatherings: dict[str, Notice] = field(default_factory=dict)


def ids_of(subscriptions: Iterable[Subscription], items: Sequence[Item], hash: Hash, now: datetime) -> set[str]:
    """The ids under which these may have been told already."""
    return {_told_id(hash, one, item) for one in subscriptions for item in _wanted(one, items, now)}


def gatherings_of(subscriptions: Iterable[Subscription], hash: Hash, now: datetime) -> set[str]:
    """The ids of the next two gatherings of each: the first may just have been closed."""
    found = set()
    for one in subscriptions:
        due = one.hours.gathered_until(now)
        if due is not None:
            after = one.hours.gathered_until(due)
            found |= {_gathering_id(hash, one, moment) for moment in (due, after) if moment is not None}
    return found


def plan(
    subscriptions: Iterable[Subscription], items: Sequence[Item], known: frozenset[str], hash: Hash, now: datetime
) -> Plan:
    """What these changes make. `known` are ids that were told already, or gatherings that are closed."""
    made = Plan()
    for one in subscriptions:
        fresh = [item for item in _wanted(one, items, now) if _told_id(hash, one, item) not in known]
        at_once = []
        for item in fresh:
            gathering = _gathering(one, now, hash, known)
            wait = one.gathered_until(item.severity, now)
            made.told.append(_told(one, item, gathering, hash, now))
            if wait is not None and gathering is not None:
                made.gatherings[gathering.id] = gathering
            else:
                at_once.append(item)
        made.notices += _notices(one, at_once, hash, now)
    return made


def _wanted(one: Subscription, items: Iterable[Item], now: datetime) -> list[Item]:
    """What it is told of, each step once: of several in a batch the one that came last."""
    fresh = (item for item in items if now - item.at <= FRESH and one.wants(item))
    return list({(item.thing, item.id, item.step(one.channel)): item for item in fresh}.values())


def _told_id(hash: Hash, one: Subscription, item: Item) -> str:
    return hash("told", one.id, item.thing, item.id, item.step(one.channel))


def _told(one: Subscription, item: Item, gathering: Notice | None, hash: Hash, now: datetime) -> Told:
    # What goes at once is noted with the gathering too: there, an older state of the alert is then left out.
    id, due = (gathering.id, gathering.due) if gathering else (None, now)
    return Told(_told_id(hash, one, item), one.id, due, id, item)


def _gathering(one: Subscription, now: datetime, hash: Hash, known: frozenset[str]) -> Notice | None:
    """The gathering that is open now: the next one, or where that was just closed the one after it."""
    due = one.hours.gathered_until(now)
    while due is not None:
        id = _gathering_id(hash, one, due)
        if id not in known:
            return Notice(id, one.id, "digest", due, now, open=True)
        due = one.hours.gathered_until(due)
    return None


def _gathering_id(hash: Hash, one: Subscription, due: datetime) -> str:
    return hash("gathering", one.id, due.astimezone(UTC).isoformat())


def _notices(one: Subscription, items: Sequence[Item], hash: Hash, now: datetime) -> list[Notice]:
    """For systems one notice a change; for people one letter for all that came together."""
    groups = [items] if one.channel == "email" and items else [[item] for item in items]
    return [Notice(_id(hash, one, group), one.id, "alerts", now, now, tuple(group)) for group in groups]


def _id(hash: Hash, one: Subscription, items: Sequence[Item]) -> str:
    named = [part for item in items for part in (item.thing, item.id, str(item.revision))]
    return hash("notice", one.id, *named)
