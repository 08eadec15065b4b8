"""What is announced of rules themselves: one that asks too much, and a trial on history."""

from datetime import datetime
from typing import ClassVar

from pydantic import Field

from contracts.message import Message

__all__ = ["BudgetExceeded", "RuleTested"]


class BudgetExceeded(Message):
    """In seven days a rule raised more alerts than an agency can look at. Its owner is warned; nothing is hidden."""

    TYPE: ClassVar[str] = "budget.exceeded"
    rule: str
    agency: str = Field(description="The agency that is told of the alerts")
    raised: int
    budget: int
    at: datetime


class RuleTested(Message):
    """A version of a rule was tried on history. Reports make of it shares by citizenship, and nobody else does."""

    TYPE: ClassVar[str] = "rule.tested"
    rule: str
    version: int
    people: tuple[str, ...] = Field(default=(), description="Opaque ids of the persons it would have found")
    at: datetime
