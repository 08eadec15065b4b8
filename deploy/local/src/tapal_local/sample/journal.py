"""Collects what the agencies send, and numbers it as their systems would."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any

from contracts.events import type_of

__all__ = ["WIB", "Event", "Journal"]

WIB = timezone(timedelta(hours=7))
Event = dict[str, Any]


@dataclass
class Journal:
    """Events by agency, dated back from `now`."""

    now: datetime
    events: dict[str, list[Event]] = field(default_factory=dict)

    def day(self, offset: int) -> date:
        return self.now.astimezone(WIB).date() + timedelta(days=offset)

    def at(self, offset: int, hour: int, minute: int = 0) -> datetime:
        """A moment of the day `offset` days from today, never later than now."""
        day = self.day(offset)
        moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=WIB)
        return min(moment, self.now.astimezone(WIB).replace(microsecond=0))

    def add(self, agency: str, source: str, kind: str, moment: datetime, data: Event) -> None:
        event: Event = {"specversion": "1.0", "source": f"/{agency}/{source}", "type": type_of(kind)}
        event |= {"time": moment.isoformat(), "datacontenttype": "application/json", "channel": "system"}
        event["data"] = {name: _written(value) for name, value in data.items() if value is not None}
        self.events.setdefault(agency, []).append(event)

    def numbered(self) -> dict[str, list[Event]]:
        """All events in order of time, each with an id and, unless sealed, a sequence number within its source."""
        last: Counter[str] = Counter()
        return {
            agency: [self._number(event, last) for event in _by_time(found)] for agency, found in self.events.items()
        }

    def _number(self, event: Event, last: Counter[str]) -> Event:
        # A sealed event has a series of its own: a gap in the open numbers would tell that it exists.
        sealed = event["type"] == type_of("protection")
        series = event["source"] + ("/sealed" if sealed else "")
        last[series] += 1
        what = event["data"].get("action", "note")
        numbered = {**event, "id": f"{self.day(0):%Y%m%d}{'S' if sealed else ''}/{last[series]}/{what}"}
        return numbered if sealed else {**numbered, "sequence": last[series]}


def _by_time(events: list[Event]) -> list[Event]:
    return sorted(events, key=lambda event: datetime.fromisoformat(event["time"]))


def _written(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
