"""Local tables that facts are computed with: limits, zones, known institutions. Dated, signed off by a named person.

What a regulation or a local office sets is never written in code: where sources conflict the lenient value stands.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, time
from functools import cached_property
from pathlib import Path

from pydantic import Field

from alerts.facts.activities import Activities
from alerts.facts.budget import Budget
from alerts.facts.dated import Dated, LocalTable
from alerts.facts.indicators import Indicators
from chassis.yaml_text import read_yaml

__all__ = ["Institution", "Limits", "Tables", "read_tables"]


class Limits(Dated):
    """Numbers that rules count with."""

    lodging_report_hours: int = Field(description="Hours from check-in within which an office asks for the report")
    lodging_open_days: int = Field(description="Days past the planned departure until an open check-out is asked about")
    lodging_coaching: int = Field(description="So many late reports are coaching only")
    lodging_window_days: int = Field(description="Late reports older than this are no longer counted")
    plb_max_stay_days: int = Field(description="Days a border pass allows for one crossing")
    sponsor_persons: int = Field(description="More persons than this with one guarantor, phone or address")
    ask_valid_minutes: int = Field(description="Minutes for which an answer before an administrative action is good")
    snooze_days: int = Field(description="Days for which an alert may be put aside at the most")
    probation_days: int = Field(description="Days for which a new rule is watched before it may be approved")
    dismissed_days: int = Field(description="Days after which a dismissed alert no longer says about whom it was")
    backtest_days: int = Field(description="Days of history on which a new rule is tried")
    post_closes: time = Field(description="WIB; until then a child may still come back the same day")


class Zone(Dated):
    """Districts and villages in which a border pass is valid, by code."""

    areas: tuple[str, ...]

    def holds(self, village: str) -> bool:
        """Whether the village lies in one of the areas."""
        return any(village == area or village.startswith(f"{area}.") for area in self.areas)


class Institution(LocalTable):
    """A plantation, mission or school that is known to host many persons, by the name or number it gives."""

    number: str
    name: str
    review_by: date
    refs: tuple[str, ...] = Field((), description="Filled in at the start: its number as the registry tells of it")


class Institutions(Dated):
    """Guarantors about whom nobody needs to ask because of their number of persons, until the day of review."""

    known: tuple[Institution, ...] = ()

    def review_of(self, refs: Iterable[str]) -> date | None:
        """The last day on which a party with these refs counts as known; none where it is not listed."""
        mine = set(refs)
        return max((one.review_by for one in self.known if not mine.isdisjoint(one.refs)), default=None)


class Tables(LocalTable):
    """Every local table."""

    limits: Limits
    budget: Budget
    activities: Activities
    border_pass_zone: Zone
    institutions: Institutions
    indicators: Indicators

    def keyed(self, refs_of: Callable[[str], tuple[str, ...]]) -> "Tables":
        """The same, each known institution with the refs of its number."""
        known = tuple(one.model_copy(update={"refs": refs_of(one.number)}) for one in self.institutions.known)
        return self.model_copy(update={"institutions": self.institutions.model_copy(update={"known": known})})

    @cached_property
    def unsigned(self) -> Mapping[str, str]:
        """The tables that nobody has signed off, with where they come from."""
        return {name: table.source for name, table in self if table.signed_off_by is None}


def read_tables(folder: Path = Path(__file__).parents[1] / "tables") -> Tables:
    """One file for each table. Raises ValueError naming what is wrong."""
    return Tables.model_validate({path.stem: read_yaml(path.read_text()) for path in sorted(folder.glob("*.yaml"))})
