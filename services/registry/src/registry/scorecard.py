"""The scorecard of a source: what a batch adds to it, and what it says over some days. Pure."""

import bisect
import itertools
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from contracts.agencies import Source
from contracts.scorecards import Lateness, SourceScorecard
from registry.lines import day_of
from registry.world import Outcome

__all__ = ["BLOCK", "EDGES", "Added", "Kept", "added", "gaps", "lateness", "scorecard"]

EDGES = (1, 5, 15, 60, 180, 360, 720, 1440, 2880, 10080)
"""Minutes: an event that came within so many falls into that step; one that took longer, into a last one."""
BLOCK = 500
"""So many sequence numbers are kept in one document."""
MOST_GAPS = 20
SHARES = (0.5, 0.9, 0.99)
TAPAL = "tapal"
STATUS = "source.status"


@dataclass
class Added:
    """What one batch adds to one source: by day of receipt, and the numbers it has shown."""

    accepted: Counter[str] = field(default_factory=Counter)
    late: Counter[tuple[str, int]] = field(default_factory=Counter)
    numbers: dict[int, set[int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Kept:
    """What is kept of one source over some days."""

    accepted: Mapping[str, int]
    late: Mapping[int, int]
    numbers: frozenset[int]
    refused: Mapping[str, int]
    last_heard_at: datetime | None = None
    contradicted: int | None = None


def added(outcomes: Iterable[Outcome]) -> dict[str, Added]:
    """By `<agency>/<source>`. A repeat adds nothing; a conflict shows its number, and is counted where it is kept."""
    found: dict[str, Added] = {}
    for outcome in outcomes:
        header = outcome.draft.header
        if outcome.repeat or header.agency == TAPAL:
            continue
        mine = found.setdefault(f"{header.agency}/{header.source}", Added())
        if header.sequence >= 0:
            mine.numbers.setdefault(header.sequence // BLOCK, set()).add(header.sequence)
        if outcome.refused:
            continue
        day = day_of(header.received_at).isoformat()
        mine.accepted[day] += 1
        if header.kind != STATUS:
            mine.late[day, step(header.received_at - header.at)] += 1
    return found


def step(took: timedelta) -> int:
    """Into which step of EDGES this falls."""
    return bisect.bisect_left(EDGES, took.total_seconds() / 60)


def lateness(late: Mapping[int, int]) -> Lateness:
    """The steps within which 50, 90 and 99 of a hundred events came."""
    return Lateness(**dict(zip(("p50", "p90", "p99"), (_within(late, share) for share in SHARES), strict=True)))


def _within(late: Mapping[int, int], share: float) -> int | None:
    wanted, seen = math.ceil(sum(late.values()) * share), 0
    for index, edge in enumerate(EDGES):
        seen += late.get(index, 0)
        if wanted and seen >= wanted:
            return edge
    return None


def gaps(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """First and last of each run of numbers that is missing between those that were seen, in order."""
    return list(_gaps(sorted(set(numbers))))


def _gaps(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    for before, after in itertools.pairwise(numbers):
        if after - before > 1:
            yield before + 1, after - 1


def scorecard(agency: str, source: Source, kept: Kept, period: tuple[date, date], now: datetime) -> SourceScorecard:
    """What is told of a source."""
    missing = gaps(kept.numbers)
    silent = kept.last_heard_at is None or now - kept.last_heard_at > timedelta(hours=source.rhythm_hours)
    return SourceScorecard(
        agency=agency,
        source=source.code,
        begins=period[0],
        ends=period[1],
        rhythm_hours=source.rhythm_hours,
        last_heard_at=kept.last_heard_at,
        silent=silent,
        days_heard=sum(number > 0 for number in kept.accepted.values()),
        accepted=sum(kept.accepted.values()),
        refused=dict(sorted(kept.refused.items())),
        contradicted=kept.contradicted,
        lateness=lateness(kept.late),
        missing=sum(last - first + 1 for first, last in missing),
        gaps=tuple(missing[-MOST_GAPS:]),
    )
