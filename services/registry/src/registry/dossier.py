"""The fold: the lines of one person become a dossier. Pure; the order of arrival does not matter."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from contracts.persons import OF_AGE
from contracts.snapshots import PersonChanged, PersonEntry
from registry.applications import build_applications
from registry.chains import decisions, effective
from registry.corrected import build_corrections
from registry.disagreements import build_contradictions
from registry.employments import build_work
from registry.identity import Contradiction, contradictions, display_name
from registry.lines import Line, day_of
from registry.matching.profile import STAND_INS
from registry.papers import (
    build_absences,
    build_certificates,
    build_impediments,
    build_listings,
    build_permits,
    build_residences,
)
from registry.permits import PermitTable
from registry.said import evidence
from registry.sightings import build_checks, build_crossings, build_lodgings, build_lookups, build_presences
from registry.stays import build_stays
from registry.travel_papers import Key, build_documents, key_of

__all__ = ["Dossier", "Stated", "fold"]


@dataclass(frozen=True)
class Stated:
    """A value and the events that state it."""

    value: Any
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Dossier:
    """What is known of one person. Everything but `history` stays in the registry; `history` goes out.

    `lines` are those that count; the last thing `told`, whether it counts or not, was of that day.
    """

    names: tuple[Stated, ...]
    documents: tuple[Stated, ...]
    birth_dates: tuple[Stated, ...]
    citizenships: tuple[Stated, ...]
    sexes: tuple[Stated, ...]
    contradictions: tuple[Contradiction, ...]
    history: PersonChanged
    lines: tuple[Line, ...]
    decisions: Mapping[str, str]
    told: date | None = None

    @property
    def counted(self) -> tuple[str, ...]:
        """The events that count, in order of time."""
        return tuple(line.key for line in self.lines)

    @property
    def name(self) -> str | None:
        """The name to show: the one stated last."""
        return self.names[-1].value if self.names else None

    @property
    def contested(self) -> bool:
        """Whether an event is contested on this person's behalf: nothing rests on it until a human has decided."""
        return "contested" in self.decisions.values()


def fold(lines: Iterable[Line], table: PermitTable, *, person: str, version: int) -> Dossier:
    """The dossier of the person whose lines these are, in any order, with any repetition."""
    told = list(lines)
    # One event may say two things of one person: by what it says, not by which came first.
    counted = sorted(effective(told), key=lambda line: (*line.order, line.path))
    return Dossier(
        names=_stated((display_name(line.person.get("name")), line) for line in counted),
        documents=_documents(counted),
        birth_dates=_stated((line.person.get("birth_date"), line) for line in counted),
        citizenships=_stated((line.person.get("citizenship"), line) for line in counted),
        sexes=_stated((line.person.get("sex"), line) for line in counted),
        contradictions=tuple(contradictions(counted)),
        history=_history(told, counted, table, (person, version)),
        lines=tuple(counted),
        decisions=decisions(told),
        told=max((day_of(line.at) for line in told), default=None),
    )


def _history(told: Iterable[Line], lines: Sequence[Line], table: PermitTable, named: tuple[str, int]) -> PersonChanged:
    impediments = build_impediments(lines)
    applications = build_applications(lines)
    return PersonChanged(
        person=named[0],
        version=named[1],
        adult_on=_adult_on(lines),
        citizenship=next(
            (line.person["citizenship"] for line in reversed(lines) if "citizenship" in line.person), None
        ),
        stays=build_stays(lines, table, applications, [(item.starts, item.until) for item in impediments]),
        permits=tuple(build_permits(lines, table)),
        lodgings=tuple(build_lodgings(lines)),
        impediments=impediments,
        presences=tuple(build_presences(lines)),
        lookups=tuple(build_lookups(lines)),
        entries=tuple(_entry(line) for line in lines if line.kind != "decision"),
        crossings=tuple(build_crossings(lines)),
        applications=tuple(item.stated() for item in applications),
        residences=build_residences(lines),
        absences=tuple(build_absences(lines)),
        certificates=build_certificates(lines),
        work=build_work(lines),
        checks=tuple(build_checks(lines)),
        documents=build_documents(lines),
        listings=build_listings(lines),
        contradictions=build_contradictions(told, lines),
        corrections=build_corrections(told, lines),
    )


def _stated(claims: Iterable[tuple[Any, Line]]) -> tuple[Stated, ...]:
    found: dict[Any, list[Line]] = {}
    for value, line in claims:
        if value:
            # Moved to the end: the value stated last comes last.
            found[value] = found.pop(value, [])
            found[value].append(line)
    return tuple(Stated(value, evidence(lines)) for value, lines in found.items())


def _documents(lines: Sequence[Line]) -> tuple[Stated, ...]:
    found: dict[Key, tuple[dict[str, Any], list[Line]]] = {}
    for line in lines:
        for document in line.person.get("documents", []):
            value, named = found.setdefault(key_of(document), ({}, []))
            value.update(document)
            named.append(line)
    return tuple(Stated(value, evidence(named)) for value, named in found.values())


def _adult_on(lines: Sequence[Line]) -> date | None:
    full = [line.person["birth_date"] for line in lines if len(line.person.get("birth_date", "")) == len("YYYY-MM-DD")]
    if not full:
        return None
    # A day that stands for an unknown one gives way to a day that somebody knew.
    born = date.fromisoformat(([one for one in full if not one.endswith(STAND_INS)] or full)[-1])
    # Born on 29 February: of age on 1 March.
    leap = (born.month, born.day) == (2, 29) and (born.year + OF_AGE) % 4 != 0
    return date(born.year + OF_AGE, 3, 1) if leap else born.replace(year=born.year + OF_AGE)


def _entry(line: Line) -> PersonEntry:
    return PersonEntry(kind=line.kind, action=line.action, at=line.at, village=line.village, evidence=(line.key,))
