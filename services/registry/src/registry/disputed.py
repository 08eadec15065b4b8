"""Which events of a person contradict another source's: what its scorecard counts. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from contracts.findings import Contradiction
from registry.lines import Line

__all__ = ["Disputed", "disputed"]


@dataclass(frozen=True)
class Disputed:
    """An event that says what another source's excludes. `source` is `<agency>/<source>`."""

    key: str
    source: str
    received_at: datetime


def disputed(contradictions: Iterable[Contradiction], lines: Iterable[Line]) -> tuple[Disputed, ...]:
    """The events on the sides of open contradictions, where another source stands on the other side."""
    known = {line.key: Disputed(line.key, f"{line.agency}/{line.source}", line.received_at) for line in lines}
    found: set[Disputed] = set()
    for item in contradictions:
        if not item.resolved:
            left, right = ({known[key] for key in side.evidence if key in known} for side in item.sides)
            found |= _against(left, right) | _against(right, left)
    return tuple(sorted(found, key=lambda one: one.key))


def _against(mine: set[Disputed], others: set[Disputed]) -> set[Disputed]:
    return {one for one in mine if any(other.source != one.source for other in others)}
