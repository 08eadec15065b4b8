"""What is left of a case when its words are erased, and when that is. Pure."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from alerts.alert import Alert
from alerts.cases.case import Case, Part
from alerts.cases.clock import CaseLimits
from alerts.cases.record import SYSTEM, By
from alerts.cases.tasks import Task
from alerts.documents import SubjectState
from contracts.case_terms import Group

__all__ = ["bared", "is_over", "is_without_people", "words"]


def is_over(case: Case, limits: CaseLimits, now: datetime) -> bool:
    """Whether it was closed so long ago that nobody needs its words."""
    return case.closing is not None and case.closing.at + timedelta(days=limits.closed_days) <= now


def is_without_people(case: Case, standing: Mapping[Group, SubjectState], pinned: Collection[Alert]) -> bool:
    """Whether everybody it is about was erased. Of whom or what nothing is known, it may still be about somebody."""
    groups = [group.kind == "person" and _is_erased(standing.get(group)) for group in case.groups]
    named = {alert.id for alert in pinned if alert.subject.kind == "person" and not alert.subject.id}
    return bool(groups or case.pinned) and all(groups) and named >= set(case.pinned)


def _is_erased(state: SubjectState | None) -> bool:
    return state is not None and state.version > 0 and state.body is None


def words(case: Case) -> int:
    """How many notes, assessments, papers and tasks it has."""
    return sum(len(part.notes) + len(part.assessments) + len(part.attachments) + len(part.tasks) for part in case.parts)


def bared(case: Case, now: datetime) -> Case:
    """That an agency had a case, when, what was to be done, and how it ended: nobody's name, and about nobody."""
    clock = By(SYSTEM, SYSTEM, now)
    without = {
        "parts": tuple(map(_part, case.parts)),
        "officer": None,
        "opened_by": "",
        "offered": case.offered and case.offered.model_copy(update={"reason": "", "by": ""}),
        "closing": case.closing and case.closing.model_copy(update={"reason": "", "by": ""}),
        "history": (),
    }
    after = case.model_copy(update=without).became("erased", clock, erased_at=case.revision + 1)
    # In its week still: a list of what ended shows when it ended.
    return after.model_copy(update={"updated_at": case.updated_at})


def _part(part: Part) -> Part:
    return Part(id=part.id, severity=part.severity, tasks=tuple(map(_task, part.tasks)))


def _task(task: Task) -> Task:
    gone = {name: None for name in ("officer", "basis", "conference", "begun_by", "result", "closed_by")}
    return task.model_copy(update={"what": "", **gone})
