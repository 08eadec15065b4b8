"""The facts of a stay on a border pass: where the holder was seen, and when the pass has run out for this crossing."""

from collections.abc import Iterator
from datetime import datetime

from alerts.facts.around import Around
from alerts.facts.exits import exit_found, found_at
from alerts.facts.papers import permits_on
from alerts.facts.stay import impeded
from alerts.facts.table import DAY, Item, Value, day_of, fact, midnight, table
from contracts.messages import Subject
from contracts.snapshots import Evidence, Impediment, PersonChanged, Stay

__all__ = ["BORDER_PASS", "border_passes"]

REASONS = frozenset({"medical", "funeral", "family"})

BORDER_PASS = table(
    fact("pass.open: bool", "No return has been seen.", "Belum terlihat kembali", "No return seen"),
    fact("pass.opened: timestamp", "00:00 WIB of the day of entry.", "Masuk", "Entered"),
    fact(
        "pass.ends: timestamp",
        "24:00 WIB of the last day by the dated limit; the day of entry is day 1.",
        "Batas waktu",
        "Last day",
    ),
    fact("pass.outside: bool", "Seen outside the dated zone.", "Terlihat di luar zona", "Seen outside the zone"),
    fact("pass.reason: bool", "A reason was recorded in this stay.", "Ada alasan tercatat", "Reason recorded"),
    fact("pass.impeded: bool", "A lawful impediment holds now.", "Ada halangan yang sah", "Lawful impediment"),
    fact(
        "pass.exit_found: bool",
        "A query after the entry found an exit, or an officer recorded what the other side's post said.",
        "Kembali ditemukan lewat pengecekan",
        "Return found by a query",
    ),
    fact("pass.other_permit: bool", "Another permit holds now.", "Ada izin lain", "Another permit"),
)


def border_passes(person: PersonChanged, around: Around) -> Iterator[Item]:
    """Each stay on a border pass. It has no village: whoever watches the zone is told wherever the holder was seen."""
    for stay in person.stays:
        if stay.border_pass and stay.opened_on is not None:
            seen = list(_outside(person, stay, around))
            yield Item(
                anchor="border_pass",
                keys=stay.keys,
                subjects={"person": Subject(kind="person", id=person.person)},
                facts={"now": around.now, **_facts(person, stay, around), "pass.outside": bool(seen)},
                evidence=tuple(dict.fromkeys((*stay.keys, *(key for _, keys in seen for key in keys)))),
                moments=_moments(person, stay),
                over=stay.closed_on is not None and not seen,
            )


def _facts(person: PersonChanged, stay: Stay, around: Around) -> dict[str, Value]:
    assert stay.opened_on is not None
    opened, others = midnight(stay.opened_on), permits_on(person, day_of(around.now))
    return {
        "pass.open": stay.closed_on is None,
        "pass.opened": opened,
        "pass.ends": opened + around.tables.limits.plb_max_stay_days * DAY,
        "pass.reason": any(_within(stay, one.at) and one.reason in REASONS for one in person.checks)
        or any(_touches(stay, one) for one in person.impediments),
        "pass.impeded": impeded(person, around.now),
        "pass.exit_found": exit_found(person, stay),
        "pass.other_permit": any(permit.family != "border_pass" for permit in others),
    }


def _outside(person: PersonChanged, stay: Stay, around: Around) -> Iterator[tuple[datetime, Evidence]]:
    """Where the holder was seen outside the zone, as far as no other permit of that day tells why."""
    zone, gone = around.tables.border_pass_zone, found_at(person, stay)
    met = [(one.at, one.village, one.evidence) for one in person.checks if one.basis != "community_report"]
    slept = [(one.check_in_at, one.village, one.evidence) for one in person.lodgings]
    for at, village, evidence in sorted((*met, *slept), key=lambda one: (one[0], one[2])):
        if village is None or not _within(stay, at) or zone.holds(village):
            continue
        if (gone is None or day_of(at) <= day_of(gone)) and not _otherwise(person, at):
            yield at, evidence


def _otherwise(person: PersonChanged, at: datetime) -> bool:
    """Whether another permit holds that day, or a stay on a passport."""
    permits = any(permit.family != "border_pass" for permit in permits_on(person, day_of(at)))
    return permits or any(not stay.border_pass and _within(stay, at) for stay in person.stays)


def _within(stay: Stay, at: datetime) -> bool:
    day = day_of(at)
    return (stay.opened_on is None or stay.opened_on <= day) and (stay.closed_on is None or day <= stay.closed_on)


def _touches(stay: Stay, impediment: Impediment) -> bool:
    begun = stay.closed_on is None or impediment.starts <= stay.closed_on
    return begun and (stay.opened_on is None or impediment.until >= stay.opened_on)


def _moments(person: PersonChanged, stay: Stay) -> tuple[datetime, ...]:
    if stay.closed_on is not None:
        return ()
    spans = [(one.starts, one.until) for one in person.impediments]
    spans += [(one.valid_from, one.valid_until) for one in person.permits if one.valid_from and one.valid_until]
    return tuple(moment for starts, until in spans for moment in (midnight(starts), midnight(until) + DAY))
