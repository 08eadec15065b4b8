"""Cases in memory: made, and worked on step by step."""

from datetime import UTC, datetime, timedelta

from pydantic import TypeAdapter

from alerts.cases.case import Case, opened
from alerts.cases.record import By
from alerts.cases.tasks import Asked
from alerts.cases.working import Around, worked
from contracts.casework import CaseStep, OpenCase

STEP = TypeAdapter(CaseStep)
START = datetime(2026, 3, 2, 1, tzinfo=UTC)


def by(name="ani", agency="imigrasi", hours=0):
    return By(name, agency, START + timedelta(hours=hours))


def case(**fields) -> Case:
    wanted = OpenCase.model_validate({"groups": [{"kind": "person", "id": "p1"}], **fields})
    return opened("c1", wanted, 2, by())


def do(found, name, who=None, *, id="i1", unanswered=(), severity=1, **fields):
    step = STEP.validate_python({"step": name, **fields})
    return worked(found, step, who or by(), Around(id, severity, Asked(unanswered=unanswered)))
