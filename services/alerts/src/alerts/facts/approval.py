"""The facts of an approval to employ somebody: when it ends, and whether a residence permit goes on beside it."""

from collections.abc import Iterator
from datetime import date, datetime

from alerts.facts.around import Around
from alerts.facts.exits import left
from alerts.facts.papers import permits_on
from alerts.facts.table import DAY, Item, Value, day_of, fact, midnight, table
from contracts.messages import Subject
from contracts.snapshots import PersonChanged, WorkApproval

__all__ = ["APPROVAL", "approvals"]

APPROVAL = table(
    fact("approval.ends: timestamp", "24:00 WIB of its last day, or of the contract's.", "Berakhir", "Ends"),
    fact("approval.renewed: bool", "Another one is alive or applied for.", "Ada perpanjangan", "Renewal on its way"),
    fact("approval.permit_valid: bool", "A limited-stay permit holds now.", "ITAS masih berlaku", "ITAS valid"),
    fact("approval.left: bool", "The holder left: an exit was seen or found.", "Sudah keluar", "Has left"),
)


def approvals(person: PersonChanged, around: Around) -> Iterator[Item]:
    """Each approval that was given; an application alone ends nothing."""
    for approval in person.work:
        if approval.status != "applied":
            yield Item(
                anchor="approval",
                keys=approval.evidence or (approval.ref,),
                subjects={"person": Subject(kind="person", id=person.person)},
                facts=_facts(person, approval, around),
                evidence=approval.evidence,
                village=approval.sites[0] if len(approval.sites) == 1 else None,
                moments=_moments(person),
            )


def _facts(person: PersonChanged, approval: WorkApproval, around: Around) -> dict[str, Value]:
    facts: dict[str, Value] = {
        "now": around.now,
        "approval.renewed": any(_goes_on(one, approval, day_of(around.now)) for one in person.work),
        "approval.permit_valid": any(
            # A family's or a student's permit does not rest on an approval to employ.
            permit.family == "limited" and permit.work_allowed is not False
            for permit in permits_on(person, day_of(around.now))
        ),
        "approval.left": left(person),
    }
    ends = _ends(approval)
    return facts if ends is None else facts | {"approval.ends": midnight(ends) + DAY}


def _ends(approval: WorkApproval) -> date | None:
    """The first of its ends. What was ended on a day has that day as its last."""
    found = (approval.valid_until, approval.contract_until, approval.ended_on)
    return min((day for day in found if day is not None), default=None)


def _goes_on(other: WorkApproval, approval: WorkApproval, today: date) -> bool:
    if other.ref == approval.ref:
        return False
    ends = _ends(other)
    return other.status == "applied" or (other.status == "approved" and (ends is None or ends >= today))


def _moments(person: PersonChanged) -> tuple[datetime, ...]:
    """When a permit or another approval begins or ends."""
    begins = [permit.valid_from or permit.issued_on for permit in person.permits]
    ends = [day for one in person.permits for day in (one.valid_until, one.cancelled_on)]
    ends += [_ends(one) for one in person.work]
    return (*(midnight(day) for day in begins if day), *(midnight(day) + DAY for day in ends if day))
