"""Corrections and withdrawals: which event of a chain counts. Chains go by their root, in any order of arrival."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from registry.lines import Line

__all__ = ["by_root", "decisions", "effective"]


def by_root(lines: Iterable[Line]) -> dict[str, list[Line]]:
    """The lines of each chain, under the key of its first event as far as it is known."""
    found = list(lines)
    targets = {line.key: line.target for line in found}
    chains: dict[str, list[Line]] = defaultdict(list)
    for line in found:
        chains[_root(line.key, targets)].append(line)
    return chains


def _root(key: str, targets: Mapping[str, str | None]) -> str:
    seen = {key}
    target = targets[key]
    while target is not None:
        if target in seen:
            return min(seen)  # events that correct each other: no first one
        seen.add(target)
        key, target = target, targets.get(target)
    return key


def effective(lines: Iterable[Line]) -> list[Line]:
    """The lines that count, in order of time.

    Of a chain only its last correction counts: the highest sequence number, then the latest time. A chain with a
    withdrawal in it counts for nothing, even when the withdrawal arrives before what it takes back; nor does an event
    that a human set aside.
    """
    claims = {line.claim: line for line in lines}.values()
    kept = [line for chain in by_root(claims).values() for line in _last(chain)]
    said = decisions(kept)
    counting = (line for line in kept if said.get(line.key) != "set_aside")
    return sorted(counting, key=lambda line: line.order)


def _last(chain: list[Line]) -> list[Line]:
    if any(line.voids for line in chain):
        return []
    corrections = [line for line in chain if line.target is not None]
    last = max(corrections or chain, key=lambda line: (line.sequence, line.at, line.key))
    return [line for line in chain if line.key == last.key and not line.elsewhere]


def decisions(lines: Iterable[Line]) -> dict[str, str]:
    """What a human last said of each event: contested, stands or set_aside."""
    spoken = sorted((line for line in lines if line.kind == "decision"), key=lambda line: line.order)
    return {line.data["event"]: line.action or "" for line in spoken}
