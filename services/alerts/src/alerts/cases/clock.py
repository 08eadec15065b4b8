"""Time limits of a case: until somebody takes it up, and until it is closed. What passes rises a level. Pure."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from alerts.cases.case import LEVELS, Case, Escalation
from alerts.cases.papers import current
from alerts.cases.record import SYSTEM, By
from alerts.facts.dated import Dated
from chassis.yaml_text import read_yaml

__all__ = ["CaseLimits", "due", "next_limit", "read_limits", "ticked", "urged"]


class Limit(BaseModel):
    """How long a case of one severity may wait, and may run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    take_up_hours: int = Field(gt=0)
    close_days: int = Field(gt=0)


class CaseLimits(Dated):
    """Limits by severity. They are no facts: no rule can count with them."""

    province: str = Field(description="Code of the agency that tells the province")
    closed_days: int = Field(gt=0, description="Days after its closing for which the words of a case are kept")
    severities: Mapping[int, Limit]


def read_limits(path: Path = Path(__file__).parent / "limits.yaml") -> CaseLimits:
    """Raises ValueError naming what is wrong."""
    return CaseLimits.model_validate(read_yaml(path.read_text()))


def due(case: Case, limits: CaseLimits) -> datetime | None:
    """When it has to be looked at by the clock; none where nothing of it can pass."""
    moments = [*(one.due for one in _to_come(case, limits)), *(one.expires_at for one in case.assessments)]
    return min(moments, default=None)


def next_limit(case: Case, limits: CaseLimits) -> datetime | None:
    """When it rises a level unless somebody does something; none where it cannot any more."""
    return min((one.due for one in _to_come(case, limits)), default=None)


def ticked(case: Case, limits: CaseLimits, now: datetime) -> Case:
    """What the clock makes of it; the same object where nothing has passed. However late it comes, once for each limit.

    A hold on an alert, whatever its cause, makes no clock wait.
    """
    clock = By(SYSTEM, SYSTEM, now)
    passed = sorted((one for one in _to_come(case, limits) if one.due <= now), key=lambda one: one.due)
    if passed:
        case = case.became("escalated", clock, escalated=(*case.escalated, *passed))
    kept = {one.id for one in current(case.assessments, now)}
    if len(kept) < len(case.assessments):
        parts = tuple(
            part.model_copy(update={"assessments": tuple(one for one in part.assessments if one.id in kept)})
            for part in case.parts
        )
        case = case.became("assessment_over", clock, parts=parts)
    return case


def urged(case: Case, before: int, limits: CaseLimits, now: datetime) -> Case:
    """More urgent now than its severity `before`: the shorter times run from now, and to no later than the longer ones.

    Else a case that had time to wait would rise to the province at once, and nobody could have done anything.
    """
    if case.severity <= before:
        return case
    longer, shorter = limits.severities[before], limits.severities[case.severity]
    waiting = case.waiting_since + timedelta(hours=longer.take_up_hours - shorter.take_up_hours)
    running = case.running_since + timedelta(days=longer.close_days - shorter.close_days)
    return case.model_copy(update={"waiting_since": min(now, waiting), "running_since": min(now, running)})


def _to_come(case: Case, limits: CaseLimits) -> Iterator[Escalation]:
    if case.state != "open":
        return
    raised = {(one.clock, one.level) for one in case.escalated}
    for one in _all(case, limits):
        if (one.clock, one.level) not in raised:
            yield one


def _all(case: Case, limits: CaseLimits) -> Iterator[Escalation]:
    limit = limits.severities[case.severity]
    for times, level in enumerate(LEVELS[1:], 1):
        if case.taken_up_at is None:
            at = case.waiting_since + times * timedelta(hours=limit.take_up_hours)
            yield Escalation(clock="take_up", level=level, due=at)
        yield Escalation(clock="close", level=level, due=case.running_since + times * timedelta(days=limit.close_days))
