"""What was said first and counts no longer: corrected, withdrawn, or set aside by a human. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from registry.lines import Line

__all__ = ["Withdrawn", "withdrawn"]


class Withdrawn(NamedTuple):
    """A first statement, and what came to be said about it."""

    first: Line
    since: list[Line]


def withdrawn(lines: Iterable[Line], counted: Sequence[Line]) -> list[Withdrawn]:
    """The first statement of every chain that no longer counts, with all that came to be said about it."""
    known = list(lines)
    kept = {line.key for line in counted}
    targets = {line.key: line.target for line in known}
    if not any(targets.values()) and len(kept) == len(targets):
        return []
    chains: dict[str, list[Line]] = defaultdict(list)
    for line in known:
        if line.kind != "decision":
            chains[_first(line.key, targets)].append(line)
    decisions = [line for line in known if line.kind == "decision"]
    found = []
    for key, chain in chains.items():
        first = next((line for line in chain if line.key == key and line.data and key not in kept), None)
        if first is not None and not first.elsewhere:
            about = {line.key for line in chain}
            decided = [line for line in decisions if line.data.get("event") in about]
            found.append(Withdrawn(first, [line for line in chain if line.key != key] + decided))
    return found


def _first(key: str, targets: Mapping[str, str | None]) -> str:
    seen = {key}
    while (target := targets.get(key)) is not None and target not in seen:
        seen.add(target)
        key = target
    return key
