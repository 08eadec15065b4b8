"""The list of alerts, newest change first: walked back over its shelves, so that no query reads more than it must."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from alerts.alert import Alert
from alerts.documents import alert_of
from alerts.shelves import SAFEGUARD, State, shelves_for, spans
from alerts.store import Store
from chassis.listing import Page, position, unknown_position, written
from chassis.mongo import Document

__all__ = ["Wanted", "list_alerts"]

Place = tuple[float, str]
ORDER, MOST = "-updated_at", 1e11
# A position is told in fractions of a second, and the clock of who wrote a change may be ahead of that of who lists it.
A_MOMENT, A_DAY = timedelta(milliseconds=1), timedelta(days=1)


class Wanted(BaseModel):
    """What is asked for; what is left out may be anything."""

    model_config = ConfigDict(frozen=True)

    state: State | None = None
    rule: str | None = Field(None, max_length=20)
    agency: str | None = Field(None, max_length=40)
    subject: str | None = Field(None, max_length=100)
    side: Literal["safeguard"] | None = None
    after: str | None = Field(None, max_length=200)
    limit: int = Field(50, ge=1, le=200)

    def shelves(self) -> Sequence[str]:
        """Where it lies. What watches the readers is listed only where that side is named."""
        return [SAFEGUARD] if self.side else shelves_for(self.rule, self.agency, self.state)

    def fits(self, row: Document) -> bool:
        """Whether a row of one of its shelves is asked for."""
        asked = {"state": self.state, "rule": self.rule, "subject": self.subject}
        others = any(value not in (None, row[name]) for name, value in asked.items())
        return not others and (self.agency is None or self.agency in row["agencies"])


async def list_alerts(store: Store, wanted: Wanted, now: datetime) -> Page[Alert]:
    """One page. Raises Problem 422 for a position that was not given out here."""
    start = _start(wanted.after)
    found: list[Document] = []
    times = spans(datetime.fromtimestamp(start[0], UTC), A_MOMENT) if start else spans(now, A_DAY)
    for span in times:
        read = await asyncio.gather(*(store.rows_within(span, shelf) for shelf in wanted.shelves()))
        rows = (row for rows in read for row in rows)
        found += [row for row in rows if wanted.fits(row) and (start is None or _place(row) < start)]
        if len(found) > wanted.limit:
            break
    found.sort(key=_place, reverse=True)
    page = found[: wanted.limit]
    # Only what is shown is opened.
    return Page([*map(alert_of, page)], written(ORDER, _place(page[-1])) if len(found) > wanted.limit else None)


def _place(row: Document) -> Place:
    return row["at"].timestamp(), row["_id"]


def _start(after: str | None) -> Place | None:
    match position(ORDER, after):
        case None:
            return None
        case (int() | float() as at, str() as id) if abs(at) < MOST:
            return at, id
    raise unknown_position()
