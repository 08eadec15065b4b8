"""Which rule should have an alert about what, from when to when, given what had arrived. The services are not asked."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from region.clock import Clock
from region.oracle_care import of_children
from region.oracle_stay import Finding, of_passes, of_stays
from region.places import SOURCES, at, midnight
from region.reports import in_effect
from region.telling import Life, Said

__all__ = ["JUDGED", "Expected", "expected"]

JUDGED = frozenset(["R01", "R02a", "R02b", "R03", "R11", "R14", "R15", "R17", "Q2"])
"""The rules of which the truth is known here."""

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
        closing = midnight(said.at.date()) + timedelta(hours=16)
        found |= {clock.after(closing), clock.after(closing + timedelta(days=1))}
    return sorted(moment for moment in found if moment is not None)


def _dates(said: Said) -> Iterator[date]:
    yield said.at.date()
    for value in (said.data or {}).values():
        if isinstance(value, str) and len(value) == 10 and value[4] == "-":
            yield date.fromisoformat(value)


def expected(lives: Mapping[str, Life], told: Sequence[Said], clock: Clock) -> list[Expected]:
    """Everything that should have come up, by what had arrived at each step."""
    mine = _by_life(told)
    found = [one for key, said in mine.items() for one in _of_life(lives[key], said, clock)]
    return found + list(_silent(told, clock))


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


def _of_life(life: Life, told: Sequence[Said], clock: Clock) -> Iterator[Expected]:
    live: dict[tuple[str, str], tuple[Finding, datetime]] = {}
    for now in _moments(told, clock):
        found = {(one.rule, one.thing): one for one in _findings(life, in_effect(told, now), now)}
        for key in [key for key in live if key not in found]:
            yield _ended(*live.pop(key), now, life.key)
        for key, one in found.items():
            begun = live[key][1] if key in live else now
            live[key] = (one, begun)
    for finding, begun in live.values():
        yield _ended(finding, begun, None, life.key)


def _findings(life: Life, known: Sequence[Said], now: datetime) -> Iterator[Finding]:
    if not known:
        return
    yield from of_stays(known, now)
    yield from of_passes(known, now)
    yield from of_children(known, life.human.born, now)


def _ended(finding: Finding, begun: datetime, ended: datetime | None, life: str) -> Expected:
    return Expected(finding.rule, finding.thing, finding.events, begun, ended, life)


def _silent(told: Sequence[Said], clock: Clock) -> Iterator[Expected]:
    """Q2: nothing for longer than the rhythm, and not closed."""
    for key, source in SOURCES.items():
        mine = (said for said in told if said.source == key and said.arrived and not said.sealed)
        closed_until, heard = clock.steps[0], sorted(mine, key=_arrival)
        for one, after in zip(heard, [*heard[1:], None], strict=True):
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
