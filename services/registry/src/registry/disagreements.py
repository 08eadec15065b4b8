"""What sources say of one person that cannot all be so, and what explains it. Pure.

A contradiction is open while nothing explains it. It is settled, and kept, when what explains it arrived after both
sides were known: a late entry, a find, a correction, a withdrawal, a human's decision. What was explained before
anyone could see a contradiction is none.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from contracts.findings import Contradiction, Side
from registry.lines import Line, day_of
from registry.said import evidence
from registry.sightings import places
from registry.stays import GRANTS
from registry.travel_papers import Key, key_of, spoken_of
from registry.withdrawn import withdrawn

__all__ = ["build_contradictions"]

ONE_EXIT = timedelta(hours=24)
SEEING = ("lodging", "check", "residence")
EXPLAINING = ("found", "returned", "replaced")


class _Pair(NamedTuple):
    """Two sides, and the events that would explain them."""

    kind: str
    says: tuple[str, str]
    left: list[Line]
    right: list[Line]
    explaining: list[Line]

    def lines(self) -> list[Line]:
        return [*self.left, *self.right]

    def known_at(self) -> datetime:
        """When both sides were first known."""
        return max(min(line.received_at for line in side) for side in (self.left, self.right))


@dataclass(frozen=True)
class _Judged:
    pair: _Pair
    explained_by: tuple[str, ...]


def build_contradictions(lines: Iterable[Line], counted: Sequence[Line]) -> tuple[Contradiction, ...]:
    """The contradictions of one person; `counted` are the lines that count, in order of time."""
    judged = [_Judged(pair, late) for pair in _pairs(counted) for late in _explained(pair.explaining, pair)]
    judged += _once_seen(lines, counted)
    found: dict[tuple[object, ...], list[_Judged]] = defaultdict(list)
    for one in judged:
        pair = one.pair
        found[(pair.kind, pair.says, evidence(pair.left), bool(one.explained_by))].append(one)
    made = [_contradiction(group) for group in found.values()]
    return tuple(sorted(made, key=lambda item: (item.sides[0].first_at, item.kind, item.sides[0].evidence)))


def _explained(explaining: Iterable[Line], pair: _Pair) -> list[tuple[str, ...]]:
    """Nothing where it was explained from the start; else what explained it later: once, and nothing while open."""
    found = list(explaining)
    if any(line.received_at <= pair.known_at() for line in found):
        return []
    return [evidence(found)]


def _once_seen(lines: Iterable[Line], counted: Sequence[Line]) -> Iterable[_Judged]:
    """Contradictions that went away when one of their sides was corrected, withdrawn or set aside."""
    before = withdrawn(lines, counted)
    if not before:
        return
    since = {item.first.key: item.since for item in before}
    replaced = {line.key for told in since.values() for line in told}
    as_told = [line for line in counted if line.key not in replaced] + [item.first for item in before]
    for pair in _pairs(sorted(as_told, key=lambda line: line.order)):
        ending = [line for side in pair.lines() for line in since.get(side.key, ())]
        for late in _explained([*pair.explaining, *ending], pair) if ending else ():
            yield _Judged(pair, late)


def _pairs(lines: Sequence[Line]) -> Iterable[_Pair]:
    yield from _of_exits(lines)
    yield from _of_permits(lines)
    yield from _of_documents(lines)


def _of_exits(lines: Sequence[Line]) -> Iterable[_Pair]:
    """Seen here after an exit, or gone twice, with no entry between."""
    departures, entered_on = _departures(lines)
    for before, after in pairwise(departures):
        yield _Pair("exits_without_entry", ("exit", "exit"), before.told, after.told, before.entries)
    last_at = [departure.told[-1].at for departure in departures]
    for line in lines if departures else ():
        latest = departures[max(0, bisect_left(last_at, line.at) - 1)]
        if line.kind in SEEING and places(line) and _after(latest.told[-1], line):
            entries = [entry for entry in latest.entries if entry.at <= line.at]
            same_day = [entry for entry in entered_on[day_of(line.at)] if entry not in entries]
            yield _Pair("present_after_exit", ("exit", line.kind), latest.told, [line], [*entries, *same_day])


class _Departure(NamedTuple):
    """All reports of one exit, and the entries after it, up to the next exit."""

    told: list[Line]
    entries: list[Line]


def _departures(lines: Iterable[Line]) -> tuple[list[_Departure], dict[date, list[Line]]]:
    departures: list[_Departure] = []
    entered_on: dict[date, list[Line]] = defaultdict(list)
    for line in lines:
        latest = departures[-1] if departures else None
        if _crossed(line, "entry"):
            entered_on[day_of(line.at)].append(line)
            if latest is not None:
                latest.entries.append(line)
        elif _crossed(line, "exit"):
            if latest is not None and not latest.entries and line.at - latest.told[0].at <= ONE_EXIT:
                latest.told.append(line)
            else:
                departures.append(_Departure([line], []))
    return departures, entered_on


def _crossed(line: Line, action: str) -> bool:
    return line.kind == "crossing" and line.action == action


def _after(gone: Line, seen: Line) -> bool:
    """Whether a sighting is after an exit. What was written by hand, or on leaving a house, says little of the hour."""
    if seen.action == "check_out" or {gone.channel, seen.channel} != {"system"}:
        return day_of(seen.at) > day_of(gone.at)
    return seen.at > gone.at


def _of_permits(lines: Iterable[Line]) -> Iterable[_Pair]:
    """A permit that was cancelled, and given or extended after that."""
    cancelled: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        number = line.data.get("permit_no") if line.kind == "permit" else None
        if number and line.action == "cancelled":
            cancelled[number].append(line)
        elif number and line.action in GRANTS and cancelled[number]:
            yield _Pair("extended_after_cancellation", ("cancelled", str(line.action)), cancelled[number], [line], [])


def _of_documents(lines: Sequence[Line]) -> Iterable[_Pair]:
    """A document that was reported lost or stolen, and shown after that, though nobody says that it was found."""
    missing: dict[Key, Line] = {}
    found: dict[Key, list[Line]] = defaultdict(list)
    for line in lines:
        about = spoken_of(line)
        if about is not None and (line.action in EXPLAINING or line.data.get("result") == "hit_cleared"):
            found[key_of(about)].append(line)
    for line in lines:
        about = spoken_of(line)
        if about is not None and line.action in ("lost", "stolen"):
            missing[key_of(about)] = line
        elif missing and _shows(line):
            for key in sorted(set(map(key_of, line.person.get("documents", []))) & missing.keys()):
                lost = missing[key]
                back = [event for event in found[key] if event.at > lost.at]
                yield _Pair("lost_document_shown", (str(lost.action), line.kind), [lost], [line], back)


def _shows(line: Line) -> bool:
    return line.kind == "crossing" or line.data.get("found", {}).get("documents_shown") == "seen"


def _contradiction(group: Sequence[_Judged]) -> Contradiction:
    first = group[0].pair
    sides = (_side(first.says[0], first.left), _side(first.says[1], [line for one in group for line in one.pair.right]))
    explained = tuple(dict.fromkeys(key for one in group for key in one.explained_by))
    return Contradiction(kind=first.kind, sides=sides, resolved=bool(explained), explained_by=explained)


def _side(says: str, lines: Sequence[Line]) -> Side:
    return Side(
        says=says,
        agencies=tuple(sorted({line.agency for line in lines})),
        first_at=min(line.at for line in lines),
        last_at=max(line.at for line in lines),
        evidence=evidence(lines),
    )
