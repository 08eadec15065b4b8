"""Hits by citizenship against the base rate: an aggregate, small cells together, by the product's own count."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from _pairs import wilson

from region.telling import Life
from reports.fairness import shares

__all__ = ["by_citizenship"]


def by_citizenship(lives: Mapping[str, Life], hit: Iterable[str]) -> dict[str, Any]:
    """Of each citizenship how many there are and how many had an alert, with the interval of that share."""
    people = Counter(life.human.citizenship for life in lives.values())
    hits = Counter(lives[key].human.citizenship for key in set(hit) if key in lives)
    rows = {
        one.citizenship: {
            "people": one.people,
            "hit": one.found,
            "share": round(one.found / one.people, 4),
            "95%": wilson(one.found, one.people),
        }
        for one in shares(people, hits)
    }
    return {"base": round(hits.total() / people.total(), 4), "by": rows}
