"""The dated table of the model: probabilities of each level of agreement, frequent names, spellings, thresholds."""

from datetime import date
from functools import cache, cached_property
from importlib.resources import files
from math import log2

from pydantic import BaseModel, ConfigDict, Field

from chassis.yaml_text import read_yaml

__all__ = ["Level", "MatchingTable", "NameLevel", "matching_table"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Level(_Frozen):
    """How often a field agrees like this where two claims are of one person (m), and where they are not (u)."""

    m: float = Field(gt=0, le=1)
    u: float = Field(gt=0, le=1)
    links: bool = True  # False: with this level no score links by itself, a human looks

    @cached_property
    def weight(self) -> float:
        """The evidence in bits."""
        return round(log2(self.m / self.u), 2)


class NameLevel(_Frozen):
    """A word of a name that agrees like this: m as above; u is its frequency times `spread`."""

    m: float = Field(gt=0, le=1)
    spread: float = Field(gt=0)
    links: bool = True

    def weight(self, frequency: float) -> float:
        """The evidence in bits; a rare name weighs more than a common one."""
        return round(log2(self.m / min(1.0, frequency * self.spread)), 2)


class FrequentNames(_Frozen):
    """Names of one class of frequency, in the spelling to which variants are brought."""

    frequency: float = Field(gt=0, lt=1)
    names: tuple[str, ...]


class Thresholds(_Frozen):
    """Bits from which a pair is linked, and from which a human looks at it."""

    linked: float
    review: float


class MatchingTable(_Frozen):
    """All of it, with the day it was taken down and where from."""

    as_of: date
    source: str
    signed_off_by: str | None = None
    thresholds: Thresholds
    levels: dict[str, dict[str, Level]]
    words: dict[str, NameLevel]
    name_at_most: float
    left_out_frequency: float = Field(gt=0, lt=1)
    other_frequency: float = Field(gt=0, lt=1)
    frequent: tuple[FrequentNames, ...]

    @cached_property
    def frequencies(self) -> dict[str, float]:
        """How frequent each name of the table is."""
        return {name: group.frequency for group in self.frequent for name in group.names}

    def frequency(self, word: str) -> float:
        """How frequent a name is; `other_frequency` for one the table does not hold."""
        return self.frequencies.get(word, self.other_frequency)


@cache
def matching_table() -> MatchingTable:
    """The table shipped with this version."""
    text = files("registry.matching").joinpath("matching.yaml").read_text(encoding="utf-8")
    return MatchingTable.model_validate(read_yaml(text))
