"""What has to be there before real people's data may be handled, and what of it is missing. Pure.

UU 27/2022 art. 34 (impact assessment), 16 and 44 (retention), 53 (data-protection officer); the team's decree and its
agreements with each agency.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

from chassis.yaml_text import read_yaml
from gateway.texts import WIB
from gateway.viewers import Role

__all__ = [
    "Checked",
    "FaultyFile",
    "Grounds",
    "NotLive",
    "Papers",
    "Point",
    "Rota",
    "check",
    "read_papers",
    "read_rota",
    "unmet",
]

# The mark of the accounts that come with the sample.
SAMPLE = "(contoh)"


class Point(StrEnum):
    """What is demanded, in the order in which it is shown."""

    IMPACT_ASSESSMENT = "impact_assessment"
    TEAM_DECREE = "team_decree"
    RETENTION_DECREE = "retention_decree"
    AGREEMENTS = "agreements"
    DATA_PROTECTION_OFFICER = "data_protection_officer"
    PROTECTION_ROTA = "protection_rota"
    NO_SAMPLE_ACCOUNTS = "no_sample_accounts"
    SECURE_COOKIE = "secure_cookie"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Paper(_Part):
    """A signed paper."""

    number: str = Field(min_length=3, max_length=120)
    date: date


class Papers(_Part):
    """The file of going live. What is left out is missing, not wrong."""

    impact_assessment: Paper | None = None
    team_decree: Paper | None = None
    retention_decree: Paper | None = None
    agreements: Mapping[str, Paper] = Field(default={}, description="Of data sharing, by the agency's code")
    data_protection_officer: str | None = Field(None, description="The account")
    protection_rota: Path | None = Field(None, description="The rota's file, from this file's folder")


class Shift(BaseModel):
    """When the desk is manned."""

    ends: datetime


class Rota(BaseModel):
    """What is looked at of the protection desk's rota: its members, and whether there are shifts to come."""

    members: frozenset[str]
    shifts: tuple[Shift, ...] = ()


@dataclass(frozen=True)
class Grounds:
    """What the check looks at. `accounts`: each with its role and name."""

    papers: Papers
    rota: Rota | None
    agencies: Sequence[str]
    accounts: Mapping[str, tuple[Role, str]]
    secure_cookie: bool
    now: datetime


@dataclass(frozen=True)
class Checked:
    """One point, and what of it is missing: codes, agencies or accounts. Nothing missing: done."""

    point: Point
    missing: tuple[str, ...]

    @property
    def done(self) -> bool:
        return not self.missing


class FaultyFile(ValueError):
    """The file of going live is no such file."""


class NotLive(Exception):
    """Live mode, and not all is there."""

    def __init__(self, points: Sequence[Checked]) -> None:
        super().__init__("; ".join(f"{one.point}: {', '.join(one.missing)}" for one in points))
        self.points = points


def check(grounds: Grounds) -> list[Checked]:
    """Every point, in order."""
    return [Checked(point, tuple(missing(grounds))) for point, missing in CHECKS.items()]


def unmet(points: Sequence[Checked]) -> list[Checked]:
    """Those that are not done."""
    return [one for one in points if not one.done]


def read_papers(path: Path | None) -> Papers:
    """The file's papers; none without a file. Raises FaultyFile where it is no such file."""
    if path is None or not path.exists():
        return Papers()
    try:
        return Papers.model_validate(read_yaml(path.read_text(encoding="utf-8")) or {})
    except (ValueError, yaml.YAMLError) as error:
        raise FaultyFile(f"{path.name}: {error}") from error


def read_rota(path: Path | None, papers: Papers) -> Rota | None:
    """The rota that the papers name; none where there is none that could be read."""
    if path is None or papers.protection_rota is None:
        return None
    try:
        return Rota.model_validate_json((path.parent / papers.protection_rota).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _paper(paper: Paper | None, grounds: Grounds) -> list[str]:
    if paper is None:
        return ["not_entered"]
    return ["not_in_force"] if paper.date > grounds.now.astimezone(WIB).date() else []


def _agreements(grounds: Grounds) -> list[str]:
    given = grounds.papers.agreements
    return [code for code in grounds.agencies if _paper(given.get(code), grounds)]


def _officer(grounds: Grounds) -> list[str]:
    named = grounds.papers.data_protection_officer
    if named is None:
        return ["not_entered"]
    role, _ = grounds.accounts.get(named, (None, ""))
    return [] if role is Role.DATA_PROTECTION_OFFICER else ["no_such_account"]


def _rota(grounds: Grounds) -> list[str]:
    rota = grounds.rota
    if rota is None:
        return ["not_entered"]
    desk = {name for name, (role, _) in grounds.accounts.items() if role is Role.PROTECTION_OFFICER}
    found = {
        "two_members": len(rota.members) < 2,
        "member_without_account": not rota.members <= desk,
        "no_shift_to_come": not any(shift.ends > grounds.now for shift in rota.shifts),
    }
    return [code for code, lacking in found.items() if lacking]


def _samples(grounds: Grounds) -> list[str]:
    return sorted(account for account, (_, name) in grounds.accounts.items() if SAMPLE in name.lower())


CHECKS: Mapping[Point, Callable[[Grounds], list[str]]] = {
    Point.IMPACT_ASSESSMENT: lambda grounds: _paper(grounds.papers.impact_assessment, grounds),
    Point.TEAM_DECREE: lambda grounds: _paper(grounds.papers.team_decree, grounds),
    Point.RETENTION_DECREE: lambda grounds: _paper(grounds.papers.retention_decree, grounds),
    Point.AGREEMENTS: _agreements,
    Point.DATA_PROTECTION_OFFICER: _officer,
    Point.PROTECTION_ROTA: _rota,
    Point.NO_SAMPLE_ACCOUNTS: _samples,
    Point.SECURE_COOKIE: lambda grounds: [] if grounds.secure_cookie else ["not_set"],
}
