"""Starts parts in order of readiness, keeps them, and stops them in the opposite order."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Protocol

from tapal_local import guard, records
from tapal_local.home import Home
from tapal_local.keeper import Keeper, Status
from tapal_local.part import Part

__all__ = ["NotStarted", "Observer", "Supervisor", "check_order", "supervised"]

TRIES = 4


class NotStarted(Exception):
    """A part does not come up; the message says which, and shows the end of its log."""


class Observer(Protocol):
    """Told of every change, and of every line a part writes."""

    def changed(self, statuses: Sequence[Status]) -> None: ...

    def heard(self, part: str, line: str) -> None: ...


def check_order(parts: Sequence[Part]) -> None:
    """Raise ValueError when parts wait for each other, or for one that is not there."""
    done: set[str] = set()
    waiting = list(parts)
    while waiting:
        able = [part for part in waiting if done.issuperset(part.after)]
        if not able:
            raise ValueError(f"parts that can never start: {[part.name for part in waiting]}")
        done |= {part.name for part in able}
        waiting = [part for part in waiting if part.name not in done]


class Supervisor:
    def __init__(self, parts: Sequence[Part], home: Home, observer: Observer) -> None:
        self._home, self._observer = home, observer
        check_order(parts)
        self._keepers = {part.name: Keeper(part, home, observer.heard, self._tell) for part in parts}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    @property
    def statuses(self) -> list[Status]:
        return [keeper.status for keeper in self._keepers.values()]

    async def start(self) -> None:
        """Returns when all parts are ready. Raises NotStarted when one fails again and again."""
        for keeper in self._keepers.values():
            self._tasks[keeper.part.name] = asyncio.create_task(self._keep(keeper))
        await asyncio.gather(*(self._until_ready(keeper) for keeper in self._keepers.values()))

    async def stop(self, *, hurry: bool = False) -> None:
        """Returns when no process is left. In a hurry nothing is asked politely: the data is not kept."""
        gone = {name: asyncio.Event() for name in self._keepers}
        await asyncio.gather(*(self._stop_one(name, gone, hurry=hurry) for name in self._keepers))
        # What was being started at the very moment of the stop has no keeper that knows it.
        await asyncio.to_thread(guard.sweep, self._home.path)

    async def _stop_one(self, name: str, gone: dict[str, asyncio.Event], *, hurry: bool) -> None:
        """Not before everything that needs this part is gone."""
        for other in self._keepers.values():
            if name in other.part.after:
                await gone[other.part.name].wait()
        if hurry:
            self._keepers[name].grace = 0
        task = self._tasks.get(name)
        if task is not None:
            task.cancel()
            await asyncio.wait({task})
        gone[name].set()

    async def _keep(self, keeper: Keeper) -> None:
        for name in keeper.part.after:
            await self._keepers[name].has_been_ready.wait()
        await keeper.run()

    async def _until_ready(self, keeper: Keeper) -> None:
        task = self._tasks[keeper.part.name]
        while not keeper.has_been_ready.is_set():
            if task.done():
                raise NotStarted(f"{keeper.part.name}: {task.exception()!r}")
            if keeper.failures >= TRIES:
                log = records.tail(self._home.log(keeper.part.name))
                raise NotStarted(f"{keeper.part.name} does not come up. The end of its log:\n{log}")
            await asyncio.sleep(0.05)

    def _tell(self) -> None:
        self._observer.changed(self.statuses)


@asynccontextmanager
async def supervised(
    parts: Sequence[Part], home: Home, observer: Observer, *, hurry: bool = False
) -> AsyncIterator[Supervisor]:
    """A running supervisor under guard; on leaving, by whatever way, no process is left."""
    watch = asyncio.create_task(guard.keep(home.path))
    supervisor = Supervisor(parts, home, observer)
    try:
        yield supervisor
    finally:
        await supervisor.stop(hurry=hurry)
        watch.cancel()
        await asyncio.gather(watch, return_exceptions=True)
