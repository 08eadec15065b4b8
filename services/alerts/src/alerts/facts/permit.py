"""The facts of a permit: whether it holds, whether a residence certificate was seen, who answers for its holder."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from alerts.facts.around import Around
from alerts.facts.exits import left
from alerts.facts.papers import permits_on, stands_on
from alerts.facts.table import DAY, Item, Value, day_of, fact, midnight, table
from contracts.messages import Subject
from contracts.snapshots import Evidence, Permit, PersonChanged

__all__ = ["PERMIT", "permits"]

CERTIFICATE_WITHIN = timedelta(days=14)

PERMIT = table(
    fact("permit.valid: bool", "Valid now, not converted.", "Masih berlaku", "Valid"),
    fact("permit.limited: bool", "A limited-stay permit.", "Izin tinggal terbatas", "Limited stay"),
    fact("permit.left: bool", "The holder left: an exit was seen or found.", "Sudah keluar", "Has left"),
    fact("permit.issued: timestamp", "00:00 WIB of the day of issue.", "Diterbitkan", "Issued"),
    fact(
        "permit.certificate_due: timestamp",
        "24:00 WIB of day 14 after issue.",
        "Batas pelaporan ke Dukcapil",
        "To be reported by",
    ),
    fact(
        "permit.certificate_seen: bool",
        "A residence certificate was applied for or issued, and had not ended before.",
        "SKTT terlihat",
        "Certificate seen",
    ),
    fact("permit.sponsor_exempt: bool", "Needs no guarantor.", "Tanpa penjamin", "Needs no guarantor"),
    fact(
        "permit.sponsor_withdrew: bool", "The guarantor withdrew.", "Penjamin mengundurkan diri", "Guarantor withdrew"
    ),
    fact(
        "permit.sponsor_unconfirmed: bool",
        "The last check of the guarantor: not found, closed, unable or denies.",
        "Penjamin belum terkonfirmasi",
        "Guarantor not confirmed",
    ),
    fact(
        "permit.other_guarantor: bool",
        "Another valid permit names a guarantor who stands.",
        "Ada penjamin lain",
        "Another guarantor",
    ),
)


def permits(person: PersonChanged, around: Around) -> Iterator[Item]:
    """Each permit of a person, with what the last check of its guarantor found, whoever was there."""
    today = day_of(around.now)
    sponsors = frozenset(f"party:{one.sponsor}" for one in permits_on(person, today) if one.sponsor)
    for permit in person.permits:
        valid = stands_on(permit, today)
        yield Item(
            anchor="permit",
            keys=permit.evidence or (permit.ref,),
            subjects={"person": Subject(kind="person", id=person.person)},
            facts=_facts(person, permit, around) | {"permit.valid": valid},
            evidence=tuple(dict.fromkeys((*permit.evidence, *_sponsor(person, permit.sponsor, around)[1]))),
            village=permit.village,
            moments=_moments(permit),
            needs=sponsors if valid else frozenset(),
            over=permit.valid_until is not None and permit.valid_until < today,
        )


def _facts(person: PersonChanged, permit: Permit, around: Around) -> dict[str, Value]:
    facts: dict[str, Value] = {
        "now": around.now,
        "permit.limited": permit.family == "limited",
        "permit.left": left(person),
        "permit.sponsor_exempt": permit.sponsor_exempt,
        "permit.sponsor_withdrew": _withdrew(permit, day_of(around.now)),
        "permit.sponsor_unconfirmed": _sponsor(person, permit.sponsor, around)[0],
        "permit.other_guarantor": any(_stands(person, other, around) for other in person.permits if other != permit),
    }
    issued = permit.issued_on or permit.valid_from
    if issued is None:
        return facts
    return facts | {
        "permit.issued": midnight(issued),
        "permit.certificate_due": midnight(issued + CERTIFICATE_WITHIN) + DAY,
        "permit.certificate_seen": any(one.ended_on is None or one.ended_on >= issued for one in person.certificates),
    }


def _sponsor(person: PersonChanged, sponsor: str | None, around: Around) -> tuple[bool, Evidence]:
    """Whether the last check of a guarantor did not confirm it, with its event."""
    if sponsor is None:
        return False, ()
    mine = (one for one in person.checks if one.sponsor == sponsor and one.sponsor_result)
    found = [(one.at, str(one.sponsor_result), one.evidence) for one in mine if one.basis != "community_report"]
    party = around.parties.get(sponsor)
    told = party.sponsor_checks if party else ()
    found += [(one.at, one.result, one.evidence) for one in told if one.basis != "community_report"]
    last = max(found, key=lambda one: (one[0], one[1] == "ok", one[2]), default=None)
    return (last[1] != "ok", last[2]) if last else (False, ())


def _stands(person: PersonChanged, permit: Permit, around: Around) -> bool:
    today = day_of(around.now)
    # The registry names a guarantor no more from the notice on: until the day itself that one answers.
    named = permit.sponsor is not None or permit.sponsor_withdrew_on is not None
    answers = named and not _withdrew(permit, today)
    return answers and stands_on(permit, today) and not _sponsor(person, permit.sponsor, around)[0]


def _withdrew(permit: Permit, today: date) -> bool:
    return permit.sponsor_withdrew_on is not None and permit.sponsor_withdrew_on <= today


def _moments(permit: Permit) -> tuple[datetime, ...]:
    days = (permit.valid_from or permit.issued_on, permit.sponsor_withdrew_on, permit.replaced_on)
    begins = [day for day in days if day]
    ends = [day for day in (permit.valid_until, permit.cancelled_on) if day]
    return (*(midnight(day) for day in begins), *(midnight(day) + DAY for day in ends))
