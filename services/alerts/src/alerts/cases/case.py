"""A case as it stands, and how its next revision comes about: with a line of history, before and after. Pure."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Literal, Self

from alerts.cases.papers import Assessment, Attachment, Remark
from alerts.cases.record import By, Record
from alerts.cases.tasks import OPEN, Task
from contracts.case_terms import Group, Outcome
from contracts.casework import OpenCase

__all__ = ["LEVELS", "Case", "Change", "Closing", "Entry", "Escalation", "Level", "Offered", "Part", "opened"]

Level = Literal["officer", "head", "province"]
LEVELS: tuple[Level, ...] = ("officer", "head", "province")
ITEMS = ("tasks", "notes", "assessments", "attachments")


class Part(Record):
    """What one case brought along: after a merge the survivor has several, and a case that is given back takes its own.

    `severity` is that of its most urgent alert when it was opened or one was pinned.
    """

    id: str
    severity: int
    groups: tuple[Group, ...] = ()
    pinned: tuple[str, ...] = ()
    tasks: tuple[Task, ...] = ()
    notes: tuple[Remark, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    attachments: tuple[Attachment, ...] = ()


class Offered(Record):
    """A hand-over that waits for an answer."""

    agency: str
    reason: str
    by: str
    at: datetime


class Closing(Record):
    """How it ended."""

    outcome: Outcome
    reason: str
    by: str
    at: datetime


class Escalation(Record):
    """A limit that passed, and who had to be told of it."""

    clock: Literal["take_up", "close"]
    level: Level
    due: datetime


class Change(Record):
    """One value, before and after."""

    name: str
    before: Any
    after: Any


class Entry(Record):
    """One line of history. `by` is empty for what the system did."""

    revision: int
    at: datetime
    what: str
    by: str
    agency: str
    changed: tuple[Change, ...] = ()
    reason: str | None = None


class Case(Record):
    """One case. `waiting_since` and `running_since` are when its two clocks began; `parts` has its own part first.

    `erased_at` is the revision at which its words were erased.
    """

    id: str
    revision: int
    state: Literal["open", "closed", "merged"]
    agency: str
    officer: str | None
    parts: tuple[Part, ...]
    opened_by: str
    opened_at: datetime
    updated_at: datetime
    waiting_since: datetime
    running_since: datetime
    taken_up_at: datetime | None = None
    offered: Offered | None = None
    closing: Closing | None = None
    merged_into: str | None = None
    erased_at: int = 0
    escalated: tuple[Escalation, ...] = ()
    history: tuple[Entry, ...] = ()

    @property
    def severity(self) -> int:
        """The most urgent of its parts."""
        return max(part.severity for part in self.parts)

    @property
    def level(self) -> Level:
        """Up to whom it has risen."""
        return max((one.level for one in self.escalated), key=LEVELS.index, default="officer")

    @property
    def bare(self) -> bool:
        """Whether nothing was written on it since its words were erased."""
        return self.erased_at == self.revision

    @property
    def groups(self) -> tuple[Group, ...]:
        return tuple(dict.fromkeys(group for part in self.parts for group in part.groups))

    @property
    def pinned(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(id for part in self.parts for id in part.pinned))

    @property
    def tasks(self) -> tuple[Task, ...]:
        return tuple(task for part in self.parts for task in part.tasks)

    @property
    def assessments(self) -> tuple[Assessment, ...]:
        return tuple(one for part in self.parts for one in part.assessments)

    @property
    def tasked(self) -> frozenset[str]:
        """Agencies with a task that is not over."""
        return frozenset(task.agency for task in self.tasks if task.state in OPEN)

    @property
    def concerned(self) -> frozenset[str]:
        """Agencies that may see it."""
        tasked = self.tasked if self.state != "merged" else frozenset()
        return frozenset({self.agency}) | tasked | ({self.offered.agency} if self.offered else set())

    def became(self, what: str, by: By, **changes: Any) -> Self:
        """The next revision, with what is different in its history."""
        after = self.model_copy(update=changes)
        revision = self.revision + 1
        different = tuple(_different(_flat(self) if self.revision else {}, _flat(after)))
        entry = Entry(revision=revision, at=by.at, what=what, by=by.name, agency=by.agency, changed=different)
        return after.model_copy(update={"revision": revision, "updated_at": by.at, "history": (*self.history, entry)})

    def told(self, reason: str) -> Self:
        """The same, with the reason in the last line of its history."""
        last = self.history[-1].model_copy(update={"reason": reason})
        return self.model_copy(update={"history": (*self.history[:-1], last)})

    def own(self, **changes: Any) -> tuple[Part, ...]:
        """The parts, with these changes to its own one."""
        return (self.parts[0].model_copy(update=changes), *self.parts[1:])

    def added(self, field: str, item: Record) -> tuple[Part, ...]:
        """The parts, with one more task or paper in its own one."""
        return self.own(**{field: (*getattr(self.parts[0], field), item)})


def opened(id: str, wanted: OpenCase, severity: int, by: By) -> Case:
    """A new case of the agency that opens it."""
    part = Part(id=id, severity=severity, groups=wanted.groups, pinned=wanted.pinned)
    blank = Case(
        id=id,
        revision=0,
        state="open",
        agency=by.agency,
        officer=wanted.officer,
        parts=(part,),
        opened_by=by.name,
        opened_at=by.at,
        updated_at=by.at,
        waiting_since=by.at,
        running_since=by.at,
    )
    return blank.became("opened", by)


def _flat(case: Case) -> Mapping[str, Any]:
    """What history tells of, by name. Texts of notes are not written twice."""
    told: dict[str, Any] = {
        "state": case.state,
        "agency": case.agency,
        "officer": case.officer,
        "level": case.level,
        "severity": case.severity,
        "taken_up_at": case.taken_up_at,
        "merged_into": case.merged_into,
        "groups": sorted(f"{group.kind}:{group.id}" for group in case.groups),
        "pinned": sorted(case.pinned),
        "offered": case.offered and case.offered.agency,
        "outcome": case.closing and case.closing.outcome,
        "parts": [part.id for part in case.parts],
    }
    return told | dict(_items(case))


def _items(case: Case) -> Iterator[tuple[str, Any]]:
    for part in case.parts:
        for task in part.tasks:
            whole = task.model_dump(mode="json", exclude={"id", "kind"})
            yield f"task {task.id}", task.kind
            yield from ((f"task {task.id} {name}", value) for name, value in whole.items())
        for field in ITEMS[1:]:
            yield from ((f"{field} {item.id}", item.by) for item in getattr(part, field))


def _different(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for name in [*before, *(name for name in after if name not in before)]:
        if before.get(name) != after.get(name):
            yield Change(name=name, before=before.get(name), after=after.get(name))
