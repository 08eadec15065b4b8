"""What a notice tells of, and what is sent: opaque ids, rule, urgency and state. No name, subject or cause. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from contracts.case_messages import CaseChanged
from contracts.messages import AlertChanged

__all__ = ["Channel", "Item", "Kind", "Notice", "Thing", "item_of", "latest"]

Channel = Literal["webhook", "email"]
Thing = Literal["alert", "case"]
Kind = Literal["alerts", "digest", "test", "task", "week"]
Tried = tuple[datetime, str]


@dataclass(frozen=True)
class Item:
    """One alert or case in one revision. `agencies` says whom it concerns; a case has a `level` instead of a rule."""

    thing: Thing
    id: str
    revision: int
    rule: str
    severity: int
    state: str
    at: datetime
    level: str = ""
    agencies: frozenset[str] = frozenset()

    def step(self, channel: Channel) -> str:
        """What is told once. People are told of a case when it opens, rises and ends, not of every step in it."""
        return f"{self.state} {self.level}" if (self.thing, channel) == ("case", "email") else str(self.revision)


def item_of(told: AlertChanged | CaseChanged) -> Item:
    """What of an announcement may be told. What stands behind a larger question concerns nobody for now."""
    said, agencies = (told.severity, told.state, told.updated_at), frozenset(told.agencies)
    if isinstance(told, CaseChanged):
        return Item("case", told.case, told.revision, "", *said, level=told.level, agencies=agencies)
    return Item("alert", told.alert, told.revision, told.rule, *said, agencies=frozenset() if told.behind else agencies)


def latest(items: Iterable[Item], before: int) -> tuple[Item, ...]:
    """Each thing once, as last told, the most urgent first; not what was told at once, from `before` up."""
    newest: dict[tuple[str, str], Item] = {}
    for item in items:
        known = newest.get((item.thing, item.id))
        if known is None or known.revision < item.revision:
            newest[item.thing, item.id] = item
    left = [item for item in newest.values() if item.severity < before]
    return tuple(sorted(left, key=lambda item: (-item.severity, item.at, item.id)))


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
