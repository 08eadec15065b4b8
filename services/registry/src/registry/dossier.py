"""The fold: the lines of one person become a dossier. Pure; the order of arrival does not matter."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from contracts.snapshots import Impediment, Lodging, Lookup, Permit, PersonChanged, PersonEntry, Presence
from registry.applications import build_applications
from registry.chains import effective
from registry.identity import Contradiction, contradictions, display_name, normal_number
from registry.lines import Line
from registry.permits import PermitTable
from registry.stays import GRANTS, build_stays

__all__ = ["Dossier", "Stated", "fold"]

OF_AGE = 18


@dataclass(frozen=True)
class Stated:
    """A value and the events that state it."""

    value: Any
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Dossier:
    """What is known of one person. Everything but `history` stays in the registry; `history` goes out."""

    names: tuple[Stated, ...]
    documents: tuple[Stated, ...]
    birth_dates: tuple[Stated, ...]
    citizenships: tuple[Stated, ...]
    sexes: tuple[Stated, ...]
    contradictions: tuple[Contradiction, ...]
    history: PersonChanged
    counted: tuple[str, ...]

    @property
    def name(self) -> str | None:
        """The name to show: the one stated last."""
        return self.names[-1].value if self.names else None

    @property
    def contested(self) -> bool:
        """Whether a human should look at who this is before anything rests on it."""
        return any(not item.resolved for item in self.contradictions)


def fold(lines: Iterable[Line], table: PermitTable, *, person: str, version: int) -> Dossier:
    """The dossier of the person whose lines these are, in any order, with any repetition."""
    counted = effective(lines)
    return Dossier(
        names=_stated((display_name(line.person.get("name")), line) for line in counted),
        documents=_documents(counted),
        birth_dates=_stated((line.person.get("birth_date"), line) for line in counted),
        citizenships=_stated((line.person.get("citizenship"), line) for line in counted),
        sexes=_stated((line.person.get("sex"), line) for line in counted),
        contradictions=tuple(contradictions(counted)),
        history=_history(counted, table, person, version),
        counted=tuple(line.key for line in counted),
    )


def _history(lines: Sequence[Line], table: PermitTable, person: str, version: int) -> PersonChanged:
    impediments = _impediments(lines)
    return PersonChanged(
        person=person,
        version=version,
        adult_on=_adult_on(lines),
        citizenship=next(
            (line.person["citizenship"] for line in reversed(lines) if "citizenship" in line.person), None
        ),
        stays=build_stays(lines, table, build_applications(lines), [(item.starts, item.until) for item in impediments]),
        permits=_permits(lines, table),
        lodgings=_lodgings(lines),
        impediments=impediments,
        presences=tuple(_presences(lines)),
        lookups=tuple(_lookups(lines)),
        entries=tuple(_entry(line) for line in lines if line.kind != "decision"),
    )


def _stated(claims: Iterable[tuple[Any, Line]]) -> tuple[Stated, ...]:
    found: dict[Any, tuple[str, ...]] = {}
    for value, line in claims:
        if value:
            # Moved to the end: the value stated last comes last.
            found[value] = (*found.pop(value, ()), line.key)
    return tuple(Stated(value, evidence) for value, evidence in found.items())


def _documents(lines: Sequence[Line]) -> tuple[Stated, ...]:
    found: dict[tuple[str, str, str], Stated] = {}
    for line in lines:
        for document in line.person.get("documents", []):
            key = (document["kind"], document["issuer"], normal_number(document["number"]))
            before = found.get(key)
            value = {**(before.value if before else {}), **document}
            found[key] = Stated(value, (*(before.evidence if before else ()), line.key))
    return tuple(found.values())


def _adult_on(lines: Sequence[Line]) -> date | None:
    full = [line.person["birth_date"] for line in lines if len(line.person.get("birth_date", "")) == len("YYYY-MM-DD")]
    if not full:
        return None
    born = date.fromisoformat(full[-1])
    # Born on 29 February: of age on 1 March.
    leap = (born.month, born.day) == (2, 29) and (born.year + OF_AGE) % 4 != 0
    return date(born.year + OF_AGE, 3, 1) if leap else born.replace(year=born.year + OF_AGE)


def _permits(lines: Sequence[Line], table: PermitTable) -> tuple[Permit, ...]:
    found: dict[str, Permit] = {}
    for line in lines:
        number = line.data.get("permit_no")
        if line.kind == "permit" and number:
            found[number] = _permit_after(found.get(number), line, table)
    return tuple(found.values())


def _permit_after(before: Permit | None, line: Line, table: PermitTable) -> Permit:
    kind = table.kind(line.data["kind"])
    start = before or Permit(
        ref=line.key, kind=line.data["kind"], family=kind.family, work_allowed=kind.work_allowed, status="valid"
    )
    change: dict[str, Any] = {"evidence": (*start.evidence, line.key)}
    if line.action in GRANTS:
        change |= {"valid_from": line.data["valid_from"], "valid_until": line.data["valid_until"]}
    if line.action == "cancelled":
        change |= {"status": "cancelled", "valid_until": line.data["effective_on"]}
    if sponsor := line.parties.get("sponsor"):
        change["sponsor"] = None if line.action == "sponsor_withdrew" else sponsor
    if line.village:
        change["village"] = line.village
    return Permit.model_validate({**start.model_dump(), **change})


def _lodgings(lines: Sequence[Line]) -> tuple[Lodging, ...]:
    found: dict[tuple[str | None, str], dict[str, Any]] = {}
    for line in lines:
        if line.kind != "lodging" or line.action not in ("check_in", "check_out"):
            continue
        stay = found.setdefault(
            (line.parties.get("establishment"), line.data["stay_ref"]),
            {"ref": line.key, "establishment": line.parties.get("establishment"), "evidence": ()},
        )
        stay |= {name: line.data[name] for name in _LODGING_FIELDS if name in line.data}
        stay |= {"village": line.village, "evidence": (*stay["evidence"], line.key)}
    return tuple(Lodging.model_validate(stay) for stay in found.values())


_LODGING_FIELDS = ("check_in_at", "check_out_at", "planned_out", "reported_at")


def _impediments(lines: Sequence[Line]) -> tuple[Impediment, ...]:
    return tuple(
        Impediment(
            kind=line.data["kind"],
            starts=line.data["from"],
            until=line.data.get("until") or line.data["review_by"],
            evidence=(line.key,),
        )
        for line in lines
        if line.kind == "impediment"
    )


def _presences(lines: Sequence[Line]) -> Iterable[Presence]:
    """What places the person here. A community report never does (G10), nor does an absence from home."""
    for line in lines:
        places = (
            (line.kind == "lodging" and line.action in ("check_in", "check_out"))
            or (line.kind == "check" and line.data["basis"] != "community_report")
            or (line.kind == "residence" and line.action not in ("temporary_absence", "sktt_ended"))
            or (line.kind == "work" and line.action in ("approved", "extended", "amended"))
        )
        if places:
            yield Presence(kind=line.kind, at=line.at, village=line.village, evidence=(line.key,))


def _lookups(lines: Sequence[Line]) -> Iterable[Lookup]:
    for line in lines:
        if line.kind == "document" and line.data.get("check") == "national_movement":
            yield Lookup(
                looked_for=line.data["looked_for"], result=line.data["result"], at=line.at, evidence=(line.key,)
            )


def _entry(line: Line) -> PersonEntry:
    return PersonEntry(kind=line.kind, action=line.action, at=line.at, village=line.village, evidence=(line.key,))
