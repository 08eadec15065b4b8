"""One step of work on a single case: which function it is. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from alerts.cases import steps
from alerts.cases.case import Case, Part
from alerts.cases.papers import assessed, attached, noted
from alerts.cases.record import By, CaseRefused
from alerts.cases.tasks import NOBODY, Asked, Task, amended, begun, cancelled, finished, planned
from contracts.casework import Amend, Begin, Cancel, CaseStep, Finish

__all__ = ["Around", "worked"]


@dataclass(frozen=True)
class Around:
    """What a step may rest on besides the case: a fresh id, the severity of what it adds, and who was asked about."""

    id: str
    severity: int = 1
    asked: Asked = NOBODY


def worked(case: Case, step: CaseStep, by: By, around: Around) -> Case:
    """The next revision. Raises CaseRefused."""
    if step.step in _PLAIN:
        return _PLAIN[step.step](case, step, by)
    if step.step in _ABOUT:
        return _ABOUT[step.step](case, step, around.severity, by)
    if case.state != "open":
        raise CaseRefused("wrong_case_state", state=case.state)
    if step.step in _PAPERS:
        field, made = _PAPERS[step.step]
        return case.became(f"{step.step}_added", by, parts=case.added(field, made(around.id, step, by)))
    if step.step == "plan":
        return case.became("task_planned", by, parts=case.added("tasks", planned(around.id, step, case.agency)))
    assert isinstance(step, Amend | Begin | Finish | Cancel), step.step
    return case.became(_TASKS[step.step], by, parts=_with_task(case, step, by, around))


def _with_task(case: Case, step: Amend | Begin | Finish | Cancel, by: By, around: Around) -> tuple[Part, ...]:
    if step.task not in {task.id for task in case.tasks}:
        raise CaseRefused("unknown_task")
    return tuple(
        part.model_copy(
            update={"tasks": tuple(_task(t, step, by, around) if t.id == step.task else t for t in part.tasks)}
        )
        for part in case.parts
    )


def _task(task: Task, step: Amend | Begin | Finish | Cancel, by: By, around: Around) -> Task:
    match step:
        case Amend():
            return amended(task, step)
        case Begin():
            return begun(task, by, around.asked.unanswered)
        case Finish():
            return finished(task, step, by, around.asked)
        case Cancel():
            return cancelled(task, step, by)


_PLAIN: dict[str, Callable[[Case, Any, By], Case]] = {
    "take_up": steps.taken_up,
    "assign": steps.assigned,
    "offer": steps.offered,
    "accept": steps.accepted,
    "return": steps.sent_back,
    "close": steps.closed,
    "reopen": steps.reopened,
}
_ABOUT: dict[str, Callable[[Case, Any, int, By], Case]] = {"group": steps.regrouped, "pin": steps.pinned}
_PAPERS: dict[str, tuple[str, Callable[[str, Any, By], Any]]] = {
    "note": ("notes", noted),
    "assess": ("assessments", assessed),
    "attach": ("attachments", attached),
}
_TASKS = {"amend": "task_amended", "begin": "task_begun", "finish": "task_finished", "cancel": "task_cancelled"}
