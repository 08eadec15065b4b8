"""A line: what one event says about one person, as the person's document keeps it."""

import json
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

__all__ = ["WIB", "Line", "day_of"]

WIB = timezone(timedelta(hours=7), "WIB")


def day_of(moment: datetime) -> date:
    """The day in western Indonesian time."""
    return moment.astimezone(WIB).date()


@dataclass(frozen=True)
class Line:
    """One event seen from one person.

    `data` is the event's data without other persons; `person` is this person's subtree in it. A line that is
    `elsewhere` only tells that the event is part of a chain of corrections: what it says concerns someone else.
    `node` is the node that the claim belongs to, `path` the person's place in the event; `refs` are opaque ids of
    numbers and phones that the event names. `by_day`: its times are good to the day only.
    """

    key: str
    agency: str
    source: str
    kind: str
    action: str | None
    at: datetime
    received_at: datetime
    target: str | None = None
    voids: bool = False
    sequence: int = -1
    channel: str = "system"
    data: dict[str, Any] = field(default_factory=dict)
    person: dict[str, Any] = field(default_factory=dict)
    parties: dict[str, str] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)
    by_day: bool = False
    elsewhere: bool = False
    node: str = ""
    path: str = ""

    @property
    def claim(self) -> str:
        """What names this line within a person: one event may say two things of one person."""
        return f"{self.key}/{self.path}" if self.path else self.key

    @property
    def order(self) -> tuple[datetime, str, str]:
        """The one order in which lines are folded, whatever order they arrived in."""
        return (self.at, self.key, self.path)

    @property
    def village(self) -> str | None:
        """Where it happened: the event's village or, for lodging, the establishment's."""
        village = self.data.get("village") or self.data.get("establishment", {}).get("village")
        return None if village is None else str(village)

    def header(self) -> "Line":
        """The same event, saying nothing of anybody."""
        return replace(self, data={}, person={}, parties={}, refs={}, by_day=False, node="", path="", elsewhere=True)

    def to_bytes(self) -> bytes:
        """The line as it rests in the database."""
        content = {name: value for name, value in vars(self).items() if value or (value == 0 and value is not False)}
        return json.dumps(content, default=_iso, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, stored: bytes) -> "Line":
        """The inverse of to_bytes."""
        content = json.loads(stored)
        for name in ("at", "received_at"):
            content[name] = datetime.fromisoformat(content[name])
        content.setdefault("action", None)
        return cls(**content)


def _iso(value: datetime) -> str:
    return value.isoformat()
