"""The words of casework: by what alerts come together, what tasks rest on, how cases and alerts end."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

__all__ = [
    "ADMINISTRATIVE_OUTCOMES",
    "CODES",
    "Agency",
    "Basis",
    "Code",
    "Conference",
    "Group",
    "Id",
    "Line",
    "Officer",
    "Outcome",
    "TaskKind",
    "Text",
    "Words",
]

Id = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_-]{1,80}$")]
Agency = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]
Officer = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z._@-]{1,80}$")]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=4000)]
TaskKind = Literal["lookup", "interview", "letter", "field_check", "administrative_action"]
Outcome = Literal["regularised", "extended", "left", "charged", "deported", "referred", "no_issue"]
Code = Literal["fact_stands", "late_report", "wrong_identity", "wrong_data", "exempt", "other"]
CODES: tuple[Code, ...] = ("fact_stands", "late_report", "wrong_identity", "wrong_data", "exempt", "other")
"""`fact_stands` confirms an alert, whatever then became of the case; the others say that it need not have been."""
ADMINISTRATIVE_OUTCOMES: frozenset[Outcome] = frozenset({"charged", "deported"})
"""Administrative action (UU 6/2011 art. 75(2)): only after a finished task of that kind in the case."""


class Words(BaseModel):
    """A part of a step: frozen, and refusing fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Group(Words):
    """By what alerts come together: a person, a party, an incident, or a place (code of a village)."""

    kind: Literal["person", "party", "incident", "place"]
    id: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z._-]{1,80}$")]


class Basis(Words):
    """What a field check rests on: a signed order, or one of the three grounds of a direct find.

    Permenimipas 2/2025 art. 30: after a direct find the order follows within a day.
    """

    order_no: Line | None = None
    ground: Literal["ban_list", "wanted", "unlawful_activity_seen"] | None = None
    approved_by: Line | None = Field(None, description="Role or name of the authorised officer who approved")

    @model_validator(mode="after")
    def _rests_on_something(self) -> Self:
        if self.order_no is None and (self.ground is None or self.approved_by is None):
            raise ValueError("an order number, or a ground with its approval")
        return self


class Conference(Words):
    """The record of the case conference that decided (Permenimipas 2/2025 art. 59)."""

    held_on: date
    number: Line
    decided_by: Line
