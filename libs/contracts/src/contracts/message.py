"""What every message between services is made of."""

from datetime import datetime
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Evidence", "Fact", "Message", "Origin"]

Evidence = tuple[str, ...]
"""Keys of the events a value rests on (opaque, keyed hashes)."""


class Fact(BaseModel):
    """A part of a message. Readers ignore fields they do not know: fields are only ever added."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Message(Fact):
    """A message; `TYPE` is its routing key."""

    TYPE: ClassVar[str]


class Origin(Fact):
    """The event that caused a message, for tracing and for latency measured from the origin."""

    trace: str = Field(description="W3C trace id, 32 hex digits")
    occurred_at: datetime
    received_at: datetime
