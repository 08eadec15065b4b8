"""The list of alerts, newest change first: walked back over its shelves, so that no query reads more than it must."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from alerts.alert import Alert
from alerts.documents import alert_of
from alerts.shelves import KEPT, SAFEGUARD, State, shelves_for
from alerts.store import Store
from chassis.backwards import Span, newest
from chassis.listing import Asked, Page
from chassis.mongo import Document

__all__ = ["Wanted", "list_alerts"]

ORDER = "-updated_at"


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

    async def read(span: Span) -> list[Document]:
        read = await asyncio.gather(*(store.rows_within(span, shelf) for shelf in wanted.shelves()))
        return [row for rows in read for row in rows if wanted.fits(row)]

    page = await newest(read, Asked(ORDER, wanted.after, wanted.limit), now, now - KEPT)
    # Only what is shown is opened.
    return Page([*map(alert_of, page.items)], page.next)
