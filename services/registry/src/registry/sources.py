"""What a source has declared covered, and when it was last heard. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from contracts.agencies import Agency
from contracts.events import SourceStatus
from contracts.messages import SourceChanged
from registry.world import SourceState

__all__ = ["announcement", "heard", "union"]

# A busy source is heard all the time; it is written down at most this often.
RESOLUTION = timedelta(minutes=10)
Period = tuple[datetime, datetime]


def heard(state: SourceState, at: datetime, status: SourceStatus | None, said_at: datetime) -> None:
    """Note that a source was heard, and what it declares: no further than the moment it said so, or was received."""
    before = (state.last_heard_at, state.covers, state.closed_until)
    if state.last_heard_at is None or at - state.last_heard_at >= RESOLUTION or status is not None:
        state.last_heard_at = max(at, state.last_heard_at or at)
    if status is not None:
        until = min(status.covers_until, said_at, at)
        if status.covers_from < until:
            state.covers = union([*state.covers, (status.covers_from, until)])
        state.closed_until = max(filter(None, (status.closed_until, state.closed_until)), default=None)
    if before != (state.last_heard_at, state.covers, state.closed_until):
        state.version = state.read_version + 1


def union(periods: Iterable[Period]) -> tuple[Period, ...]:
    """The same time as disjoint periods in order; periods that touch become one."""
    merged: list[Period] = []
    for begins, until in sorted(periods):
        if merged and begins <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], until))
        else:
            merged.append((begins, until))
    return tuple(merged)


def announcement(state: SourceState, agency: Agency) -> SourceChanged:
    """What is announced of a source."""
    source = next(source for source in agency.sources if source.code == state.code)
    return SourceChanged(
        agency=state.agency,
        source=state.code,
        version=state.version,
        clears=source.clears,
        rhythm_hours=source.rhythm_hours,
        last_heard_at=state.last_heard_at,
        covers=state.covers,
        closed_until=state.closed_until,
    )
