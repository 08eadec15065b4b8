"""The dated table of permit kinds: which family a code belongs to, and whether its holder may work."""

import re
from datetime import date
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field

from chassis.yaml_text import read_yaml

__all__ = ["PermitKind", "PermitTable", "permit_table"]


class PermitKind(BaseModel):
    """One row; `work_allowed` is None where the code alone does not tell."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    match: str = "(unknown)"
    family: str = "unknown"
    work_allowed: bool | None = None
    first_days: int | None = Field(default=None, gt=0)


UNKNOWN = PermitKind()


class PermitTable(BaseModel):
    """All rows, with the day they were taken down and where from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    as_of: date
    source: str
    kinds: tuple[PermitKind, ...]

    def kind(self, code: str | None) -> PermitKind:
        """The row of a code; UNKNOWN for a code the table does not hold."""
        wanted = (code or "").upper()
        return next((row for row in self.kinds if re.fullmatch(row.match, wanted)), UNKNOWN)


@cache
def permit_table() -> PermitTable:
    """The table shipped with this version."""
    text = files("registry").joinpath("permit_kinds.yaml").read_text(encoding="utf-8")
    return PermitTable.model_validate(read_yaml(text))
