"""Retention: what of a person is to be erased, by which rule, from which day. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field

from chassis.yaml_text import read_yaml
from contracts.snapshots import Stay
from registry.dossier import Dossier
from registry.lines import day_of

__all__ = ["Due", "Retention", "due", "retention_table"]


class Span(BaseModel):
    """A length of time; months and years as the calendar has them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    years: int = Field(0, ge=0)
    months: int = Field(0, ge=0)
    days: int = Field(0, ge=0)

    def after(self, day: date) -> date:
        """The day so long after another; the last of the month where it has no such day."""
        month = day.month - 1 + self.months + 12 * self.years
        first = date(day.year + month // 12, month % 12 + 1, 1)
        last = (date(first.year + first.month // 12, first.month % 12 + 1, 1) - first).days
        return first.replace(day=min(day.day, last)) + timedelta(days=self.days)


class Retention(BaseModel):
    """The rules, with the day they were set down and who signed them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    as_of: date
    source: str
    signed_by: str | None
    signed_on: date | None
    closed_lawful_stay: Span
    open_stay: Span
    remind_before: Span
    lodging: Span
    refused: Span


@cache
def retention_table() -> Retention:
    """The rules shipped with this version."""
    text = files("registry").joinpath("retention.yaml").read_text(encoding="utf-8")
    return Retention.model_validate(read_yaml(text))


@dataclass(frozen=True, order=True)
class Due:
    """From this day on it is to be erased: these events, or everything where none are named."""

    on: date
    rule: str
    events: frozenset[str] | None = None


def due(dossier: Dossier, rules: Retention) -> tuple[Due, ...]:
    """What is to be erased of a person and when, the earliest first. Nothing while it is on a list.

    Everything goes when the last of its stays does and there was no news for years; before, what is of one stay alone.
    Where all was taken back, or corrected to somebody else, it goes by the last that was told.
    """
    history = dossier.history
    last = max((day_of(line.at) for line in dossier.lines), default=dossier.told)
    if last is None or any(one.ended_on is None for one in history.listings):
        return ()
    ends = [_end(stay, last, rules) for stay in history.stays] or [Due(rules.open_stay.after(last), "open_stay")]
    whole = Due(max(max(ends).on, rules.closed_lawful_stay.after(last)), max(ends).rule)
    parts = [*_stays(dossier, ends, rules), *_nights(dossier, rules)]
    return tuple(sorted([whole, *(part for part in parts if part.on < whole.on)], key=lambda one: (one.on, one.rule)))


def _lawful(stay: Stay) -> bool:
    until = max(filter(None, (stay.ends, stay.excused_until)), default=None)
    return stay.closed_by == "exit" and stay.closed_on is not None and (until is None or stay.closed_on <= until)


def _end(stay: Stay, last: date, rules: Retention) -> Due:
    if _lawful(stay) and stay.closed_on is not None:
        return Due(rules.closed_lawful_stay.after(stay.closed_on), "closed_lawful_stay")
    known = (stay.ends, stay.excused_until, stay.closed_on)
    return Due(rules.open_stay.after(max(filter(None, known), default=last)), "open_stay")


def _stays(dossier: Dossier, ends: Iterable[Due], rules: Retention) -> Iterator[Due]:
    """Closed lawful stays, each with all that was told while it lasted and belongs to no other stay."""
    stays = dossier.history.stays
    for stay, end in zip(stays, ends, strict=False):
        if end.rule == "closed_lawful_stay":
            others = {key for other in stays if other is not stay for key in other.evidence}
            events = {line.key for line in dossier.lines if _within(day_of(line.at), stay)} | set(stay.evidence)
            yield Due(end.on, end.rule, frozenset(events - others))


def _nights(dossier: Dossier, rules: Retention) -> Iterator[Due]:
    for stay in dossier.history.stays:
        if _lawful(stay) and stay.closed_on is not None:
            nights = (one for one in dossier.history.lodgings if _within(day_of(one.check_in_at), stay))
            events = frozenset(key for one in nights for key in one.evidence)
            if events:
                yield Due(rules.lodging.after(stay.closed_on), "lodging", events)


def _within(day: date, stay: Stay) -> bool:
    return (stay.opened_on is None or stay.opened_on <= day) and stay.closed_on is not None and day <= stay.closed_on
