"""The loop that sends: in order, in batches, again when the link returns, with the daily word on what is covered."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from tapal_client.disk import Queue
from tapal_client.watch import Watch
from tapal_client.ways import NoLink, NotAllowed, Way

__all__ = ["Sender", "pause"]

MOST = 100
MOST_BYTES = 900_000
ASK = 50
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 300.0
ANSWER_AFTER = timedelta(hours=24)
KEEP = timedelta(days=30)


def pause(failures: int, chance: float) -> float:
    """Seconds before the next attempt: twice as long each time, and never at the same moment as everybody else."""
    longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(failures - 1, 20))
    return longest * (0.5 + chance / 2)


@dataclass(frozen=True)
class Sender:
    """Sends one queue over one way."""

    queue: Queue
    way: Way
    watch: Watch
    chance: Callable[[], float]
    say: Callable[[str], None]
    poll_seconds: float = 5.0

    async def run(self) -> None:
        """For ever. Raises NotAllowed when somebody has to look."""
        failures = 0
        while True:
            try:
                busy = await self.turn()
            except NoLink as error:
                failures += 1
                seconds = max(error.retry_after, pause(failures, self.chance()))
                self.say(f"no link ({error}); next attempt in {seconds:.0f} s")
            else:
                failures = 0
                seconds = 0.0 if busy else self.poll_seconds
            await asyncio.sleep(seconds)

    async def drain(self) -> None:
        """Send what waits, and ask once what became of it. Raises NoLink, NotAllowed."""
        while await self.turn():
            pass

    async def turn(self) -> bool:
        """One round. Returns whether more waits to be sent. Raises NoLink, NotAllowed, noted for whoever asks."""
        try:
            waits = await self._round()
        except (NoLink, NotAllowed) as error:
            self._note(f"{self.watch.now().isoformat(timespec='seconds')} {error}")
            raise
        self._note("")
        return waits

    def _note(self, trouble: str) -> None:
        if trouble != (self.queue.fact("trouble") or ""):
            self.queue.note("trouble", trouble)

    async def _round(self) -> bool:
        now = self.watch.now()
        self.watch.alive()
        if self.way.answers:
            self.queue.again(now - ANSWER_AFTER)
        self.queue.forget(now - KEEP)
        waits = await self._send()
        if not self.way.answers:
            self.queue.rest()
        if self.way.answers:
            # First: what was refused meanwhile is not covered.
            await self._ask()
        return waits or self.watch.declare()

    async def _send(self) -> bool:
        entries = self.queue.take(MOST, MOST_BYTES)
        if not entries:
            return False
        answer = await self.way.send(entries)
        self.queue.sent(answer.taken)
        for event_id, outcome in answer.refused:
            self.queue.settle(event_id, [outcome])
        return True

    async def _ask(self) -> None:
        wanted = [entry.id for entry in self.queue.unanswered(ASK)]
        if wanted:
            await self.way.outcomes(wanted, self.queue.settle)
