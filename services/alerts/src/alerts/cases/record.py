"""What cases are made of: frozen records, who acts and when, and how a step is refused. Pure."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict

__all__ = ["SYSTEM", "By", "CaseRefused", "Record"]

SYSTEM = ""


class Record(BaseModel):
    """A part of a case at rest. Fields are only ever added, with defaults."""

    model_config = ConfigDict(frozen=True, extra="ignore")


@dataclass(frozen=True)
class By:
    """Who does something, for which agency, when. The system has no name and no agency."""

    name: str
    agency: str
    at: datetime


class CaseRefused(Exception):
    """A step that the case as it stands does not allow. `code` is stable; `more` holds opaque ids only."""

    def __init__(self, code: str, **more: object) -> None:
        super().__init__(code)
        self.code = code
        self.more = more
