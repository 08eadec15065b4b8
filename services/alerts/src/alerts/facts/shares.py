"""What the parties of a person are told of the person: no more than the rules about parties need.

Every change of a share is three writes: a guest who was reported in time and has left, or a worker, is none.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from pydantic import BaseModel, ConfigDict

from alerts.facts.exits import exit_found
from alerts.facts.table import DAY, day_of, midnight
from alerts.facts.tables import Limits
from contracts.message import Evidence
from contracts.snapshots import Lodging, Permit, PersonChanged, Stay

__all__ = ["BY_PHONE", "Hosted", "Night", "Share", "Sponsored", "phone_of", "report_due", "shares"]

BY_PHONE = "phone."
"""Whoever gave one contact phone has a share in it as if it were a party: an id with this in front."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Night(_Part):
    """A lodging that was reported late, or that has a planned end and no other."""

    ref: str
    report_due: datetime
    reported_at: datetime | None = None
    planned_out: date | None = None
    open: bool = False
    evidence: Evidence = ()


class Sponsored(_Part):
    """A permit with this guarantor, or given with this phone."""

    valid_until: date | None = None
    issued_on: date | None = None
    principal: str | None = None
    sponsor: str | None = None
    evidence: Evidence = ()


class Hosted(_Part):
    """Found staying with this party."""

    at: datetime
    evidence: Evidence = ()


class Share(_Part):
    """What one person has to do with one party. A pattern is made of shares, never of counters: a share can change."""

    party: str
    person: str
    on_hold: bool = False
    nights: tuple[Night, ...] = ()
    permits: tuple[Sponsored, ...] = ()
    hosted: tuple[Hosted, ...] = ()


def shares(person: PersonChanged, limits: Limits, *, on_hold: bool) -> Iterator[Share]:
    """One share for each party to which the person means something; while on hold, for every party that it names."""
    if person.merged_into is not None:
        return
    for party in sorted(_named(person)):
        share = Share(
            party=party,
            person=person.person,
            on_hold=on_hold,
            nights=tuple(_night(one, limits) for one in person.lodgings if _tells(one, party, limits)),
            permits=tuple(_permits(person, party)),
            hosted=tuple(Hosted(at=one.at, evidence=one.evidence) for one in person.checks if one.host == party),
        )
        if on_hold or share.nights or share.permits or share.hosted:
            yield share


def _named(person: PersonChanged) -> set[str]:
    named = {one.establishment for one in person.lodgings}
    # Whoever was a sponsor once may not be asked either.
    named |= {sponsor for one in person.permits for sponsor in (one.sponsor, *one.sponsors)}
    named |= {party for one in person.checks for party in (one.host, one.employer, one.sponsor)}
    named |= {one.employer for one in person.work}
    named |= {phone_of(one.phone) for one in person.permits if one.phone}
    return {party for party in named if party}


def phone_of(phone: str) -> str:
    """A phone as if it were a party."""
    return f"{BY_PHONE}{phone}"


def report_due(lodging: Lodging, hours: int) -> datetime:
    """Until when a report is in time. Where only the day is known the latest instant counts."""
    arrived = midnight(day_of(lodging.check_in_at)) + DAY if lodging.by_day else lodging.check_in_at
    return arrived + timedelta(hours=hours)


def _tells(lodging: Lodging, party: str, limits: Limits) -> bool:
    late = lodging.reported_at is not None and lodging.reported_at > report_due(lodging, limits.lodging_report_hours)
    return lodging.establishment == party and (late or _is_open(lodging))


def _is_open(lodging: Lodging) -> bool:
    return lodging.check_out_at is None and lodging.planned_out is not None


def _night(lodging: Lodging, limits: Limits) -> Night:
    return Night(
        ref=lodging.ref,
        report_due=report_due(lodging, limits.lodging_report_hours),
        reported_at=lodging.reported_at,
        planned_out=lodging.planned_out,
        open=_is_open(lodging),
        evidence=lodging.evidence,
    )


def _permits(person: PersonChanged, party: str) -> Iterator[Sponsored]:
    for one in person.permits:
        names = one.sponsor == party or (one.phone is not None and phone_of(one.phone) == party)
        if names and one.status == "valid" and not _visit_over(person, one):
            yield Sponsored(
                valid_until=_stands_until(one),
                issued_on=one.issued_on,
                principal=one.principal,
                sponsor=one.sponsor if one.sponsor != party else None,
                evidence=one.evidence[:1],
            )


def _visit_over(person: PersonChanged, permit: Permit) -> bool:
    """Whether it was for one visit that is over: nobody comes back on it, whatever day is printed."""
    mine = [stay for stay in person.stays if _carries(stay, permit)] if permit.family == "visit" else []
    return bool(mine) and all(stay.closed_on is not None or exit_found(person, stay) for stay in mine)


def _carries(stay: Stay, permit: Permit) -> bool:
    """Whether the permit was given in this stay, or before it and used for it."""
    issued, opened, closed = permit.issued_on, stay.opened_on, stay.closed_on
    within = issued and (opened is None or opened <= issued) and (closed is None or issued <= closed)
    return bool(within) or not set(stay.keys).isdisjoint(permit.evidence)


def _stands_until(permit: Permit) -> date | None:
    """Its last day, or the last before a conversion put another in its place."""
    before = permit.replaced_on - DAY if permit.replaced_on else None
    return min((day for day in (permit.valid_until, before) if day), default=None)
