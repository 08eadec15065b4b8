"""Which papers were valid on a day, and what they allow. Pure; where a table does not tell, nothing is concluded."""

from collections.abc import Iterator
from datetime import date

from alerts.facts.activities import Activities
from contracts.snapshots import Permit, PersonChanged, Stay

__all__ = ["permits_on", "stays_on", "valid_on", "work_barred"]


def valid_on(permit: Permit, day: date) -> bool:
    """Whether a permit was valid; a cancelled one is until its cancellation takes effect."""
    begins = permit.valid_from or permit.issued_on
    ends = [end for end in (permit.valid_until, permit.cancelled_on) if end is not None]
    gone = permit.status == "cancelled" and permit.cancelled_on is None
    return not gone and (begins is None or begins <= day) and all(day <= end for end in ends)


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
    papers: list[Permit | Stay] = [*permits_on(person, day), *stays_on(person, day)]
    if activity is None or not papers:
        return None
    told = [_barred(paper, activity, table) for paper in papers]
    if False in told:
        return False
    return None if None in told else True


def _barred(paper: Permit | Stay, activity: str, table: Activities) -> bool | None:
    family = paper.family if isinstance(paper, Permit) else paper.permit_family
    if activity not in table.barred.get(family, ()):
        return False if family in table.barred else None
    return None if paper.work_allowed is None else not paper.work_allowed
