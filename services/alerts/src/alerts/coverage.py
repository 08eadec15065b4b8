"""Whether silence means something (G9): nothing reported counts only for periods that a source declared covered."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts.messages import SourceChanged

__all__ = ["Period", "covered", "key_of", "unasked", "waits_for"]

Interval = tuple[datetime, datetime]
# Events are told to the minute: a source that covers to 23:59 and from 00:00 has left no gap.
SEAM = timedelta(minutes=1)


@dataclass(frozen=True)
class Period:
    """From when to when nothing was seen. Without a start it begins where the source began."""

    start: datetime | None
    end: datetime


def key_of(source: SourceChanged) -> str:
    """agency/source."""
    return f"{source.agency}/{source.source}"


def covered(intervals: Iterable[Interval], period: Period) -> bool:
    """Whether the union of these intervals holds the period from where the source began.

    Nobody is asked about what happened before that: a source that began after the end covers nothing of it.
    """
    ordered = sorted(intervals)
    if not ordered or ordered[0][0] > period.end:
        return False
    reached = max(ordered[0][0], period.start or ordered[0][0])
    for start, end in ordered:
        if start <= reached + SEAM:
            reached = max(reached, end)
    return reached >= period.end


def unasked(clearing: Collection[SourceChanged], period: Period) -> bool:
    """Whether every source that could have seen it began after that time: nobody is asked about it."""
    return bool(clearing) and all(_began_after(source, period) for source in clearing)


def waits_for(clearing: Collection[SourceChanged], period: Period) -> frozenset[str] | None:
    """Those of the clearing sources that do not yet cover the period; none when there is no such source at all.

    Whoever began only after that time has nothing to say about it beside one that was there.
    """
    if not clearing:
        return None
    there = [source for source in clearing if not _began_after(source, period)] or clearing
    return frozenset(key_of(source) for source in there if not covered(source.covers, period))


def _began_after(source: SourceChanged, period: Period) -> bool:
    return bool(source.covers) and min(source.covers)[0] > period.end
