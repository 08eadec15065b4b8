"""Corrections and withdrawals: which event of a chain counts. Chains go by their root, in any order of arrival."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import accumulate, pairwise

from registry.lines import Line

__all__ = ["ages", "by_root", "decisions", "effective"]

Age = tuple[bool, tuple[datetime, datetime], bool, int, str]


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

    Of a chain only its last correction counts, see `ages`. A chain with a withdrawal in it counts for nothing, even
    when the withdrawal arrives before what it takes back; nor does an event that a human set aside.
    """
    claims = {line.claim: line for line in lines}.values()
    kept = [line for chain in by_root(claims).values() for line in _last(chain)]
    said = decisions(kept)
    counting = (line for line in kept if said.get(line.key) != "set_aside")
    return sorted(counting, key=lambda line: line.order)


def _last(chain: list[Line]) -> list[Line]:
    if any(line.voids for line in chain):
        return []
    if all(line.target is None for line in chain):
        return [line for line in chain if not line.elsewhere]
    age = ages(chain)
    last = max(age, key=age.__getitem__)
    return [line for line in chain if line.key == last and not line.elsewhere]


def ages(chain: Iterable[Line]) -> dict[str, Age]:
    """How old each version of a chain is: the first event, then its corrections as one replaces the other.

    Of two corrections with sequence numbers these say which is the later one. Else it is the one with the later time
    and, where both say the same time, the one that was received later.
    """
    versions = {line.key: line for line in chain}
    numbered = sorted((line for line in versions.values() if _is_numbered(line)), key=lambda one: _place(one, versions))
    # Else 2 after 1 by their numbers, and one without a number after 2 and before 1 by their times.
    no_earlier = accumulate(map(_told, numbered), max)
    found: dict[str, Age] = {
        line.key: (line.target is not None, _told(line), False, 0, line.key) for line in versions.values()
    }
    places = enumerate(zip(numbered, no_earlier, strict=True))
    return found | {line.key: (True, told, True, place, line.key) for place, (line, told) in places}


def _is_numbered(line: Line) -> bool:
    return line.target is not None and line.sequence >= 0


def _told(line: Line) -> tuple[datetime, datetime]:
    return (line.at, line.received_at)


def _place(line: Line, versions: Mapping[str, Line]) -> tuple[int, int, datetime, datetime, str]:
    """By the numbers. What corrects has a higher one than what it corrects, unless its source began to count anew."""
    numbers = [one.sequence for one in _back(line, versions) if one.sequence >= 0]
    anew = sum(number < before for number, before in pairwise(numbers))
    return (anew, line.sequence, *_told(line), line.key)


def _back(line: Line, versions: Mapping[str, Line]) -> Iterator[Line]:
    """This version, what it corrects, what that one corrects, as far as they are known."""
    seen: set[str] = set()
    while line.key not in seen:
        yield line
        seen.add(line.key)
        line = versions.get(line.target or "", line)


def decisions(lines: Iterable[Line]) -> dict[str, str]:
    """What a human last said of each event: contested, stands or set_aside."""
    spoken = sorted((line for line in lines if line.kind == "decision"), key=lambda line: line.order)
    return {line.data["event"]: line.action or "" for line in spoken}
