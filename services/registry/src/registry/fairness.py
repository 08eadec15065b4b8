"""Agencies take turns at the one writer, and whoever sends without end leaves room for who sends now and then."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

__all__ = ["Fair", "Turn"]

RECENT = 600.0
"""So long after its last turn a sender counts as one who sends."""
AHEAD = 1.0
"""Seconds of turns that a sender may use at once after it was quiet: nobody waits for a few events in a row. So long at
most, too, waits who used all of the time while nobody else sent."""
SLICE = 10
"""Events at a time of a sender that has used up its share, so that nobody waits long behind it."""


@dataclass
class _Purse:
    """Seconds of turns that a sender has left, and when that was."""

    left: float
    at: float


class Fair:
    """Turns at one lock. While somebody sends now and then, who sends without end gets `share` of the time.

    The rest of the time is for the former, and for all that follows in other services. Senders without end among
    themselves, or one alone, have all of it.
    """

    def __init__(
        self,
        share: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._share = share
        self._clock = clock
        self._sleep = sleep
        self._lock = asyncio.Lock()
        self._purses: dict[str, _Purse] = {}

    def of(self, sender: str) -> "Turn":
        """The turns of one sender, to be entered again and again, one at a time."""
        return Turn(self, sender)

    async def begin(self, sender: str) -> int | None:
        """Wait for the sender's turn. Answers how many events it may bring, None for any number."""
        owed = self._owed(sender)
        if owed:
            await self._sleep(owed)
        await self._lock.acquire()
        return SLICE if owed else None

    def end(self, sender: str, began: float) -> None:
        """Its turn is over: what it took is taken from its share."""
        self._lock.release()
        now = self._clock()
        self._purses[sender] = _Purse(max(-AHEAD * self._share, self._saved(sender, now) - (now - began)), now)

    def now(self) -> float:
        return self._clock()

    def _saved(self, sender: str, now: float) -> float:
        purse = self._purses.get(sender)
        return AHEAD if purse is None else min(AHEAD, purse.left + (now - purse.at) * self._share)

    def _owed(self, sender: str) -> float:
        now = self._clock()
        saved = self._saved(sender, now)
        return -saved / self._share if saved < 0 and any(self._light(other, now) for other in self._purses) else 0.0

    def _light(self, sender: str, now: float) -> bool:
        return now - self._purses[sender].at < RECENT and self._saved(sender, now) > AHEAD / 2


class Turn:
    """One sender's turns, as an asynchronous context."""

    def __init__(self, fair: Fair, sender: str) -> None:
        self._fair = fair
        self._sender = sender
        self._began = 0.0

    async def __aenter__(self) -> int | None:
        most = await self._fair.begin(self._sender)
        self._began = self._fair.now()
        return most

    async def __aexit__(self, *_: object) -> None:
        self._fair.end(self._sender, self._began)
