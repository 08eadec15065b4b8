"""The list of alerts, newest change first: walked back over its shelves, so that no query reads more than it must."""

import asyncio
import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict, Field

from alerts.alert import Alert
from alerts.rules import Side
from alerts.shelves import SAFEGUARD, State, shelves_for, spans
from alerts.store import Store
from chassis.errors import Problem
from chassis.mongo import Document

__all__ = ["Page", "Wanted", "list_alerts"]

Position = tuple[datetime, str]


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

    def shelves(self) -> Sequence[str]:
        """Where it lies. What watches the readers is listed only where that side is named."""
        return [SAFEGUARD] if self.side == SAFEGUARD else shelves_for(self.rule, self.agency, self.state)

    def holds(self, alert: Alert) -> bool:
        """Whether it is of the side that is asked for."""
        return self.side is None or alert.side == self.side

    def fits(self, row: Document) -> bool:
        """Whether a row of one of its shelves is asked for."""
        asked = {"state": self.state, "rule": self.rule, "subject": self.subject}
        others = any(value not in (None, row[name]) for name, value in asked.items())
        return not others and (self.agency is None or self.agency in row["agencies"])


@dataclass(frozen=True)
class Page:
    """Alerts in order, and where the next page begins."""

    items: Sequence[Alert]
    next: str | None


async def list_alerts(store: Store, wanted: Wanted, now: datetime) -> Page:
    """One page. Raises Problem 422 for a position that was not given out here."""
    start = _position(wanted.after)
    found: list[Alert] = []
    for span in spans(start[0] if start else now):
        read = (store.changed_within(span, shelf, wanted.fits) for shelf in wanted.shelves())
        alerts = [alert for alerts in await asyncio.gather(*read) for alert in alerts]
        found += [one for one in alerts if wanted.holds(one) and (start is None or _place(one) < start)]
        if len(found) > wanted.limit:
            break
    found.sort(key=_place, reverse=True)
    items = found[: wanted.limit]
    return Page(items, _written(items[-1]) if len(found) > wanted.limit else None)


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
