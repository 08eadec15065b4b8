"""A rule on history: what it would have found in what is stored, looked at week by week and at its deadlines. Pure.

Of a person only what had happened by each moment counts; of others what is known today. What became known late counts
as known in time, so fewer alerts that would have withdrawn again are found than there would have been.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from alerts.facts import WIB, Item
from alerts.judge import waiting
from alerts.rules import Compiled
from alerts.world import World, told
from contracts.messages import Message, Subject
from contracts.snapshots import Lodging, PersonChanged, Stay

__all__ = ["Hit", "Window", "as_of", "hits", "summary", "window_of"]

WEEK = timedelta(days=7)
DATED = ("presences", "lookups", "crossings", "checks")


@dataclass(frozen=True)
class Window:
    """The stretch of history: both ends belong to it."""

    start: datetime
    end: datetime

    @property
    def weeks(self) -> float:
        return (self.end - self.start) / WEEK

    def moments(self, more: Iterable[datetime]) -> list[datetime]:
        """Week by week, and at these moments within it; the end is the last."""
        steps = int(self.weeks) + 1
        regular = (self.start + WEEK * step for step in range(steps))
        return sorted({at for at in (*regular, *more) if self.start <= at < self.end} | {self.end})


@dataclass(frozen=True)
class Hit:
    """One thing the rule finds: when first, whom it would tell, whether it would wait then, whether it still holds."""

    anchor: str
    subject: Subject
    first: datetime
    agencies: tuple[str, ...]
    waits: bool
    lasts: bool


def hits(items_at: Callable[[datetime], Iterable[Item]], one: Compiled, world: World, window: Window) -> list[Hit]:
    """What the rule finds of one subject."""
    found: dict[str, Hit] = {}
    now = _mine(items_at(window.end), one)
    clock = [at for item in now for at in (*one.rule.due(item.facts), *item.moments)]
    for at in window.moments(clock):
        here = now if at == window.end else _mine(items_at(at), one)
        firing = {item.keys[0]: item for item in here if _fires(item, one, world)}
        found = {key: replace(hit, lasts=key in firing) for key, hit in found.items()}
        found |= {key: _hit(item, one, world, at) for key, item in firing.items() if key not in found}
    return list(found.values())


def _mine(items: Iterable[Item], one: Compiled) -> list[Item]:
    rule = one.rule
    return [item for item in items if item.anchor == rule.anchor and rule.subject in item.subjects]


def _fires(item: Item, one: Compiled, world: World) -> bool:
    return one.fires(world.rules.activation(item.anchor, item.facts))


def _hit(item: Item, one: Compiled, world: World, at: datetime) -> Hit:
    waits = bool(waiting(one.rule, item, world)) or one.waits(world.rules.activation(item.anchor, item.facts))
    agencies = told(world.agencies, one.rule.id, item.village)
    return Hit(item.keys[0], item.subjects[one.rule.subject], at, agencies, waits, lasts=True)


def summary(found: Sequence[Hit], window: Window, subjects: int, decided: Counter[str]) -> dict[str, Any]:
    """The answer for whoever approves: how many, how much work for whom, how many would probably be no issue.

    `decided` counts what people decided so far on alerts of the same series. `agencies` is new alerts a week; under
    the empty name stands what no agency is told of.
    """
    work = Counter(agency for hit in found for agency in hit.agencies or ("",))
    judged = decided["confirmed"] + decided["dismissed"]
    return {
        "from": window.start,
        "until": window.end,
        "subjects": subjects,
        "hits": len(found),
        "ended_by_themselves": sum(not hit.lasts for hit in found),
        "waiting": sum(hit.waits for hit in found),
        "agencies": {agency: round(count / window.weeks, 1) for agency, count in sorted(work.items())},
        "decided_in_series": judged,
        "dismissed_share": round(decided["dismissed"] / judged, 2) if judged else None,
        "expected_dismissed": round(len(found) * decided["dismissed"] / judged) if judged else None,
    }


def as_of(told: Message, at: datetime) -> Message:
    """What had happened by then, as far as the snapshot says when: of a person; anybody else as known today."""
    if not isinstance(told, PersonChanged):
        return told
    day = at.astimezone(WIB).date()
    dated = {name: tuple(one for one in getattr(told, name) if one.at <= at) for name in DATED}
    return told.model_copy(
        update={
            **dated,
            "stays": tuple(_stay(one, day) for one in told.stays if one.opened_on is None or one.opened_on <= day),
            "lodgings": tuple(_lodging(one, at) for one in told.lodgings if one.check_in_at <= at),
        }
    )


def _stay(stay: Stay, day: date) -> Stay:
    if stay.closed_on is None or stay.closed_on <= day:
        return stay
    return stay.model_copy(update={"closed_on": None, "closed_by": None})


def _lodging(lodging: Lodging, at: datetime) -> Lodging:
    out = lodging.check_out_at
    return lodging if out is None or out <= at else lodging.model_copy(update={"check_out_at": None})


def window_of(now: datetime, days: int) -> Window:
    """So many whole days up to now."""
    start = datetime.combine((now - timedelta(days=days)).astimezone(WIB).date(), time(), WIB)
    return Window(start, now)
