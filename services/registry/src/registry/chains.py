"""Corrections and withdrawals: which event of a chain counts. Chains go by their root, in any order of arrival."""

from collections import defaultdict
from collections.abc import Iterable

from registry.lines import Line

__all__ = ["effective", "root_of"]


def root_of(line: Line, lines: dict[str, Line]) -> str:
    """The key of the first event of the chain, as far as it is known."""
    key, seen = line.key, {line.key}
    target = line.target
    while target is not None:
        if target in seen:
            return min(seen)  # events that correct each other: no first one
        seen.add(target)
        key = target
        target = lines[target].target if target in lines else None
    return key


def effective(lines: Iterable[Line]) -> list[Line]:
    """The lines that count, in order of time.

    Of a chain only its last correction counts: the highest sequence number, then the latest time. A chain with a
    withdrawal in it counts for nothing, even when the withdrawal arrives before what it takes back.
    """
    by_key = {line.key: line for line in lines}
    chains: dict[str, list[Line]] = defaultdict(list)
    for line in by_key.values():
        chains[root_of(line, by_key)].append(line)
    kept = [_last(chain) for chain in chains.values()]
    return sorted((line for line in kept if line is not None), key=lambda line: line.order)


def _last(chain: list[Line]) -> Line | None:
    if any(line.voids for line in chain):
        return None
    corrections = [line for line in chain if line.target is not None]
    last = max(corrections or chain, key=lambda line: (line.sequence, line.at, line.key))
    return None if last.elsewhere else last
