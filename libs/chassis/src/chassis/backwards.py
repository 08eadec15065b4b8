"""Lists by time, newest first, read backwards in ever longer times, so that no query reads more than it must.

SecantusDB reads everything that a query finds before it hands out the first row, whatever its limit. For MongoDB it is
a walk along the same index in a few steps.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from chassis.listing import Asked, Page, unknown_position
from chassis.mongo import Document

__all__ = ["Span", "newest", "place_in", "spans", "within"]

Place = tuple[float, str]
Span = tuple[datetime, datetime]
FIRST, GROWTH = timedelta(seconds=5), 4
MOST = 1e11
"""Seconds since 1970: thousands of years, which a date can still hold."""
# A position is told in fractions of a second, and the clock of who wrote a row may be ahead of that of who lists it.
A_MOMENT, A_DAY = timedelta(milliseconds=1), timedelta(days=1)


async def newest(
    read: Callable[[Span], Awaitable[Iterable[Document]]], asked: Asked, now: datetime, oldest: datetime
) -> Page[Document]:
    """A page of rows by `at` and `_id`, the latest first, none from before `oldest`. `read` finds those of a time.

    Raises Problem 422 for a position that was not given out here.
    """
    start = place_in(asked)
    found: list[Document] = []
    times = (
        spans(now, oldest, A_DAY) if start is None else spans(datetime.fromtimestamp(start[0], UTC), oldest, A_MOMENT)
    )
    for span in times:
        found += [row for row in await read(span) if start is None or _place(row) < start]
        if len(found) > asked.limit:
            break
    found.sort(key=_place, reverse=True)
    items = found[: asked.limit]
    return Page(items, asked.written(_place(items[-1])) if len(found) > len(items) else None)


def spans(latest: datetime, oldest: datetime, ahead: timedelta = timedelta()) -> Iterator[Span]:
    """Ever longer times backwards, each after its first moment and up to its last; the first a little `ahead`."""
    reach, end = FIRST, latest + ahead
    start = max(latest - reach, oldest)
    while end > oldest:
        yield start, end
        reach *= GROWTH
        end, start = start, max(start - reach, oldest)


def within(span: Span) -> dict[str, Any]:
    """The filter of a time."""
    return {"at": {"$gt": span[0], "$lte": span[1]}}


def place_in(asked: Asked) -> Place | None:
    """Where the page begins. Raises Problem 422."""
    match asked.position:
        case None:
            return None
        case (int() | float() as at, str() as id) if 0 <= at < MOST:
            return at, id
    raise unknown_position()


def _place(row: Document) -> Place:
    return row["at"].timestamp(), row["_id"]
