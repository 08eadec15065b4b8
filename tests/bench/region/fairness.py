"""Hits by citizenship against the base rate: an aggregate, small cells left out."""

from collections import Counter
from collections.abc import Iterable, Mapping
from math import sqrt
from typing import Any

from region.telling import Life

__all__ = ["by_citizenship", "wilson"]

SMALL = 5
Z = 1.96


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share."""
    share = hits / of
    middle, width = share + Z * Z / (2 * of), Z * sqrt(share * (1 - share) / of + Z * Z / (4 * of * of))
    scale = 1 + Z * Z / of
    return round(max(0.0, (middle - width) / scale), 4), round(min(1.0, (middle + width) / scale), 4)


def by_citizenship(lives: Mapping[str, Life], hit: Iterable[str]) -> dict[str, Any]:
    """Of each citizenship how many there are and how many had an alert, with the interval of that share."""
    people = Counter(life.human.citizenship for life in lives.values())
    hits = Counter(lives[key].human.citizenship for key in set(hit) if key in lives)
    everybody, anybody = sum(people.values()), sum(hits.values())
    rows = {
        state: {
            "people": count,
            "hit": hits[state],
            "share": round(hits[state] / count, 4),
            "95%": wilson(hits[state], count),
        }
        for state, count in people.most_common()
        if count >= SMALL and hits[state] >= SMALL
    }
    hidden = sorted(state for state in people if state not in rows)
    return {"base": round(anybody / everybody, 4), "by": rows, "suppressed": len(hidden)}
