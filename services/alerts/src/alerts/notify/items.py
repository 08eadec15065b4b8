"""What a notice tells of, and what is sent: opaque ids, rule, urgency and state. No name, subject or cause. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from contracts.messages import AlertChanged

__all__ = ["Item", "Kind", "Notice", "latest", "of_alert"]

Kind = Literal["alerts", "digest", "test", "task"]
Tried = tuple[datetime, str]


@dataclass(frozen=True)
class Item:
    """One alert in one revision. `agencies` says whom it concerns."""

    alert: str
    revision: int
    rule: str
    severity: int
    state: str
    at: datetime
    agencies: frozenset[str] = frozenset()


def of_alert(told: AlertChanged) -> Item:
    """What of an announcement may be told."""
    named = (told.alert, told.revision, told.rule, told.severity, told.state, told.updated_at)
    return Item(*named, frozenset(told.agencies))


def latest(items: Iterable[Item], before: int) -> tuple[Item, ...]:
    """Each alert once, as last told, the most urgent first; not those that were told at once from `before` up."""
    newest: dict[str, Item] = {}
    for item in items:
        if item.alert not in newest or newest[item.alert].revision < item.revision:
            newest[item.alert] = item
    left = [item for item in newest.values() if item.severity < before]
    return tuple(sorted(left, key=lambda item: (-item.severity, item.at, item.alert)))


@dataclass(frozen=True)
class Notice:
    """One thing to send to one subscription: the same id and the same words at every attempt.

    A gathering is `open` until it is sent: what it tells is not fixed yet.
    """

    id: str
    subscription: str
    kind: Kind
    due: datetime
    created_at: datetime
    items: tuple[Item, ...] = ()
    tried: tuple[Tried, ...] = ()
    open: bool = False
