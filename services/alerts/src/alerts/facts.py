"""The facts that rules may name: one flat typed table, computed from a snapshot at a moment.

What is not in this table cannot be named by a rule: citizenship, ethnicity, religion, sex, language and their
proxies (document issuer, phone country, raw permit code) are left out on purpose.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

from contracts.agencies import Names
from contracts.messages import SourceChanged
from contracts.snapshots import Evidence, Impediment, PersonChanged, Stay

__all__ = [
    "FACTS",
    "WIB",
    "Fact",
    "Value",
    "effective_end",
    "of_source",
    "of_stay",
    "source_moments",
    "stay_evidence",
    "stay_moments",
]

WIB = timezone(timedelta(hours=7), "WIB")
Value = bool | int | str | datetime
DAY = timedelta(days=1)
# A permit paper that is dated after the end says nothing about where the person is.
PLACING = frozenset({"lodging", "check", "residence", "work"})


@dataclass(frozen=True)
class Fact:
    """One row of the table. `moves`: the value changes with the clock alone, so a new value is no news."""

    name: str
    type: str
    description: str
    label: Names
    moves: bool = False


def _fact(name: str, type: str, description: str, id: str, en: str) -> Fact:
    return Fact(name, type, description, Names(id=id, en=en), moves=name in _MOVING)


_MOVING = {"now", "stay.days_left", "stay.days_past", "source.closed"}

_STAY = (
    _fact("stay.open", "bool", "No exit has been seen.", "Belum terlihat keluar", "No exit seen"),
    _fact("stay.opened", "timestamp", "00:00 WIB of the day of entry.", "Masuk", "Entered"),
    _fact("stay.border_pass", "bool", "Entered on a border pass.", "Pas lintas batas", "Border pass"),
    _fact("stay.ends", "timestamp", "24:00 WIB of the last permitted day.", "Akhir izin tinggal", "End of the stay"),
    _fact("stay.ends_basis", "string", "printed, computed, cancelled.", "Dasar tanggal akhir", "Basis of the end"),
    _fact("stay.days_left", "int", "WIB days to the last permitted day.", "Sisa hari", "Days left"),
    _fact("stay.days_past", "int", "WIB days since the last permitted day.", "Hari sejak akhir izin", "Days past"),
    _fact(
        "stay.application_pending",
        "bool",
        "Applied and paid before the end, undecided.",
        "Permohonan dibayar, belum diputus",
        "Paid application pending",
    ),
    _fact("stay.extended", "bool", "Extended, converted or bridged.", "Sudah diperpanjang", "Extended"),
    _fact("stay.impeded", "bool", "A lawful impediment holds now.", "Ada halangan yang sah", "Lawful impediment"),
    _fact(
        "stay.exit_found",
        "bool",
        "A national query after the entry found an exit.",
        "Keluar ditemukan di sistem nasional",
        "Exit found in the national system",
    ),
    _fact(
        "stay.no_record_after_end",
        "bool",
        "A national query after the end looked for an exit and found none.",
        "Sistem nasional: keluar tidak tercatat",
        "National system: no exit on record",
    ),
    _fact(
        "stay.placed_after_end",
        "bool",
        "Lodging, a check, residence or work places the person here after the end.",
        "Terlihat di sini setelah akhir izin",
        "Seen here after the end",
    ),
    _fact("permit.family", "string", "visit, limited, permanent, other, unknown.", "Jenis izin", "Permit family"),
)
_SOURCE = (
    _fact("source.heard", "timestamp", "Last heard, or the end of what it covers.", "Terakhir terdengar", "Last heard"),
    _fact("source.due", "timestamp", "When it is expected to be heard again.", "Diharapkan pada", "Expected by"),
    _fact("source.closed", "bool", "It has said that it is closed now.", "Sedang tutup", "Closed now"),
)
_NOW = _fact("now", "timestamp", "The moment of evaluation.", "Saat ini", "Now")

FACTS: Mapping[str, Mapping[str, Fact]] = {
    "person": {fact.name: fact for fact in (_NOW, *_STAY)},
    "source": {fact.name: fact for fact in (_NOW, *_SOURCE)},
}
"""The table of each kind of subject, by name of fact."""


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), WIB)


def effective_end(stay: Stay) -> date | None:
    """The last day that counts as lawful: the permitted one, or a later one up to which a delay is excused."""
    if stay.ends is None:
        return None
    return max(stay.ends, stay.excused_until or stay.ends)


def of_stay(person: PersonChanged, stay: Stay, now: datetime) -> dict[str, Value]:
    """The facts of one stay at this moment. What is unknown is absent: a rule that needs it stays silent."""
    facts: dict[str, Value] = {
        "now": now,
        "stay.open": stay.closed_on is None,
        "stay.border_pass": stay.border_pass,
        "stay.ends_basis": stay.ends_basis,
        "stay.application_pending": stay.application_pending,
        "stay.extended": stay.extended,
        "stay.impeded": any(_holds(item, now) for item in person.impediments),
        "stay.exit_found": _exit_found(person, stay),
        "permit.family": stay.permit_family,
    }
    if stay.opened_on is not None:
        facts["stay.opened"] = _midnight(stay.opened_on)
    last = effective_end(stay)
    if last is not None and not stay.border_pass:
        facts |= _of_end(person, last, now)
    return facts


def _of_end(person: PersonChanged, last: date, now: datetime) -> dict[str, Value]:
    ends = _midnight(last) + DAY
    days = (last - now.astimezone(WIB).date()).days
    return {
        "stay.ends": ends,
        "stay.days_left": days,
        "stay.days_past": -days,
        "stay.placed_after_end": any(True for _ in _placed_after(person, ends)),
        "stay.no_record_after_end": any(_no_record(person, ends)),
    }


def _holds(impediment: Impediment, now: datetime) -> bool:
    return impediment.starts <= now.astimezone(WIB).date() <= impediment.until


def _exit_found(person: PersonChanged, stay: Stay) -> bool:
    since = _midnight(stay.opened_on) if stay.opened_on else datetime.min.replace(tzinfo=WIB)
    return any(
        lookup.looked_for == "exit" and lookup.result == "found" and lookup.at >= since for lookup in person.lookups
    )


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


def stay_evidence(person: PersonChanged, stay: Stay) -> Evidence:
    """Keys of the events these facts rest on: of the stay, and the first of each kind after its end."""
    keys = [*stay.keys, *stay.evidence]
    last = effective_end(stay)
    if last is not None:
        ends = _midnight(last) + DAY
        placed = min(_placed_after(person, ends), default=None)
        keys += placed[1] if placed else ()
        keys += next(iter(_no_record(person, ends)), ())
    return tuple(dict.fromkeys(filter(None, keys)))


def stay_moments(person: PersonChanged, stay: Stay) -> list[datetime]:
    """When the facts change by the clock alone, beside the deadlines that rules declare."""
    if stay.closed_on is not None:
        return []
    return [moment for item in person.impediments for moment in (_midnight(item.starts), _midnight(item.until) + DAY)]


def of_source(source: SourceChanged, now: datetime) -> dict[str, Value]:
    """The facts of one source at this moment; a source that was never heard is not yet expected."""
    facts: dict[str, Value] = {
        "now": now,
        "source.closed": source.closed_until is not None and source.closed_until > now,
    }
    heard = [moment for moment in (source.last_heard_at, *(end for _, end in source.covers[-1:])) if moment]
    if heard:
        # Whole seconds: the database keeps milliseconds, and a fact must compare equal after it was stored.
        last = max(heard).replace(microsecond=0)
        facts["source.heard"] = last
        facts["source.due"] = last + timedelta(hours=source.rhythm_hours)
    return facts


def source_moments(source: SourceChanged) -> list[datetime]:
    """When the facts of a source change by the clock alone."""
    return [source.closed_until] if source.closed_until else []
