"""What was seen of a limited-stay permit after an entry on a visa for one."""

from datetime import date, timedelta

from alerts.facts.papers import valid_on
from alerts.facts.table import DAY, Value, midnight
from contracts.papers import Application
from contracts.snapshots import Permit, PersonChanged, Stay

__all__ = ["itas"]

REQUEST_WITHIN = timedelta(days=30)
FAMILIES = frozenset({"limited", "permanent"})


def itas(person: PersonChanged, stay: Stay, opened: date) -> dict[str, Value]:
    """By when a permit is to be requested, and whether anything of it was seen.

    A post says of every entry on a limited-stay visa whether it gave the permit: of any other entry nothing is due.
    """
    keys = {*stay.keys, *stay.evidence}
    given = {one.itas_at_post for one in person.crossings if one.action == "entry" and keys & {*one.evidence}}
    if not given & {True, False}:
        return {}
    requested = any(_asked(one, opened) for one in person.applications)
    granted = any(_holds(one, opened) for one in person.permits if one.family in FAMILIES)
    return {
        "stay.itas_due": midnight(opened + REQUEST_WITHIN) + DAY,
        "stay.itas_seen": True in given or requested or granted,
    }


def _asked(application: Application, opened: date) -> bool:
    """Whether it was made since the entry, or undecided then: whoever goes out meanwhile asks no second time."""
    closed = application.closed_on
    undecided = application.outcome is None if closed is None else opened <= closed
    return opened <= application.applied_on or undecided


def _holds(permit: Permit, opened: date) -> bool:
    """Whether it was given since the entry, or valid then: its holder comes back on it."""
    given = permit.issued_on or permit.valid_from
    return (given is not None and opened <= given) or valid_on(permit, opened)
