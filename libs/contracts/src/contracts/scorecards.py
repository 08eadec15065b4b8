"""How a source is doing, told to the team and to the source itself."""

from datetime import date, datetime
from typing import ClassVar

from pydantic import Field

from contracts.snapshots import Fact, Message

__all__ = ["Lateness", "SourceScorecard"]


class Lateness(Fact):
    """From when it happened to when it was received: minutes within which so many events of a hundred arrived."""

    p50: int | None = Field(default=None, description="None: more than the largest step, or no events")
    p90: int | None = None
    p99: int | None = None


class SourceScorecard(Message):
    """One source over some days. Counts and times only: nothing of what its events say."""

    TYPE: ClassVar[str] = "source.scorecard"
    agency: str
    source: str
    begins: date
    ends: date
    rhythm_hours: int
    last_heard_at: datetime | None = None
    silent: bool = Field(description="Not heard for longer than its rhythm")
    days_heard: int = Field(description="Days of the period with at least one event")
    accepted: int
    refused: dict[str, int] = Field(default_factory=dict, description="Refused events by code")
    contradicted: int | None = Field(default=None, description="Events that contradict another source's; None: unknown")
    lateness: Lateness = Lateness()
    missing: int = Field(default=0, description="Sequence numbers that never arrived")
    gaps: tuple[tuple[int, int], ...] = Field(default=(), description="The newest of these, first and last number")
