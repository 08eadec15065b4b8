"""Which papers were valid on a day, and what they allow. Pure; where a table does not tell, nothing is concluded."""

from collections.abc import Iterator
from datetime import date

from alerts.facts.activities import Activities
from contracts.snapshots import Permit, PersonChanged, Stay

__all__ = ["permits_on", "stands_on", "stays_on", "valid_on", "work_barred"]


def valid_on(permit: Permit, day: date) -> bool:
    """Whether a permit was valid; a cancelled one is until its cancellation takes effect."""
    begins = permit.valid_from or permit.issued_on
    ends = [end for end in (permit.valid_until, permit.cancelled_on) if end is not None]
    gone = permit.status == "cancelled" and permit.cancelled_on is None
    return not gone and (begins is None or begins <= day) and all(day <= end for end in ends)


def stands_on(permit: Permit, day: date) -> bool:
    """Whether a permit was valid, and no conversion had put another in its place."""
    return valid_on(permit, day) and (permit.replaced_on is None or day < permit.replaced_on)


def permits_on(person: PersonChanged, day: date) -> Iterator[Permit]:
    """The permits that were valid."""
    return (permit for permit in person.permits if valid_on(permit, day))


def stays_on(person: PersonChanged, day: date) -> Iterator[Stay]:
    """The stays that held this day."""
    for stay in person.stays:
        if (stay.opened_on is None or stay.opened_on <= day) and (stay.closed_on is None or day <= stay.closed_on):
            yield stay


def work_barred(person: PersonChanged, day: date, activity: str | None, table: Activities) -> bool | None:
    """Whether none of the papers of that day allows this activity; none where one of them does not tell."""
    kinds = [(one.family, one.work_allowed) for one in permits_on(person, day)]
    kinds += [_kind_on(one, day) for one in stays_on(person, day)]
    if activity is None or not kinds:
        return None
    told = [_barred(*kind, activity, table) for kind in kinds]
    if False in told:
        return False
    return None if None in told else True


def _kind_on(stay: Stay, day: date) -> tuple[str, bool | None]:
    """The family under which the stay was on that day, and whether its kind allowed work."""
    told = [one for one in stay.kinds if one.since is None or one.since <= day] or stay.kinds[:1]
    return (told[-1].family, told[-1].work_allowed) if told else (stay.permit_family, stay.work_allowed)


def _barred(family: str, work_allowed: bool | None, activity: str, table: Activities) -> bool | None:
    if activity not in table.barred.get(family, ()):
        return False if family in table.barred else None
    return None if work_allowed is None else not work_allowed
