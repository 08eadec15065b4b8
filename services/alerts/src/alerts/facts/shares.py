"""What the parties of a person are told of the person: the part of a snapshot that names them."""

from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict

from contracts.snapshots import CheckFound, Lodging, Permit, PersonChanged, WorkApproval

__all__ = ["Share", "shares"]


class Share(BaseModel):
    """What one person has to do with one party. A pattern is made of shares, never of counters: a share can change."""

    model_config = ConfigDict(frozen=True)

    party: str
    person: str
    on_hold: bool = False
    lodgings: tuple[Lodging, ...] = ()
    permits: tuple[Permit, ...] = ()
    checks: tuple[CheckFound, ...] = ()
    work: tuple[WorkApproval, ...] = ()


def shares(person: PersonChanged, *, on_hold: bool) -> Iterator[Share]:
    """One share for each party that the snapshot names; none of a person who was merged away."""
    if person.merged_into is not None:
        return
    for party in sorted(_parties(person)):
        yield Share(
            party=party,
            person=person.person,
            on_hold=on_hold,
            lodgings=tuple(one for one in person.lodgings if one.establishment == party),
            permits=tuple(one for one in person.permits if one.sponsor == party),
            checks=tuple(one for one in person.checks if party in (one.host, one.employer, one.sponsor)),
            work=tuple(one for one in person.work if one.employer == party),
        )


def _parties(person: PersonChanged) -> set[str]:
    named = {one.establishment for one in person.lodgings} | {one.sponsor for one in person.permits}
    named |= {party for one in person.checks for party in (one.host, one.employer, one.sponsor)}
    named |= {one.employer for one in person.work}
    return {party for party in named if party}
