"""The published aggregation of trafficking indicators, in place of an invented score.

Source: ILO and European Commission, operational indicators (2009): a dimension is met by two strong indicators, by one
strong and one medium or weak, by three medium, or by two medium and one weak.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator

from alerts.facts.dated import Dated
from contracts.agencies import Names

__all__ = ["Indicators", "dimension_met"]

Strength = Literal["strong", "medium", "weak"]


class Indicator(BaseModel):
    """One indicator: what it belongs to and how much it says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dimension: str
    strength: Strength
    id: str
    en: str


class Indicators(Dated):
    """The table of indicators, by code."""

    dimensions: Mapping[str, Names]
    indicators: Mapping[str, Indicator]

    @model_validator(mode="after")
    def _dimensions_are_known(self) -> "Indicators":
        strange = {one.dimension for one in self.indicators.values()} - self.dimensions.keys()
        if strange:
            raise ValueError(f"unknown dimensions: {', '.join(sorted(strange))}")
        return self

    def met(self, codes: Iterable[str]) -> frozenset[str]:
        """The dimensions that these indicators meet. An indicator counts once, however often it was ticked."""
        found: dict[str, Counter[Strength]] = {}
        for code in set(codes) & self.indicators.keys():
            one = self.indicators[code]
            found.setdefault(one.dimension, Counter())[one.strength] += 1
        return frozenset(name for name, counts in found.items() if dimension_met(counts))

    def of(self, codes: Iterable[str], dimension: str | None = None, strength: Strength | None = None) -> set[str]:
        """Those of the codes that are in the table, of one dimension or one strength."""
        known = {code: self.indicators[code] for code in set(codes) & self.indicators.keys()}
        return {
            code
            for code, one in known.items()
            if dimension in (None, one.dimension) and strength in (None, one.strength)
        }


def dimension_met(counts: Mapping[Strength, int]) -> bool:
    """Whether so many indicators of each strength meet their dimension."""
    strong, medium, weak = (counts.get(name, 0) for name in ("strong", "medium", "weak"))
    return strong >= 2 or (strong == 1 and medium + weak >= 1) or medium >= 3 or (medium >= 2 and weak >= 1)
