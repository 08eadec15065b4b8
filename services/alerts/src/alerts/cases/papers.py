"""Notes, graded assessments that end, and papers by reference. Nothing here can be a fact of a rule. Pure."""

from collections.abc import Iterable
from datetime import datetime

from alerts.cases.record import By, CaseRefused, Record
from contracts.casework import Assess, Attach, Note

__all__ = ["Assessment", "Attachment", "Remark", "assessed", "attached", "current", "noted"]


class Remark(Record):
    """A note."""

    id: str
    text: str
    by: str
    agency: str
    at: datetime


class Assessment(Record):
    """An intelligence note: reliability of the source (A-F), credibility of the information (1-6), until when."""

    id: str
    text: str
    reliability: str
    credibility: int
    expires_at: datetime
    by: str
    agency: str
    at: datetime


class Attachment(Record):
    """A paper that lies elsewhere."""

    id: str
    title: str
    reference: str
    sha256: str
    by: str
    agency: str
    at: datetime


def noted(id: str, step: Note, by: By) -> Remark:
    return Remark(id=id, text=step.text, by=by.name, agency=by.agency, at=by.at)


def assessed(id: str, step: Assess, by: By) -> Assessment:
    """Raises CaseRefused for one that is over already."""
    if step.expires_at <= by.at:
        raise CaseRefused("already_over")
    told = step.model_dump(exclude={"step"})
    return Assessment(id=id, by=by.name, agency=by.agency, at=by.at, **told)


def attached(id: str, step: Attach, by: By) -> Attachment:
    told = step.model_dump(exclude={"step"})
    return Attachment(id=id, by=by.name, agency=by.agency, at=by.at, **told)


def current(assessments: Iterable[Assessment], now: datetime) -> tuple[Assessment, ...]:
    """Those that still count. What has ended is shown to nobody, also before it is removed."""
    return tuple(one for one in assessments if now < one.expires_at)
