"""Whether a rule finds people of one citizenship more often than there are: an aggregate, nobody named. Pure.

Cells under five are put together with others: who stands alone could be known. What is told is rounded to fives, so the
difference of two reports is nobody.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["OTHERS", "SMALL", "Share", "shares"]

SMALL = 5
OTHERS = "others"


@dataclass(frozen=True)
class Share:
    """One citizenship: how many there are and how many the rule finds, in fives, each also as a share of all."""

    citizenship: str
    people: int
    found: int
    share_of_people: float
    share_of_found: float


def shares(people: Mapping[str, int], found: Mapping[str, int]) -> list[Share]:
    """Each citizenship beside the base rate, the largest first; none at all where fewer than five were found."""
    if sum(found.values()) < SMALL:
        return []
    merged: Counter[str] = Counter()
    hits: Counter[str] = Counter()
    small = [name for name in people if people[name] < SMALL or found.get(name, 0) < SMALL]
    rest = sorted((name for name in people if name not in small), key=lambda name: found.get(name, 0))
    # A remainder under five could be told from the totals: the smallest of the others joins it.
    while small and rest and sum(found.get(name, 0) for name in small) < SMALL:
        small.append(rest.pop(0))
    for name in people:
        kept = OTHERS if name in small else name
        merged[kept] += people[name]
        hits[kept] += found.get(name, 0)
    told, hit = (Counter({name: _rounded(n) for name, n in cells.items()}) for cells in (merged, hits))
    return [_share(name, told, hit) for name, _ in told.most_common()]


def _rounded(number: int) -> int:
    return SMALL * round(number / SMALL)


def _share(name: str, people: Counter[str], found: Counter[str]) -> Share:
    return Share(
        name,
        people[name],
        found[name],
        round(people[name] / people.total(), 3),
        round(found[name] / found.total(), 3),
    )
