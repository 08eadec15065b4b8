"""What is said of a life: events as an agency's system would send them, each with the life that it is truly about."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from region.people import Human, Pen, by_card, person
from region.places import SOURCES

__all__ = ["Life", "Said", "Where"]

Where = str
"""A source, `agency/code`."""


@dataclass(frozen=True)
class Said:
    """One event. `about` are the lives of its persons; `sent` is when it leaves the source, `arrived` the step at which
    the system can know it; none where it never arrives. `flaw` says what is wrong with it, if anything is."""

    id: str
    source: Where
    kind: str
    at: datetime
    sent: datetime
    data: dict[str, Any] | None
    about: tuple[str, ...] = ()
    arrived: datetime | None = None
    more: dict[str, Any] = field(default_factory=dict)
    flaw: str = ""

    @property
    def agency(self) -> str:
        return self.source.split("/")[0]

    @property
    def sealed(self) -> bool:
        return self.kind == "protection"

    @property
    def action(self) -> str | None:
        return (self.data or {}).get("action")

    def envelope(self) -> dict[str, Any]:
        """As it goes over the wire."""
        found = {
            "specversion": "1.0",
            "id": self.id,
            "source": SOURCES[self.source].uri,
            "type": f"id.tapal.{self.kind}.v1",
            "time": self.at.isoformat(),
            **self.more,
        }
        return found if self.data is None else {**found, "data": self.data}


@dataclass
class Life:
    """Somebody's year. `ways` are what the catalogue says should come of it where every report arrives as it is."""

    kind: str
    key: str
    human: Human
    random: Random
    said: list[Said] = field(default_factory=list)
    paper: str = "passport"

    def me(self, pen: Pen = by_card, *, number: bool | None = None) -> dict[str, Any]:
        """The person, in the hand of whoever writes."""
        return person(self.random, self.human, pen, paper=self.paper, number=number)

    def say(self, source: Where, kind: str, when: datetime, data: dict[str, Any] | None, **more: Any) -> Said:
        """An event of this source about this life, sent a moment after it happened, or so many `hours` later."""
        hours = more.pop("hours", 0.05)
        about = tuple(more.pop("about", (self.key,)))
        id = more.pop("id", f"{self.key}/{len(self.said)}")
        said = Said(id, source, kind, when, when + timedelta(hours=hours), data, about, more=more)
        self.said.append(said)
        return said

    def replaced(self, old: Said, **changes: Any) -> None:
        self.said[self.said.index(old)] = replace(old, **changes)

    def others(self, lives: Iterable["Life"]) -> tuple[str, ...]:
        return (self.key, *(one.key for one in lives))
