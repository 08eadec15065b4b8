"""What is announced of a case: who works on it and up to whom it rose, nothing of what it is about."""

from datetime import datetime
from typing import ClassVar

from pydantic import Field

from contracts.message import Message

__all__ = ["CaseChanged", "CaseNotice"]


class CaseChanged(Message):
    """A case was opened or changed."""

    TYPE: ClassVar[str] = "case.changed"
    case: str
    revision: int = Field(gt=0)
    state: str = Field(description="open, closed or merged")
    severity: int = Field(ge=1, le=4)
    level: str = Field(description="officer, head (of the office) or province: up to whom it has risen")
    agency: str = Field(description="The agency that holds it")
    agencies: tuple[str, ...] = Field(description="Agencies that it concerns: holder, offered, or with a task in it")
    outcome: str | None = None
    opened_at: datetime
    updated_at: datetime


class CaseNotice(Message):
    """The same, for an agency's own queue."""

    TYPE: ClassVar[str] = "case.notice"
    case: str
    revision: int
    state: str
    severity: int
    level: str
    seats: tuple[str, ...] = Field(description="holder, offered, tasked, province; none: it concerns it no longer")
    updated_at: datetime
