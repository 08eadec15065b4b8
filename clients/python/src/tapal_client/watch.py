"""What the client declares covered, and when: it keeps an eye on how long it was away."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tapal_client.coverage import Known, covered, is_due, is_possible
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

    def alive(self) -> None:
        """Note that the client is up: what it may declare covered depends on how long it was away since the last time.

        What was noted ahead of a clock that was put back is noted as now.
        """
        now = self.now()
        if not is_possible(now):
            return
        self._note("covered_until", self._known(now).begins)
        if self.queue.fact("declared_at") is not None:
            self._note("declared_at", min(self._moment("declared_at", now), now))
        self._note("alive_at", now)

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
        self.alive()
        if self.own_status:
            self._declare(self.now(), carried=True)
        return self.queue.carry()

    def _declare(self, now: datetime, *, carried: bool) -> bool:
        period = covered(self._known(now, carried=carried), now)
        if period is None:
            return False
        self.queue.add(status_event(self.source, period, self.queue.last_sent(), now))
        self._note("covered_until", period[1])
        self._note("declared_at", now)
        return True

    def _known(self, now: datetime, *, carried: bool = False) -> Known:
        until, alive = self._moment("covered_until", now), self._moment("alive_at", now)
        return Known(until, alive, now, self.queue.oldest_outstanding(carried=carried))

    def _moment(self, name: str, otherwise: datetime) -> datetime:
        value = self.queue.fact(name)
        return otherwise if value is None else datetime.fromisoformat(value)

    def _note(self, name: str, moment: datetime) -> None:
        if self.queue.fact(name) != moment.isoformat():
            self.queue.note(name, moment.isoformat())
