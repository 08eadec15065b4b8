"""Cases as the OpenAPI document shows them. More fields may come; none of these goes away."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["CasePage", "CaseView"]


class _Answer(BaseModel):
    model_config = ConfigDict(extra="allow")


class CaseRow(_Answer):
    """A case in a list."""

    id: str
    revision: int
    state: str = Field(description="open, closed or merged")
    severity: int = Field(description="How soon a human should look: 1 to 4 (now)")
    level: str = Field(description="officer, head or province: up to whom it has risen")
    agency: str = Field(description="Who holds it")
    officer: str | None
    seats: list[str] = Field(description="What the viewer's agency has to do with it: holder, offered, tasked")
    groups: list[dict[str, Any]]
    limit_at: str | None = Field(None, description="When it rises a level unless somebody does something")
    opened_at: str
    updated_at: str
    outcome: str | None = None


class CasePage(_Answer):
    """Cases, and where the next page begins (`after`)."""

    items: list[CaseRow]
    next: str | None = None
    names: dict[str, str] = Field(default_factory=dict)
    away: list[str] = Field(default_factory=list, description="Parts that could not be asked")


class CaseView(CaseRow):
    """One case in full; of one that is no longer the viewer's to see, after a step, the row alone."""

    alerts: list[dict[str, Any]] = Field(default_factory=list, description="Those that the viewer may see as well")
    persons: list[str] = Field(default_factory=list, description="Everyone whom the case is about")
    tasks: list[dict[str, Any]] = Field(default_factory=list)
    notes: list[dict[str, Any]] = Field(default_factory=list)
    assessments: list[dict[str, Any]] = Field(default_factory=list, description="Until their end, graded")
    attachments: list[dict[str, Any]] = Field(default_factory=list)
    history: list[dict[str, Any]] = Field(default_factory=list, description="Every step, with before and after")
    may: list[str] = Field(default_factory=list, description="Steps that the viewer's agency may take now")
