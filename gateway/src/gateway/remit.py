"""What an agency sees of a dossier: its own remit, in its own area. A table; what it does not name is not shown. Pure.

No agency loses or gains power by sitting at one table (the team's decree): each sees what its own work is about, and
what it sent itself. Which is a setting of its agency file, until the team's agreements say otherwise.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from chassis.errors import Problem
from contracts.agencies import Agency

__all__ = [
    "IDENTITY",
    "PARTS",
    "concerns",
    "figures_of",
    "is_seen",
    "lies_in",
    "party_concerns",
    "party_shown",
    "places",
    "remit_of",
    "shown",
]

IDENTITY = frozenset(
    {
        *("id", "version", "as_of", "known_at", "name", "names", "documents", "birth_dates", "citizenships", "sexes"),
        *("contested", "contradictions", "claims", "doubts", "verdicts"),
    }
)
"""Who it is: whoever may open a dossier has to know whether it is the right one."""
PARTS: Mapping[str, frozenset[str]] = {
    "stays": frozenset({"crossing", "permit"}),
    "crossings": frozenset({"crossing"}),
    "lookups": frozenset({"crossing"}),
    "contradictions": frozenset({"crossing"}),
    "permits": frozenset({"permit"}),
    "applications": frozenset({"permit"}),
    "lodgings": frozenset({"lodging"}),
    "residences": frozenset({"residence"}),
    "absences": frozenset({"residence"}),
    "certificates": frozenset({"residence"}),
    "work": frozenset({"work"}),
    "checks": frozenset({"check"}),
    "documents": frozenset({"document"}),
    "listings": frozenset({"watchlist"}),
    "watchlist": frozenset({"watchlist"}),
    "impediments": frozenset({"impediment"}),
}
"""A part of the history, and the events (short types) of which one must be in the remit."""
KINDS = frozenset[str]().union(*PARTS.values())
FIGURES: Mapping[str, frozenset[str]] = {
    "presence": PARTS["stays"],
    "counts": PARTS["crossings"],
    # Those that the agency is told of, whatever they rest on.
    "alerts": frozenset(),
}
"""A report, and the events of which one must be in the remit of whoever reads it for one agency."""
DATED = ("presences", "entries")
"""Each item of these says of which kind it is."""
PLAIN = ("person", "version", "merged_into", "adult_on")
DECISION = "decision"
REGENCY = 2
"""Numbers in the code of a regency: 61.06."""


def remit_of(agencies: Mapping[str, Agency], code: str) -> Agency:
    """The agency by its code. Raises Problem 403 where its file names no remit."""
    agency = agencies.get(code)
    if agency is None or not agency.sees:
        raise Problem(
            403,
            "no_remit",
            id="Berkas instansi Anda tidak menyebut lingkup tugas.",
            en="The file of your agency names no remit.",
        )
    return agency


def shown(dossier: Mapping[str, Any], agency: Agency) -> dict[str, Any]:
    """The dossier as this agency's people may see it; `not_shown` names the types outside of its remit."""
    events = [event for event in dossier["events"] if is_seen(event, agency)]
    seen = {event["key"] for event in events}
    snapshot = dossier["snapshot"]
    parts = {name: _part(name, items, agency, seen) for name, items in snapshot.items() if name in {*PARTS, *DATED}}
    view = {
        **{name: value for name, value in dossier.items() if name in IDENTITY},
        "snapshot": {**{name: snapshot.get(name) for name in PLAIN}, **parts},
        "events": events,
        "decisions": {key: state for key, state in dossier["decisions"].items() if key in seen},
    }
    named = set(_texts(view)) if dossier["parties"] else ()
    parties = {party: name for party, name in dossier["parties"].items() if party in named}
    return {**view, "parties": parties, "not_shown": sorted(KINDS.difference(agency.sees))}


def places(dossier: Mapping[str, Any]) -> set[str]:
    """Where the person is known to have been, by code."""
    named = [*dossier["events"], *(item for items in dossier["snapshot"].values() for item in _items(items))]
    return {place for item in named if (place := item.get("village"))}


def concerns(dossier: Mapping[str, Any], agency: Agency) -> bool:
    """Whether the person is of this agency's area: was there, or is known by what it sent."""
    return any(event["agency"] == agency.code for event in dossier["events"]) or lies_in(places(dossier), agency)


def party_shown(party: Mapping[str, Any], agency: Agency) -> dict[str, Any]:
    """A guarantor, employer, lodging: of its history what is of the remit, and whoever is named there."""
    events = [event for event in party["events"] if is_seen(event, agency)]
    named = {person for event in events for person in event["people"]}
    return {**party, "events": events, "people": [person for person in party["people"] if person in named]}


def party_concerns(party: Mapping[str, Any], agency: Agency) -> bool:
    """Whether the party is of this agency's area: is there, or is known by what it sent."""
    known = {stated["value"] for stated in party["villages"]}
    return any(event["agency"] == agency.code for event in party["events"]) or lies_in(known, agency)


def figures_of(name: str, agency: Agency) -> dict[str, str]:
    """What of a report is this agency's: the query that limits it. Raises Problem 403 where it is not its work.

    Persons of no known place are for a whole regency or more. A post lies in no area: its counts name no place.
    """
    needed = FIGURES[name]
    if needed and not needed & set(agency.sees):
        raise Problem(
            403,
            "not_in_remit",
            id="Angka ini di luar lingkup tugas instansi Anda.",
            en="These figures are outside of your agency's remit.",
        )
    if name == "presence":
        return {"area": ",".join(agency.area), "unplaced": str(lies_in((), agency)).lower()}
    return {"agency": agency.code} if name == "alerts" else {}


def lies_in(known: Collection[str], agency: Agency) -> bool:
    """Whether one of these places is in its area; of whom none is known, whether that is a whole regency or more."""
    wide = any(len(area.split(".")) <= REGENCY for area in agency.area)
    return any(agency.covers(place) for place in known) or (not known and wide)


def is_seen(event: Mapping[str, Any], agency: Agency) -> bool:
    """Whether an event is of its remit, or was sent by it, or is what humans decided."""
    kind = event["kind"]
    return kind in agency.sees or kind == DECISION or bool(event["agency"] == agency.code)


def _part(name: str, items: list[dict[str, Any]], agency: Agency, seen: set[str]) -> list[dict[str, Any]]:
    if name in PARTS and not PARTS[name].isdisjoint(agency.sees):
        return items
    return [item for item in items if (name in DATED and item.get("kind") in agency.sees) or _rests_on(item, seen)]


def _rests_on(item: Mapping[str, Any], seen: set[str]) -> bool:
    evidence = set(item.get("evidence") or ())
    return bool(evidence) and evidence <= seen


def _items(value: Any) -> Iterator[Mapping[str, Any]]:
    return (item for item in value if isinstance(item, Mapping)) if isinstance(value, list) else iter(())


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for item in value.values():
                yield from _texts(item)
        case list():
            for item in value:
                yield from _texts(item)
