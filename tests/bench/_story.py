"""The synthetic events of the bench: every person enters, does not leave in time, and is checked in at a hotel later.

Each of the two events raises or changes the alert of that stay: the heaviest case, in life few events do.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

from synthetic import entry, event, moment, night, passport

from chassis.bus import Incoming

__all__ = ["FINAL_RULE", "SENDERS", "Sent", "Stories", "coverage"]

SENDERS = ("plbn-badau", "phri-kh")
FINAL_RULE = "R02b"
ENTERED, ENDED, SEEN = -40, -10, -2


@dataclass(frozen=True, slots=True)
class Sent:
    """One event on its way: `id` is in its receipt and serves as its trace."""

    agency: str
    id: str
    body: bytes


class Stories:
    """People without end, each new, each with two events."""

    def __init__(self, first: int = 1) -> None:
        self._numbers = count(first)
        self._today = _today()

    def take(self, events: int) -> list[Sent]:
        """So many events: first all entries, then all nights, as two agencies' systems would hold them."""
        pairs = [self._pair() for _ in range(events // 2)]
        return [first for first, _ in pairs] + [second for _, second in pairs]

    def stream(self, behind: int) -> Iterator[Sent]:
        """Entry, night, entry, night …, each night that of the person who entered `behind` people ago."""
        waiting: list[Sent] = []
        while True:
            first, second = self._pair()
            waiting.append(second)
            yield first
            if len(waiting) > behind:
                yield waiting.pop(0)

    def _pair(self) -> tuple[Sent, Sent]:
        number = next(self._numbers)
        who = passport(f"B{number:07d}")
        first = entry(who, self._today + ENTERED, self._today + ENDED)
        return _sent(first), _sent(night(who, self._today + SEEN, ref=str(number)))


def coverage() -> list[Sent]:
    """What sources declare, so that alerts need not wait for them."""
    declared = {"covers_from": moment(_today() - 90).isoformat(), "covers_until": datetime.now(UTC).isoformat()}
    now = datetime.now(UTC) - timedelta(seconds=1)
    return [_sent(event(agency, "source.status", declared, now)) for agency in ("plbn-badau", "imigrasi")]


def _today() -> int:
    return (datetime.now(UTC) - moment(0)).days


def _sent(incoming: Incoming) -> Sent:
    return Sent(incoming.queue.removeprefix("intake."), json.loads(incoming.body)["id"], incoming.body)
