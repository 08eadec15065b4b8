"""Sends what is due: each subscription's notices one after the other, all subscriptions side by side. At least once."""

import asyncio
import secrets
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from alerts.notify.attempts import Outcome, next_step
from alerts.notify.items import Notice
from alerts.notify.notices_store import Claimed, Notices
from chassis.errors import Conflict, Unavailable
from chassis.log import log, place_of
from chassis.metrics import NOTICES

__all__ = ["Post", "Sender"]

LINE = 16
"""How many notices of one subscription a worker holds at a time."""
LINES = 16
FAULT = Outcome("fault")
Post = Callable[[Notice, datetime], Awaitable[Outcome | None]]
"""Sends a notice once; none where nobody is there who wants it."""


@dataclass
class Sender:
    """Works off notices. One that is not `loud` counts and logs nothing."""

    notices: Notices
    post: Post
    now: Callable[[], datetime]
    chance: Callable[[], float]
    patience: timedelta
    loud: bool = True
    _lines: dict[str, deque[Claimed]] = field(default_factory=dict)
    _woken: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """Look now rather than at the next time."""
        self._woken.set()

    async def run(self, every: float) -> None:
        """Send for ever. What a dead worker had taken comes back when its lease ends."""
        async with asyncio.TaskGroup() as workers:
            while True:
                try:
                    found = await self._take(workers)
                except (Unavailable, Conflict) as error:
                    found = False
                    self._say("notices_wait", reason=type(error).__name__)
                await self._pause(0 if found else every)

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            pass
        self._woken.clear()

    async def _take(self, workers: asyncio.TaskGroup) -> bool:
        full = [name for name, line in self._lines.items() if len(line) >= LINE]
        if len(self._lines) >= LINES:
            return False
        found = await self.notices.claim(self.now(), secrets.token_hex(8), LINE, full)
        for claimed in found:
            self._queue(claimed, workers)
        return len(found) == LINE

    def _queue(self, claimed: Claimed, workers: asyncio.TaskGroup) -> None:
        name = claimed.notice.subscription
        if name not in self._lines:
            self._lines[name] = deque()
            workers.create_task(self._work_off(name))
        self._lines[name].append(claimed)

    async def _work_off(self, name: str) -> None:
        line = self._lines[name]
        try:
            while line and await self._send(line.popleft()):
                pass
        except (Unavailable, Conflict) as error:
            # The lease runs out and brings them back.
            self._say("notices_wait", reason=type(error).__name__)
        finally:
            del self._lines[name]
            self.wake()

    async def _send(self, claimed: Claimed) -> bool:
        """Whether the next notice for the same subscription may follow."""
        if self.now() >= claimed.until:
            return False
        notice = await self.notices.closed(claimed) if claimed.notice.open else claimed.notice
        if notice.kind == "digest" and not notice.items:
            await self.notices.end(claimed, "nothing", (self.now(), "nothing"))
            return True
        outcome = await self._posted(notice)
        return await self._settled(claimed, outcome)

    async def _posted(self, notice: Notice) -> Outcome | None:
        try:
            return await self.post(notice, self.now())
        except (Unavailable, Conflict):
            raise
        except Exception as error:  # noqa: BLE001  one faulty notice must not stop all others
            self._say("notice_failed", **place_of(error))
            return FAULT

    async def _settled(self, claimed: Claimed, outcome: Outcome | None) -> bool:
        now = self.now()
        if outcome is None:
            await self.notices.end(claimed, "dropped", (now, "paused"))
            return True
        tried = claimed.notice.tried
        age = now - tried[0][0] if tried else timedelta(0)
        step = next_step(outcome, attempt=len(tried) + 1, age=age, patience=self.patience, chance=self.chance())
        self._count(claimed.notice.kind, "failed" if isinstance(step, timedelta) else step)
        if isinstance(step, timedelta):
            await self.notices.later(claimed, now + step, (now, outcome.code))
            return False
        await self.notices.end(claimed, step, (now, outcome.code))
        return True

    def _count(self, kind: str, outcome: str) -> None:
        if self.loud:
            NOTICES.labels(kind, outcome).inc()

    def _say(self, event: str, **facts: str) -> None:
        if self.loud:
            log.warning(event, **facts)
