"""What a fact is: a named, typed value that a rule may use, computed at a moment. Days begin and end in WIB."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

from contracts.agencies import Names
from contracts.messages import Subject
from contracts.snapshots import Evidence

__all__ = ["DAY", "NOW", "WIB", "Fact", "Item", "Table", "Value", "day_of", "fact", "midnight", "table"]

WIB = timezone(timedelta(hours=7), "WIB")
DAY = timedelta(days=1)
Value = bool | int | str | datetime


@dataclass(frozen=True)
class Fact:
    """One row of a table. `moves`: the value changes with the clock alone, so a new value is no news."""

    name: str
    type: str
    description: str
    label: Names
    moves: bool = False


Table = Mapping[str, Fact]


def fact(typed: str, description: str, id: str, en: str, *, moves: bool = False) -> Fact:
    """A row: "name: type" (bool, int, string, timestamp), what it means, its label in both languages."""
    name, type = typed.split(": ")
    return Fact(name, type, description, Names(id=id, en=en), moves=moves)


NOW = fact("now: timestamp", "The moment of evaluation.", "Saat ini", "Now", moves=True)


def table(*facts: Fact) -> Table:
    """A table of facts by name; every one has `now`."""
    return {one.name: one for one in (NOW, *facts)}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of a subject that rules are judged on: a stay, a permit, a check.

    `keys` are what its alerts are tied to: the first where there is no alert yet, otherwise that of the alert. A rule
    is about one of `subjects`, by kind. At `moments` its facts change by the clock alone; `needs` names what else they
    rest on; nothing new can come of what is `over`. It is `on_hold` where another person whom it concerns is.
    """

    anchor: str
    keys: tuple[str, ...]
    subjects: Mapping[str, Subject]
    facts: Mapping[str, Value]
    evidence: Evidence
    village: str | None = None
    moments: tuple[datetime, ...] = ()
    needs: frozenset[str] = frozenset()
    over: bool = False
    on_hold: bool = False


def midnight(day: date) -> datetime:
    """00:00 WIB."""
    return datetime.combine(day, time(), WIB)


def day_of(moment: datetime) -> date:
    """The WIB day of a moment."""
    return moment.astimezone(WIB).date()
