"""How cases look to a caller of one agency. The cause of a hold is in none of it; what has ended is not shown. Pure."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from alerts.cases.case import Case
from alerts.cases.clock import CaseLimits, next_limit
from alerts.cases.gather import Gathered
from alerts.cases.papers import current
from alerts.cases.seats import HOLDER, seats, steps_of
from alerts.views import row_of
from alerts.world import World

__all__ = ["case_row", "case_view"]


def case_row(case: Case, agency: str, limits: CaseLimits) -> dict[str, Any]:
    """One line of a list."""
    return {
        "id": case.id,
        "revision": case.revision,
        "state": case.state,
        "severity": case.severity,
        "level": case.level,
        "agency": case.agency,
        "officer": case.officer,
        "seats": sorted(seats(case, agency)),
        "offered": case.offered and case.offered.model_dump(),
        "groups": [group.model_dump() for group in case.groups],
        "pinned": list(case.pinned),
        "tasks_open": sum(task.closed_at is None for task in case.tasks),
        "opened_at": case.opened_at,
        "updated_at": case.updated_at,
        "taken_up_at": case.taken_up_at,
        "limit_at": next_limit(case, limits),
        "outcome": case.closing and case.closing.outcome,
    }


def case_view(case: Case, gathered: Gathered, world: World, agency: str, now: datetime) -> dict[str, Any]:
    """What is more to a case in full. Alerts are those that the caller's agency is told of as well."""
    holder = HOLDER in seats(case, agency)
    assessments = [one for one in current(case.assessments, now) if holder or one.agency == agency]
    return {
        "merged_into": case.merged_into,
        "merged": [part.id for part in case.parts[1:]],
        "closing": case.closing and case.closing.model_dump(),
        "heirs": [{"group": group.model_dump(), "now": heir.model_dump()} for group, heir in gathered.heirs.items()],
        "persons": sorted(gathered.persons),
        "alerts": [row_of(alert, world) for alert in gathered.alerts if agency in alert.agencies],
        "tasks": [{**task.model_dump(), "mine": task.agency == agency} for task in case.tasks],
        "notes": _listed(one for part in case.parts for one in part.notes),
        "assessments": _listed(assessments),
        "attachments": _listed(one for part in case.parts for one in part.attachments),
        "escalations": [one.model_dump() for one in case.escalated],
        "history": [entry.model_dump() for entry in case.history],
        "may": steps_of(case, agency),
    }


def _listed(papers: Iterable[Any]) -> list[dict[str, Any]]:
    return [one.model_dump() for one in papers]
