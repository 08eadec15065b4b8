"""What every local table says of itself."""

from datetime import date
from functools import cached_property

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Dated", "LocalTable"]


class LocalTable(BaseModel):
    """A table that is read once and never changes."""

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))


class Dated(LocalTable):
    """A table that a named person answers for."""

    as_of: date = Field(description="When somebody last read the source")
    source: str
    signed_off_by: str | None = Field(description="The named person who answers for it; required for live use (G11)")
