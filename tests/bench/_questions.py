"""How often a human would be asked, were the threshold of the review another one."""

from collections.abc import Iterable, Mapping

from _pairs import Compared

__all__ = ["LEVELS", "questions"]

LEVELS = (16, 18, 20, 22)
Pair = tuple[str, str]


def questions(result: Compared, who: Mapping[str, int]) -> dict[str, int]:
    """For each level of evidence the pairs of dossiers a human would be asked about, and how many are one person."""
    linked = result.zone("linked")
    dossiers = _dossiers(linked, who)
    counts = {}
    for bits in LEVELS:
        doubtful = {pair for pair, one in result.scores.items() if one.total >= bits} - linked - result.by_document
        asked = _between(doubtful, dossiers)
        counts[f"asked_{bits}"] = len(asked)
        counts[f"asked_right_{bits}"] = sum(who[one] == who[other] for one, other in asked)
    return counts


def _between(pairs: Iterable[Pair], dossiers: Mapping[str, str]) -> set[Pair]:
    joined = {(dossiers[one], dossiers[other]) for one, other in pairs}
    return {(min(pair), max(pair)) for pair in joined if pair[0] != pair[1]}


def _dossiers(linked: Iterable[Pair], names: Iterable[str]) -> dict[str, str]:
    """For each claim one that stands for all that are linked with it, near or far."""
    parent = {name: name for name in names}

    def root(name: str) -> str:
        while parent[name] != name:
            parent[name] = name = parent[parent[name]]
        return name

    for one, other in sorted(linked):
        parent[root(one)] = root(other)
    return {name: root(name) for name in parent}
