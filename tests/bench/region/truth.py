"""Which rule should have an alert about what, from when to when, given what had arrived. The services are not asked."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial

from region.clock import Clock
from region.oracle_care import of_children, of_matters, of_patrols
from region.oracle_checks import of_checks
from region.oracle_itas import of_itas
from region.oracle_papers import of_approvals, of_documents, of_listings, of_permits
from region.oracle_stay import Finding, of_passes, of_stays
from region.parties import Parties
from region.places import SOURCES, at, midnight
from region.reports import in_effect
from region.telling import Life, Said

__all__ = ["JUDGED", "Expected", "expected"]

JUDGED = frozenset(
    {*(f"R{number:02}" for number in range(1, 26)), "R02a", "R02b", "R21a", "R21b", "Q2"} - {"R02", "R21"}
)
"""The rules of which the truth is known here. Q1 is counted by itself, and Q3 needs the gateway's accounts."""

DATE = re.compile(r"\d{4}-\d\d-\d\d")
# Days after a date that an event names on which something may begin or end.
OFFSETS = (-14, -7, -3, 0, 1, 2, 3, 14, 15, 30, 31, 33, 34, 60, 61, 180, 181)


@dataclass(frozen=True)
class Expected:
    """An alert that should be there from one step to another, or still at the end; what it is about."""

    rule: str
    thing: str
    events: frozenset[str]
    begins: datetime
    ends: datetime | None
    life: str


def _moments(told: Iterable[Said], clock: Clock) -> list[datetime]:
    """The steps at which something may change for one life."""
    found: set[datetime | None] = set()
    for said in told:
        found.add(said.arrived)
        for day in _dates(said):
            found |= {clock.after(midnight(day) + timedelta(days=number)) for number in OFFSETS}
        found |= {clock.after(moment) for moment in _times(said)}
        closing = midnight(said.at.date()) + timedelta(hours=16)
        found |= {clock.after(closing), clock.after(closing + timedelta(days=1))}
    return sorted(moment for moment in found if moment is not None)


def _dates(said: Said) -> Iterator[date]:
    yield said.at.date()
    for value in (said.data or {}).values():
        if isinstance(value, str) and DATE.fullmatch(value):
            yield date.fromisoformat(value)


def _times(said: Said) -> Iterator[datetime]:
    for value in (said.data or {}).values():
        if isinstance(value, str) and len(value) > 18 and value[10:11] == "T":
            yield datetime.fromisoformat(value)


def expected(lives: Mapping[str, Life], told: Sequence[Said], clock: Clock) -> list[Expected]:
    """Everything that should have come up, by what had arrived at each step."""
    parties = Parties(told)
    found = [
        one
        for key, said in _by_life(told).items()
        for one in _watched(said, partial(_of_person, lives[key], parties, said), clock, key)
    ]
    for mine, rules in parties.judged():
        found += _watched(mine, rules, clock, next((one.about[0] for one in mine if one.about), "-"))
    return [*_together(found), *_of_desk(told), *_silent(told, clock)]


def _together(found: Sequence[Expected]) -> Iterator[Expected]:
    """One lodging is asked about all its guests at once."""
    houses: dict[str, list[Expected]] = {}
    for one in sorted(found, key=lambda one: one.begins):
        if one.rule != "R04":
            yield one
            continue
        mine = houses.setdefault(one.thing, [])
        before = mine[-1] if mine else None
        if before and (before.ends is None or one.begins <= before.ends):
            ends = max(before.ends, one.ends) if before.ends and one.ends else None
            mine[-1] = replace(before, ends=ends, events=before.events | one.events)
        else:
            mine.append(one)
    yield from (one for mine in houses.values() for one in mine)


def _by_life(told: Iterable[Said]) -> dict[str, list[Said]]:
    found: dict[str, list[Said]] = {}
    for said in told:
        for number, key in enumerate(said.about):
            if said.arrived is not None:
                found.setdefault(key, []).append(_narrowed(said, number))
    return found


def _narrowed(said: Said, number: int) -> Said:
    """Of a check, what it says of this one alone."""
    if said.kind != "check" or not said.data or len(said.data["persons"]) < 2:
        return said
    return replace(said, data={**said.data, "persons": [said.data["persons"][number]]})


Rules = Callable[[Sequence[Said], datetime], Iterable[Finding]]


def _watched(told: Sequence[Said], rules: Rules, clock: Clock, life: str) -> Iterator[Expected]:
    """What these rules say of these events, from step to step."""
    live: dict[tuple[str, str], tuple[Finding, datetime]] = {}
    for now in _moments(told, clock):
        known = in_effect(told, now)
        found = {(one.rule, one.thing): one for one in (rules(known, now) if known else ())}
        for key in [key for key in live if key not in found]:
            yield _ended(*live.pop(key), now, life)
        for key, one in found.items():
            begun = live[key][1] if key in live else now
            live[key] = (one, begun)
    for finding, begun in live.values():
        yield _ended(finding, begun, None, life)


def _of_person(
    life: Life, parties: Parties, told: Sequence[Said], known: Sequence[Said], now: datetime
) -> Iterator[Finding]:
    yield from of_stays(known, now)
    yield from of_itas(known, now)
    yield from of_passes(known, now)
    yield from of_children(known, life.human.born, now)
    yield from of_checks(known, now)
    yield from of_permits(known, in_effect(parties.checks_for(told), now), now)
    yield from of_approvals(known, now)
    yield from of_documents(known)
    yield from of_listings(known, now)


def _of_desk(told: Sequence[Said]) -> Iterator[Expected]:
    """What stays at the protection desk until somebody there lets go of it."""
    deposits = {one.about: one.at for one in told if one.kind == "document" and one.action == "deposited"}
    for said in told:
        if said.kind == "protection":
            findings = of_matters(said, said.about in deposits and deposits[said.about] <= said.at)
        elif said.kind == "check":
            findings = of_patrols(said)
        else:
            continue
        yield from (_ended(one, _arrival(said), None, said.about[0] if said.about else "-") for one in findings)


def _ended(finding: Finding, begun: datetime, ended: datetime | None, life: str) -> Expected:
    return Expected(finding.rule, finding.thing, finding.events, begun, ended, life)


def _silent(told: Sequence[Said], clock: Clock) -> Iterator[Expected]:
    """Q2: nothing for longer than the rhythm, and not closed."""
    for key, source in SOURCES.items():
        mine = (said for said in told if said.source == key and said.arrived and not said.sealed)
        closed_until, heard = clock.steps[0], sorted(mine, key=_arrival)
        for one, after in zip(heard, [*heard[1:], None], strict=False):
            closed_until = max(closed_until, _closed(one))
            begins = clock.after(max(_arrival(one) + timedelta(hours=source.rhythm_hours), closed_until))
            until = after.arrived if after else None
            if begins and (until is None or begins < until):
                yield Expected("Q2", key, frozenset({key}), begins, until, key)


def _arrival(said: Said) -> datetime:
    assert said.arrived is not None
    return said.arrived


def _closed(said: Said) -> datetime:
    told = (said.data or {}).get("closed_until")
    return datetime.fromisoformat(told) if told else at(0)
