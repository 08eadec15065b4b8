"""Compares profiles as the registry does: candidates by tokens, then the score."""

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from registry.matching import Profile, Score, matching_table, same_document, score, tokens

__all__ = ["Compared", "compared", "measured", "wilson"]

Pair = tuple[str, str]


@dataclass(frozen=True)
class Compared:
    """What the production model says of every pair that finds each other."""

    scores: Mapping[Pair, Score]
    by_document: frozenset[Pair]
    tokens_seconds: float
    score_seconds: float

    def zone(self, name: str) -> set[Pair]:
        return {pair for pair, found in self.scores.items() if found.zone == name}


def compared(profiles: Mapping[str, Profile], sides: Mapping[str, int] | None = None) -> Compared:
    """All pairs that share a document or meet by tokens; with `sides` only pairs across."""
    began = time.perf_counter()
    keys = {name: tokens(profile) for name, profile in profiles.items()}
    tokens_seconds = time.perf_counter() - began
    index: dict[object, list[str]] = defaultdict(list)
    for name, profile in profiles.items():
        for key in (*keys[name].held, *profile.documents):
            index[key].append(name)
    found: set[Pair] = set()
    for name, profile in profiles.items():
        for key in (*keys[name].sought, *profile.documents):
            found |= {(name, other) for other in index.get(key, ()) if name < other}
            found |= {(other, name) for other in index.get(key, ()) if other < name}
    pairs = [pair for pair in found if sides is None or sides[pair[0]] != sides[pair[1]]]
    table, began = matching_table(), time.perf_counter()
    scores = {(one, other): score(profiles[one], profiles[other], table) for one, other in pairs}
    score_seconds = time.perf_counter() - began
    shared = frozenset(pair for pair in pairs if same_document(profiles[pair[0]], profiles[pair[1]]))
    return Compared(scores, shared, tokens_seconds, score_seconds)


def measured(found: set[Pair], true: set[Pair]) -> dict[str, float]:
    right = len(found & true)
    precision, recall = right / max(1, len(found)), right / len(true)
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}


def wilson(right: int, of: int, z: float = 1.96) -> Sequence[float]:
    """The 95 % interval of a share."""
    share, spread = right / of, z * z / of
    middle, width = share + spread / 2, z * sqrt(share * (1 - share) / of + spread / (4 * of))
    return [round(max(0.0, middle - width) / (1 + spread), 5), round(min(1.0, (middle + width) / (1 + spread)), 5)]
