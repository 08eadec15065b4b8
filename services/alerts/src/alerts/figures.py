"""What became of each rule's alerts: what people decided and why, and what withdrew by itself. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["UNSTATED", "Tally", "figures"]

UNSTATED = "unstated"
"""The code of a decision that was given in words alone."""


@dataclass(frozen=True)
class Tally:
    """What counts of one alert: the rule it stands under now, its state, and the code of its decision."""

    rule: str
    state: str
    code: str = UNSTATED


def figures(tallies: Iterable[Tally], rules: Collection[str]) -> list[dict[str, Any]]:
    """A line for each of these rules. What is on hold is raised and undecided, whatever the cause."""
    by_rule: dict[str, list[Tally]] = {rule: [] for rule in sorted(rules)}
    for tally in tallies:
        if tally.rule in by_rule:
            by_rule[tally.rule].append(tally)
    return [{"rule": rule, **_line(found)} for rule, found in by_rule.items()]


def _line(tallies: Iterable[Tally]) -> Mapping[str, Any]:
    """`false_positive_rate` is dismissed of decided; none while nothing is decided."""
    found = list(tallies)
    states = Counter(one.state for one in found)
    codes = Counter(one.code for one in found if one.state == "dismissed")
    decided = states["confirmed"] + states["dismissed"]
    return {
        "raised": len(found),
        "decided": decided,
        "confirmed": states["confirmed"],
        "dismissed": states["dismissed"],
        "dismissed_for": dict(sorted(codes.items())),
        "withdrawn": states["withdrawn"],
        "false_positive_rate": round(states["dismissed"] / decided, 3) if decided else None,
    }
