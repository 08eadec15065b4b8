"""What was seen of a limited-stay permit after an entry on a visa for one."""

from datetime import date, timedelta

from alerts.facts.table import DAY, Value, midnight
from contracts.snapshots import PersonChanged, Stay

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
    requested = any(opened <= one.applied_on for one in person.applications)
    granted = any(_since(opened, one.issued_on or one.valid_from) for one in person.permits if one.family in FAMILIES)
    return {
        "stay.itas_due": midnight(opened + REQUEST_WITHIN) + DAY,
        "stay.itas_seen": True in given or requested or granted,
    }


def _since(opened: date, day: date | None) -> bool:
    return day is not None and opened <= day
