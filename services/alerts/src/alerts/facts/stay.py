"""The facts of a stay: whether it is open, when it ends, and what places the person here after that."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from alerts.facts.around import Around
from alerts.facts.exits import exit_found
from alerts.facts.itas import itas
from alerts.facts.table import DAY, Item, Value, day_of, fact, midnight, table
from contracts.messages import Subject
from contracts.snapshots import Evidence, PersonChanged, Stay

__all__ = ["STAY", "effective_end", "impeded", "stays"]

# A permit paper that is dated after the end says nothing about where the person is.
PLACING = frozenset({"lodging", "check", "residence", "work"})

STAY = table(
    fact("stay.open: bool", "No exit has been seen.", "Belum terlihat keluar", "No exit seen"),
    fact("stay.opened: timestamp", "00:00 WIB of the day of entry.", "Masuk", "Entered"),
    fact("stay.border_pass: bool", "Entered on a border pass.", "Pas lintas batas", "Border pass"),
    fact("stay.ends: timestamp", "24:00 WIB of the last permitted day.", "Akhir izin tinggal", "End of the stay"),
    fact("stay.ends_basis: string", "printed, computed, cancelled.", "Dasar tanggal akhir", "Basis of the end"),
    fact("stay.days_left: int", "WIB days to the last permitted day.", "Sisa hari", "Days left", moves=True),
    fact(
        "stay.days_past: int",
        "WIB days since the last permitted day.",
        "Hari sejak akhir izin",
        "Days past",
        moves=True,
    ),
    fact(
        "stay.application_pending: bool",
        "Applied and paid before the end, undecided.",
        "Permohonan dibayar, belum diputus",
        "Paid application pending",
    ),
    fact("stay.extended: bool", "Extended, converted or bridged.", "Sudah diperpanjang", "Extended"),
    fact("stay.impeded: bool", "A lawful impediment holds now.", "Ada halangan yang sah", "Lawful impediment"),
    fact(
        "stay.exit_found: bool",
        "A national query after the entry found an exit.",
        "Keluar ditemukan di sistem nasional",
        "Exit found in the national system",
    ),
    fact(
        "stay.no_record_after_end: bool",
        "A national query after the end looked for an exit and found none.",
        "Sistem nasional: keluar tidak tercatat",
        "National system: no exit on record",
    ),
    fact(
        "stay.placed_after_end: bool",
        "Lodging, a check, residence or work places the person here after the end.",
        "Terlihat di sini setelah akhir izin",
        "Seen here after the end",
    ),
    fact(
        "stay.itas_due: timestamp",
        "24:00 WIB of day 30 after an entry on a limited-stay visa; absent for every other entry.",
        "Batas permohonan ITAS",
        "ITAS to be requested by",
    ),
    fact(
        "stay.itas_seen: bool", "Requested, granted, or given at the post.", "ITAS diminta atau diberikan", "ITAS seen"
    ),
    fact("permit.family: string", "visit, limited, permanent, other, unknown.", "Jenis izin", "Permit family"),
)


def stays(person: PersonChanged, around: Around) -> Iterator[Item]:
    """Each stay of a person at this moment. What is unknown is absent: a rule that needs it stays silent."""
    for stay in person.stays:
        yield Item(
            anchor="stay",
            keys=stay.keys,
            subjects={"person": Subject(kind="person", id=person.person)},
            facts=_facts(person, stay, around.now),
            evidence=_evidence(person, stay),
            village=stay.village,
            moments=_moments(person, stay),
            over=stay.closed_on is not None,
        )


def effective_end(stay: Stay) -> date | None:
    """The last day that counts as lawful: the permitted one, or a later one up to which a delay is excused."""
    if stay.ends is None:
        return None
    return max(stay.ends, stay.excused_until or stay.ends)


def impeded(person: PersonChanged, now: datetime) -> bool:
    """Whether a lawful reason not to leave holds now."""
    return any(item.starts <= day_of(now) <= item.until for item in person.impediments)


def _facts(person: PersonChanged, stay: Stay, now: datetime) -> dict[str, Value]:
    facts: dict[str, Value] = {
        "now": now,
        "stay.open": stay.closed_on is None,
        "stay.border_pass": stay.border_pass,
        "stay.ends_basis": stay.ends_basis,
        "stay.application_pending": stay.application_pending,
        "stay.extended": stay.extended,
        "stay.impeded": impeded(person, now),
        "stay.exit_found": exit_found(person, stay),
        "permit.family": stay.permit_family,
    }
    if stay.opened_on is not None:
        facts |= {"stay.opened": midnight(stay.opened_on), **itas(person, stay, stay.opened_on)}
    last = effective_end(stay)
    if last is not None and not stay.border_pass:
        facts |= _of_end(person, last, now)
    return facts


def _of_end(person: PersonChanged, last: date, now: datetime) -> dict[str, Value]:
    ends = midnight(last) + DAY
    days = (last - day_of(now)).days
    return {
        "stay.ends": ends,
        "stay.days_left": days,
        "stay.days_past": -days,
        "stay.placed_after_end": any(True for _ in _placed_after(person, ends)),
        "stay.no_record_after_end": any(_no_record(person, ends)),
    }


def _no_record(person: PersonChanged, ends: datetime) -> Iterable[Evidence]:
    return (
        lookup.evidence or ("",)
        for lookup in person.lookups
        if lookup.looked_for == "exit" and lookup.result == "no_record" and lookup.at > ends
    )


def _placed_after(person: PersonChanged, ends: datetime) -> Iterable[tuple[datetime, Evidence]]:
    for presence in person.presences:
        if presence.kind in PLACING and presence.at > ends:
            yield presence.at, presence.evidence
    for lodging in person.lodgings:
        seen = lodging.check_in_at if lodging.check_in_at > ends else lodging.check_out_at
        if seen is not None and seen > ends:
            yield seen, lodging.evidence


def _evidence(person: PersonChanged, stay: Stay) -> Evidence:
    """Keys of the events these facts rest on: of the stay, and the first of each kind after its end."""
    keys = [*stay.keys, *stay.evidence]
    last = effective_end(stay)
    if last is not None:
        ends = midnight(last) + DAY
        placed = min(_placed_after(person, ends), default=None)
        keys += placed[1] if placed else ()
        keys += next(iter(_no_record(person, ends)), ())
    return tuple(dict.fromkeys(filter(None, keys)))


def _moments(person: PersonChanged, stay: Stay) -> tuple[datetime, ...]:
    if stay.closed_on is not None:
        return ()
    spans = [(midnight(item.starts), midnight(item.until) + DAY) for item in person.impediments]
    return tuple(moment for span in spans for moment in span)
