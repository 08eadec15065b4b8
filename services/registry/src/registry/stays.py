"""Stays: presences in the country, made of crossings and permits. Pure; dates are WIB days."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter

from contracts.snapshots import Stay, StayKind
from registry.applications import Application, excused_until
from registry.lines import Line, day_of
from registry.permits import PermitTable

__all__ = ["Period", "build_stays"]

GRANTS = ("granted", "extended", "converted", "bridged")
PASSES = {"PLB", "PMS", "KILB"}


@dataclass
class _Draft:
    opened_on: date | None
    entries: list[Line] = field(default_factory=list)
    grants: list[Line] = field(default_factory=list)
    closed_on: date | None = None
    closed_by: str | None = None
    exits: list[Line] = field(default_factory=list)

    def covers(self, day: date) -> bool:
        return (self.opened_on is None or self.opened_on <= day) and (self.closed_on is None or day <= self.closed_on)

    def close(self, day: date, by: str) -> None:
        self.closed_on, self.closed_by = day, by


Period = tuple[date, date]
Cancelled = Mapping[str, Sequence[Line]]


def build_stays(
    lines: Sequence[Line], table: PermitTable, applications: Sequence[Application], impediments: Iterable[Period]
) -> tuple[Stay, ...]:
    """The stays of one person, in order of time. `lines` are in order of time and none is superseded.

    Two reports of one entry open one stay. A permit given before the entry belongs to the stay that the entry opens;
    a residence permit, or any extension, without a known entry opens a stay by itself (the first load has no entry).
    An entry while a stay is open ends the older stay: an exit was missed.
    """
    drafts = _from_crossings([line for line in lines if line.kind == "crossing"])
    cancelled = _cancelled(lines)
    for line in lines:
        if line.kind == "permit" and line.action in GRANTS:
            _attach(drafts, line, table, applications)
    _close_without_entry(drafts, lines)
    periods = list(impediments)
    places = [(day_of(line.at), line.village) for line in lines if line.village]
    return tuple(
        _with_place(_stay(draft, table, cancelled, applications, periods), draft, places)
        for draft in sorted(drafts, key=_start)
    )


def _from_crossings(crossings: Iterable[Line]) -> list[_Draft]:
    drafts: list[_Draft] = []
    for line in _in_turn(crossings):
        latest = drafts[-1] if drafts else None
        still_open = latest is not None and latest.closed_on is None
        day = day_of(line.at)
        if line.action == "entry":
            if latest is not None and still_open and latest.opened_on == day:
                latest.entries.append(line)
                continue
            if latest is not None and still_open:
                latest.close(day, "later_entry")
            drafts.append(_Draft(opened_on=day, entries=[line]))
        elif line.action == "exit" and latest is not None and still_open:
            latest.close(day, "exit")
            latest.exits.append(line)
    return drafts


def _in_turn(crossings: Iterable[Line]) -> Iterator[Line]:
    """In order of time. Where only the day is known, as they follow each other: nobody goes who has not come."""
    inside = False
    for _, today in groupby(crossings, key=lambda line: day_of(line.at)):
        first = "exit" if inside else "entry"
        for line in sorted(today, key=lambda line: 0 if not line.by_day else -1 if line.action == first else 1):
            inside = line.action == "entry" or (inside and line.action != "exit")
            yield line


def _attach(drafts: list[_Draft], grant: Line, table: PermitTable, applications: Sequence[Application]) -> None:
    day = date.fromisoformat(grant.data["issued_on"])
    last = date.fromisoformat(grant.data["valid_until"])
    here = [draft for draft in drafts if draft.covers(day) and draft.opened_on is not None]
    ahead = [draft for draft in drafts if draft.opened_on is not None and day < draft.opened_on <= last]
    alone = [draft for draft in drafts if draft.opened_on is None and draft.covers(day)]
    # Decided after the person left: it belongs to the stay in which it was applied for.
    asked = [item.applied_on for item in applications if grant.key in item.evidence]
    before = [draft for draft in drafts if draft.closed_by == "exit" and any(map(draft.covers, asked))]
    if found := [*here[-1:], *ahead[:1], *alone[-1:], *before[-1:]]:
        found[0].grants.append(grant)
    elif grant.action != "granted" or table.kind(grant.data["kind"]).family in ("limited", "permanent"):
        drafts.append(_Draft(opened_on=None, grants=[grant]))


def _close_without_entry(drafts: list[_Draft], lines: Sequence[Line]) -> None:
    for draft in drafts:
        if draft.opened_on is not None:
            continue
        began = date.fromisoformat(draft.grants[0].data["issued_on"])
        for line in lines:
            if line.kind == "crossing" and draft.closed_on is None and day_of(line.at) >= began:
                if line.action == "exit":
                    draft.close(day_of(line.at), "exit")
                    draft.exits.append(line)
                elif line.action == "entry":
                    draft.close(day_of(line.at), "later_entry")


def _cancelled(lines: Iterable[Line]) -> Cancelled:
    found: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        if line.kind == "permit" and line.action == "cancelled":
            found[line.data["permit_no"]].append(line)
    return found


def _cut(grant: Line, cancelled: Cancelled) -> date | None:
    # What was given after a cancellation stands: that the two contradict each other is told on its own.
    days = [
        line.data["effective_on"] for line in cancelled.get(grant.data["permit_no"], ()) if line.order > grant.order
    ]
    return date.fromisoformat(min(days)) if days else None


def _stay(
    draft: _Draft,
    table: PermitTable,
    cancelled: Cancelled,
    applications: Sequence[Application],
    impediments: Sequence[Period],
) -> Stay:
    opening = sorted([*draft.entries, *draft.grants], key=lambda line: line.order)
    kind = _permit_kind(draft)
    border_pass = _on_border_pass(draft)
    ends, basis = (None, "none") if border_pass else _ends(draft, table, cancelled)
    mine = [item for item in applications if draft.covers(item.applied_on)]
    excused = excused_until(ends, mine, impediments) if ends else None
    return Stay(
        keys=tuple(line.key for line in opening),
        opened_on=draft.opened_on,
        opened_by="entry" if draft.entries else "permit",
        post=draft.entries[0].data.get("post") if draft.entries else None,
        border_pass=border_pass,
        permit_kind=kind,
        permit_family="border_pass" if border_pass else table.kind(kind).family,
        work_allowed=table.kind("PLB" if border_pass else kind).work_allowed,
        kinds=() if border_pass else _kinds(draft, table),
        ends=ends,
        ends_basis=basis,
        excused_until=excused if excused != ends else None,
        application_pending=any(item.pending(excused) for item in mine) if excused else False,
        extended=any(line.action != "granted" for line in draft.grants),
        closed_on=draft.closed_on,
        closed_by=draft.closed_by,
        evidence=tuple(line.key for line in [*opening, *draft.exits]),
    )


def _permit_kind(draft: _Draft) -> str | None:
    return _code([*draft.entries[-1:], *draft.grants[-1:]][-1])


def _code(line: Line) -> str | None:
    return line.data.get("permit_kind") or line.data.get("kind")


def _kinds(draft: _Draft, table: PermitTable) -> tuple[StayKind, ...]:
    """What was allowed on a day is not what is allowed today: a visit may become a stay for work, or the other way."""
    told = [*draft.entries[-1:], *draft.grants]
    if len({_code(line) for line in told}) < 2:
        return ()
    kinds = [
        (line.data.get("valid_from") if line.kind == "permit" else draft.opened_on, table.kind(_code(line)))
        for line in told
    ]
    return tuple(StayKind(since=since, family=kind.family, work_allowed=kind.work_allowed) for since, kind in kinds)


def _on_border_pass(draft: _Draft) -> bool:
    if draft.grants:
        return False
    for entry in draft.entries:
        kinds = {document["kind"] for document in entry.person.get("documents", [])}
        if str(entry.data.get("permit_kind", "")).upper() not in PASSES and kinds != {"plb"}:
            return False
    return bool(draft.entries)


def _ends(draft: _Draft, table: PermitTable, cancelled: Cancelled) -> tuple[date | None, str]:
    """The last permitted day. What is printed wins over what is computed; of several, the latest (lenient) counts."""
    printed = [date.fromisoformat(line.data["valid_until"]) for line in draft.entries if line.data.get("valid_until")]
    basis = "printed"
    for grant in draft.grants:
        end = date.fromisoformat(grant.data["valid_until"])
        cut = _cut(grant, cancelled) or end
        basis = "cancelled" if cut < end else basis
        printed.append(min(end, cut))
    if printed:
        return max(printed), basis
    days = table.kind(_permit_kind(draft)).first_days
    if draft.opened_on is None or days is None:
        return None, "none"
    # The day of arrival is day 1.
    return draft.opened_on + timedelta(days=days - 1), "computed"


def _with_place(stay: Stay, draft: _Draft, places: Sequence[tuple[date, str]]) -> Stay:
    """The stay with the last village that was reported in it; `places` are in order of time."""
    last = bisect_right(places, draft.closed_on or date.max, key=itemgetter(0)) - 1
    if last < 0 or not draft.covers(places[last][0]):
        return stay
    return stay.model_copy(update={"village": places[last][1]})


def _start(draft: _Draft) -> tuple[date, str]:
    opening = [*draft.entries, *draft.grants]
    first = min(opening, key=lambda line: line.order)
    return (draft.opened_on or day_of(first.at), first.key)
