"""What the client declares covered, and when: it keeps an eye on how long it was away."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tapal_client.coverage import Known, covered, is_due
from tapal_client.disk import Queue
from tapal_client.entries import Entry

__all__ = ["Watch", "status_event"]


def status_event(source: str, period: tuple[datetime, datetime], last_sequence: int, now: datetime) -> dict[str, Any]:
    """The source.status that declares this period covered."""
    begins, until = (moment.isoformat(timespec="seconds") for moment in period)
    data = {"covers_from": begins, "covers_until": until, "last_sequence": last_sequence}
    return {
        "specversion": "1.0",
        "type": "id.tapal.source.status.v1",
        "source": source,
        "id": f"status/{until}/{now.isoformat(timespec='seconds')}",
        "time": now.isoformat(timespec="seconds"),
        "data": data,
    }


@dataclass(frozen=True)
class Watch:
    """Declares for one queue. `own_status`: whether by itself; otherwise somebody does it by hand."""

    queue: Queue
    source: str
    now: Callable[[], datetime]
    own_status: bool = True

    def start(self) -> None:
        """Note that the client is up: what it may declare covered depends on how long it was away."""
        now = self.now()
        known = self._known(now)
        if known.begins > known.covered_until or self.queue.fact("covered_until") is None:
            self.queue.note("covered_until", known.begins.isoformat())
        self.queue.note("alive_at", now.isoformat())

    def alive(self) -> None:
        """Note that the client is still up."""
        self.queue.note("alive_at", self.now().isoformat())

    def declare(self) -> bool:
        """Queue a source.status when one is due and there is something to declare. Returns whether it did."""
        now = self.now()
        if not self.own_status:
            return False
        last = self.queue.fact("declared_at")
        if not is_due(datetime.fromisoformat(last) if last else None, now):
            return False
        return self._declare(now, carried=False)

    def carry(self) -> list[Entry]:
        """Everything without an outcome, and a source.status for it at the end: the content of one parcel."""
        self.start()
        if self.own_status:
            self._declare(self.now(), carried=True)
        return self.queue.carry()

    def _declare(self, now: datetime, *, carried: bool) -> bool:
        period = covered(self._known(now, carried=carried), now)
        if period is None:
            return False
        self.queue.add(status_event(self.source, period, self.queue.last_sent(), now))
        self.queue.note("covered_until", period[1].isoformat())
        self.queue.note("declared_at", now.isoformat())
        return True

    def _known(self, now: datetime, *, carried: bool = False) -> Known:
        alive, until = (self.queue.fact(name) or now.isoformat() for name in ("alive_at", "covered_until"))
        last_alive = datetime.fromisoformat(alive)
        return Known(datetime.fromisoformat(until), last_alive, now, self.queue.oldest_outstanding(carried=carried))
