"""Who has left: by an exit that was seen, or by one that was found when somebody asked for it."""

from datetime import date, datetime

from alerts.facts.table import midnight
from contracts.snapshots import PersonChanged, Stay

__all__ = ["exit_found", "found_at", "left"]


def left(person: PersonChanged) -> bool:
    """Whether the last stay ended with an exit; a permit that brings somebody back begins another."""
    last = person.stays[-1] if person.stays else None
    if last is None or last.closed_by == "exit":
        return last is not None
    given = last.opened_on or _last_given(person, last)
    return given is not None and exit_found(person, last.model_copy(update={"opened_on": given}))


def exit_found(person: PersonChanged, stay: Stay) -> bool:
    """Whether a national query after the entry found an exit."""
    return found_at(person, stay) is not None


def found_at(person: PersonChanged, stay: Stay) -> datetime | None:
    """When a query first found an exit that came after the entry."""
    found = [one.at for one in person.lookups if one.looked_for == "exit" and one.result == "found"]
    entered = _entered(person, stay, stay.opened_on) if stay.opened_on else None
    return min((at for at in found if entered is None or at >= entered), default=None)


def _entered(person: PersonChanged, stay: Stay, day: date) -> datetime:
    """The first report of the entry. On that day the person may have left before."""
    reports = (one for one in person.crossings if one.action == "entry" and not set(one.evidence).isdisjoint(stay.keys))
    return min((one.at for one in reports), default=midnight(day))


def _last_given(person: PersonChanged, stay: Stay) -> date | None:
    """Where no entry is known: when the last permit of the stay was given, which nobody gets who is gone."""
    mine = (one for one in person.permits if not set(one.evidence).isdisjoint(stay.keys))
    return max((day for one in mine if (day := one.issued_on or one.valid_from)), default=None)
