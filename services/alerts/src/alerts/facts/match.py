"""The facts of a listing that may be this person. What agrees stays in the registry."""

from collections.abc import Iterator
from datetime import date, datetime

from alerts.facts.around import Around
from alerts.facts.corrected import with_earlier
from alerts.facts.table import DAY, Item, Value, day_of, fact, midnight, table
from contracts.messages import Subject
from contracts.snapshots import PersonChanged, WatchlistMatch

__all__ = ["MATCH", "matches"]

MATCH = table(
    fact("match.exact: bool", "The document's number agrees.", "Nomor dokumen sama", "Number agrees"),
    fact(
        "match.strong: bool",
        "The name and the full birth date agree.",
        "Nama dan tanggal lahir lengkap sama",
        "Name and full birth date agree",
    ),
    fact("match.live: bool", "On the list today.", "Masih berlaku hari ini", "Listed today"),
)


def matches(person: PersonChanged, around: Around) -> Iterator[Item]:
    """Each listing that may be this person.

    One listing may be several persons, and a person may come to live on under another id: what a match is tied to is
    the listing together with any event of this person.
    """
    mine = tuple(_events(person)) if person.watchlist else ()
    for match in person.watchlist if mine else ():
        yield Item(
            anchor="match",
            keys=tuple(f"{match.ref}/{key}" for key in mine),
            subjects={"person": Subject(kind="person", id=person.person)},
            facts={"now": around.now, **_facts(match, day_of(around.now))},
            evidence=match.evidence,
            moments=_moments(match),
        )


def _facts(match: WatchlistMatch, today: date) -> dict[str, Value]:
    last = _last(match)
    begun = match.starts is None or match.starts <= today
    return {
        "match.exact": match.match == "exact",
        "match.strong": match.match == "strong",
        "match.live": begun and (last is None or today <= last),
    }


def _last(match: WatchlistMatch) -> date | None:
    """The last day on the list. Whoever is wanted stays on it until taken off, whenever it is to be reviewed."""
    taken_off = match.ended_on - DAY if match.ended_on else None
    return min((day for day in (match.until, taken_off) if day is not None), default=None)


def _moments(match: WatchlistMatch) -> tuple[datetime, ...]:
    last = _last(match)
    starts = (midnight(match.starts),) if match.starts else ()
    return (*starts, midnight(last) + DAY) if last else starts


def _events(person: PersonChanged) -> Iterator[str]:
    """Whatever names this person and nobody else, in the order in which a snapshot tells it; each once."""
    named = tuple(dict.fromkeys(_named(person)))
    yield from with_earlier(named, {one.key: one.before for one in person.corrections})


def _named(person: PersonChanged) -> Iterator[str]:
    yield from (check.ref for check in person.checks if check.ref)
    # A check may have met others as well: its event does not tell them apart.
    met = {key for check in person.checks for key in check.evidence}
    papers = (person.crossings, person.permits, person.applications, person.lodgings, person.residences)
    others = (person.absences, person.certificates, person.work, person.impediments, person.lookups, person.documents)
    for facts in (*papers, *others):
        for one in facts:
            yield from (key for key in one.evidence if key not in met)
