"""Who is killed when: everything in the middle of the load, the door and the alerts while officers wait for answers."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from fault_load import Sender, Sent
from fault_watch import Watch
from fault_work import Work, work_on_cases
from pymongo.errors import PyMongoError

# One after the other, each while its slice of the load is under way: the consumers again and again.
KILLS = ("registry", "alerts", "broker", "database", "registry", "alerts", "database", "registry", "reports")
# Beside that, each once so many steps on cases are done: the first while all hands open their first case.
IN_THEIR_HANDS = {"gateway": 0, "alerts": 36}
CASES, HANDS = 18, 6
LOOK = 0.005


@dataclass
class Killer:
    """kill -9 of parts that are up; `done` counts them."""

    watch: Watch
    done: Counter[str] = field(default_factory=Counter)

    async def everything(self, sender: Sender, work: Work) -> None:
        """All parts in turn, while officers work on cases and the requests fall due."""
        await sender.send(self.watch.load.first)
        async with asyncio.TaskGroup() as together:
            together.create_task(self._when_due())
            together.create_task(self._in_their_hands(work))
            together.create_task(work_on_cases(work, CASES, HANDS))
            for n, part in enumerate(KILLS):
                await self._in_the_middle(part, self.watch.load.rest[n :: len(KILLS)], sender)
        await asyncio.to_thread(self.watch.system.wait_ready)

    async def _in_the_middle(self, part: str, slice_: Sequence[Sent], sender: Sender) -> None:
        """Everything of the slice is sent at once, and the part dies when half of it is confirmed."""
        await asyncio.to_thread(self.watch.system.wait_ready)
        await self.watch.note_dead()
        pid = await self._up(part)
        enough = len(sender.confirmed) + len(slice_) // 2
        async with asyncio.TaskGroup() as together:
            together.create_task(sender.send(slice_))
            async with asyncio.timeout(30):
                while len(sender.confirmed) < enough:
                    await asyncio.sleep(LOOK)
            self._kill(part, pid)

    async def _in_their_hands(self, work: Work) -> None:
        """Each part dies while officers wait for an answer."""
        for part, steps in IN_THEIR_HANDS.items():
            async with asyncio.timeout(180):
                while work.done < steps:
                    await asyncio.sleep(LOOK)
                pid = await self._up(part)
                while not work.asking:
                    assert not work.over, f"nobody waited for an answer any more when the {part} should die"
                    await asyncio.sleep(LOOK)
            self._kill(part, pid)

    async def _when_due(self) -> None:
        """The alerts die as soon as they took what all fell due at once."""
        moment = max(self.watch.load.patterns.due)
        await asyncio.sleep((moment - datetime.now(UTC)).total_seconds() - 1)
        async with asyncio.timeout(60):
            pid = await self._up("alerts")
            while not await self._taken(moment):
                await asyncio.sleep(LOOK)
        self._kill("alerts", pid)

    async def _taken(self, moment: datetime) -> bool:
        with suppress(PyMongoError):
            return await self.watch.taken_by_the_clock(moment)
        return False

    async def _up(self, part: str) -> int:
        """The process of a part that is ready."""
        while True:
            found = self.watch.system.status()[part]
            if found["ready"] and found["pid"]:
                return int(found["pid"])
            await asyncio.sleep(0.1)

    def _kill(self, part: str, pid: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            self.done[part] += 1
