"""Tasks of a case, and what each kind needs before it may begin. Pure."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from alerts.asks import Action
from alerts.cases.record import By, CaseRefused, Record
from alerts.facts import WIB
from contracts.case_terms import Basis, Conference, TaskKind
from contracts.casework import Amend, Cancel, Finish, Plan

__all__ = ["NOBODY", "OPEN", "Asked", "Task", "amended", "begun", "cancelled", "finished", "planned"]

TaskState = Literal["planned", "begun", "done", "cancelled"]
OPEN = frozenset({"planned", "begun"})


class Task(Record):
    """Something to be done by an agency until a date. `closed_by` did it or gave it up, `result` says what or why.

    `persons` are those whom it was done about, each asked for before; none where nobody noted that.
    """

    id: str
    kind: TaskKind
    what: str
    agency: str
    officer: str | None
    due: datetime
    action: Action
    basis: Basis | None
    conference: Conference | None
    state: TaskState = "planned"
    begun_by: str | None = None
    result: str | None = None
    closed_by: str | None = None
    closed_at: datetime | None = None
    persons: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Asked:
    """Whom a step on a task is about, and of whom nobody was told to proceed."""

    persons: tuple[str, ...] | None = None
    unanswered: Collection[str] = ()


NOBODY = Asked()


def planned(id: str, step: Plan, holder: str) -> Task:
    told = step.model_dump(exclude={"step", "agency", "basis", "conference"})
    return Task(id=id, agency=step.agency or holder, basis=step.basis, conference=step.conference, **told)


def amended(task: Task, step: Amend) -> Task:
    """Raises CaseRefused where it is over."""
    _in(task, OPEN)
    given = {name: value for name in ("due", "officer", "basis", "conference") if (value := getattr(step, name))}
    return task.model_copy(update=given)


def begun(task: Task, by: By, unanswered: Collection[str]) -> Task:
    """Raises CaseRefused for what it needs and has not."""
    _in(task, {"planned"})
    _allowed(task, by, unanswered)
    return task.model_copy(update={"state": "begun", "begun_by": by.name})


def finished(task: Task, step: Finish, by: By, asked: Asked) -> Task:
    """Raises CaseRefused also where what it needs was there at the beginning and is no longer."""
    _in(task, {"begun"} if task.kind in _NEEDS else OPEN)
    _allowed(task, by, asked.unanswered)
    if task.kind == "field_check" and task.basis is not None and task.basis.order_no is None:
        raise CaseRefused("order_must_follow")
    return task.model_copy(update={**_over("done", step.result, by), "persons": asked.persons})


def cancelled(task: Task, step: Cancel, by: By) -> Task:
    _in(task, OPEN)
    return task.model_copy(update=_over("cancelled", step.reason, by))


def _over(state: TaskState, result: str, by: By) -> dict[str, object]:
    return {"state": state, "result": result, "closed_by": by.name, "closed_at": by.at}


def _in(task: Task, states: Collection[str]) -> None:
    if task.state not in states:
        raise CaseRefused("wrong_task_state", state=task.state)


def _allowed(task: Task, by: By, unanswered: Collection[str]) -> None:
    if (check := _NEEDS.get(task.kind)) is not None:
        check(task, by, unanswered)


def _rests_on_a_basis(task: Task, _: By, __: Collection[str]) -> None:
    if task.basis is None:
        raise CaseRefused("basis_required")


def _was_decided_and_asked(task: Task, by: By, unanswered: Collection[str]) -> None:
    if task.conference is None:
        raise CaseRefused("conference_required")
    if task.conference.held_on > by.at.astimezone(WIB).date():
        raise CaseRefused("conference_not_held_yet")
    if unanswered:
        raise CaseRefused("ask_required", persons=sorted(unanswered))


_NEEDS: dict[TaskKind, Callable[[Task, By, Collection[str]], None]] = {
    "field_check": _rests_on_a_basis,
    "administrative_action": _was_decided_and_asked,
}
