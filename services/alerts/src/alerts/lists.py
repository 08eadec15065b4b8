"""The list of alerts, newest change first: walked back week by week, so that no query reads more than it must.

Made for a region: a page costs what changed in the weeks it spans. Alerts that have not changed for two years are
no longer listed; they can still be read by id.
"""

import base64
import binascii
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from alerts.alert import Alert
from alerts.documents import week_of
from alerts.rules import Side
from alerts.store import Store
from chassis.errors import Problem
from chassis.mongo import Document

__all__ = ["WEEKS", "Page", "Wanted", "list_alerts", "spans"]

Position = tuple[datetime, str]
State = Literal["open", "acknowledged", "in_review", "confirmed", "dismissed", "held", "withdrawn"]
WEEKS = 104


class Wanted(BaseModel):
    """What is asked for; what is left out may be anything."""

    model_config = ConfigDict(frozen=True)

    state: State | None = None
    rule: str | None = Field(None, max_length=20)
    agency: str | None = Field(None, max_length=40)
    subject: str | None = Field(None, max_length=100)
    side: Side | None = None
    after: str | None = Field(None, max_length=200)
    limit: int = Field(50, ge=1, le=200)

    def holds(self, alert: Alert) -> bool:
        """Whether it is of the side that is asked for. What watches the readers is listed only where it is named."""
        return alert.side != "safeguard" if self.side is None else alert.side == self.side

    def match(self) -> Document:
        """The filter of the database."""
        asked = {"state": self.state, "rule": self.rule, "agencies": self.agency, "subject": self.subject}
        return {name: value for name, value in asked.items() if value is not None}


@dataclass(frozen=True)
class Page:
    """Alerts in order, and where the next page begins."""

    items: Sequence[Alert]
    next: str | None


async def list_alerts(store: Store, wanted: Wanted, now: datetime) -> Page:
    """One page. Raises Problem 422 for a position that was not given out here."""
    start = _position(wanted.after)
    found: list[Alert] = []
    for weeks in spans(week_of(start[0] if start else now)):
        alerts = await store.changed_between(weeks, wanted.match())
        found += [one for one in alerts if wanted.holds(one) and (start is None or _place(one) < start)]
        if len(found) > wanted.limit:
            break
    found.sort(key=_place, reverse=True)
    items = found[: wanted.limit]
    return Page(items, _written(items[-1]) if len(found) > wanted.limit else None)


def spans(latest: int) -> Iterator[tuple[int, int]]:
    """Ever longer spans of weeks backwards: this one, then one, two, four … before it."""
    reach, done = 1, 0
    while done < WEEKS:
        yield latest - done - reach + 1, latest - done
        done += reach
        reach = min(2 * reach, WEEKS)


def _place(alert: Alert) -> Position:
    return alert.updated_at, alert.id


def _written(alert: Alert) -> str:
    text = f"{alert.updated_at.astimezone(UTC).isoformat()}|{alert.id}"
    return base64.urlsafe_b64encode(text.encode()).decode()


def _position(after: str | None) -> Position | None:
    if after is None:
        return None
    try:
        moment, id = base64.urlsafe_b64decode(after).decode().split("|")
        at = datetime.fromisoformat(moment)
    except (binascii.Error, ValueError):
        raise _unknown_position() from None
    if at.tzinfo is None:
        raise _unknown_position()
    return at, id


def _unknown_position() -> Problem:
    return Problem(422, "invalid_request", id="Posisi daftar tidak dikenal.", en="Unknown position.", fields=["after"])
