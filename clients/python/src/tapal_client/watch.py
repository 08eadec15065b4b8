"""What the client declares covered, and when: it keeps an eye on how long it was away."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tapal_client.coverage import Known, Period, covered, is_due, is_possible, lived, split
from tapal_client.disk import Queue
from tapal_client.entries import Entry

__all__ = ["Watch", "status_event"]

# Exact enough, and it spares the disk.
OFTEN = timedelta(minutes=1)


def status_event(source: str, period: Period, last_sequence: int, now: datetime) -> dict[str, Any]:
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
        last = self._moment("alive_at")
        if not is_possible(now) or (last is not None and timedelta(0) <= now - last < OFTEN):
            return
        known = self._known(now)
        before = lived(known)
        if before is not None and self.own_status:
            self._keep([*self._stretches(now), before])
        if known.begins != self._moment("covered_until"):
            self._note("covered_until", known.begins)
        if (self._moment("declared_at") or now) > now:
            self._note("declared_at", now)
        self._note("alive_at", now)

    def declare(self) -> bool:
        """Queue a source.status when one is due and there is something to declare. Returns whether it did."""
        now = self.now()
        if not self.own_status or not is_due(self._moment("declared_at"), now):
            return False
        return self._declare(now, carried=False)

    def carry(self) -> list[Entry]:
        """Everything without an outcome, and at the end what it covers by source.status: the content of one parcel."""
        self.alive()
        if self.own_status:
            self._declare(self.now(), carried=True)
        return self.queue.carry()

    def _declare(self, now: datetime, *, carried: bool) -> bool:
        if not is_possible(now):
            return False
        known = self._known(now, carried=carried)
        parts = [split(period, known.outstanding) for period in self._stretches(now)]
        current = covered(known, now)
        declared = [period for period in (*(done for done, _ in parts), current) if period is not None]
        for period in declared:
            self.queue.add(status_event(self.source, period, self.queue.last_sent(), now))
        if not declared:
            return False
        self._keep(rest for _, rest in parts if rest is not None)
        if current is not None:
            self._note("covered_until", current[1])
            self._note("declared_at", now)
        return True

    def _known(self, now: datetime, *, carried: bool = False) -> Known:
        until, alive = (self._moment(name) or now for name in ("covered_until", "alive_at"))
        return Known(until, alive, now, self.queue.oldest_outstanding(carried=carried))

    def _stretches(self, now: datetime) -> list[Period]:
        """What was lived through before gaps and is not declared yet. What lies ahead of now never was."""
        kept = json.loads(self.queue.fact("stretches") or "[]")
        periods = [(datetime.fromisoformat(begins), datetime.fromisoformat(until)) for begins, until in kept]
        return [period for period in periods if period[1] <= now]

    def _keep(self, stretches: Iterable[Period]) -> None:
        self.queue.note("stretches", json.dumps([[moment.isoformat() for moment in period] for period in stretches]))

    def _moment(self, name: str) -> datetime | None:
        value = self.queue.fact(name)
        return None if value is None else datetime.fromisoformat(value)

    def _note(self, name: str, moment: datetime) -> None:
        self.queue.note(name, moment.isoformat())
