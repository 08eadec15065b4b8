"""Keeps one part alive: start, wait until ready, watch, restart what dies, end cleanly."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from tapal_local import guard, records
from tapal_local.ending import end, gone
from tapal_local.home import Home
from tapal_local.part import Hook, Part

__all__ = ["Keeper", "Status"]

PATIENCE = 60.0  # seconds a part may take to become ready
STEADY = 30.0  # seconds after which a restart counts as the first again
SLOWEST = 20.0  # seconds between restarts at most


@dataclass(frozen=True)
class Status:
    name: str
    ready: bool
    address: str
    pid: int | None
    version: str
    restarts: int


class Keeper:
    """One part under supervision."""

    def __init__(self, part: Part, home: Home, heard: records.Heard, changed: Callable[[], None]) -> None:
        self.part = part
        self.failures = 0
        self.has_been_ready = asyncio.Event()
        self.grace = part.grace
        self._home, self._heard, self._changed = home, heard, changed
        self._ready, self._restarts = False, 0
        self._pid: int | None = None

    @property
    def status(self) -> Status:
        part = self.part
        return Status(part.name, self._ready, part.address, self._pid, part.version, self._restarts)

    async def run(self) -> None:
        """Runs until cancelled; then the process is gone."""
        while True:
            began = time.monotonic()
            await self._once()
            steady = time.monotonic() - began > STEADY
            self.failures = 1 if steady else self.failures + 1
            self._restarts += 1
            self._say("ended by itself, will be started again")
            await self._done(self.part.mourn)
            await asyncio.sleep(min(SLOWEST, 0.25 * 2**self.failures))

    async def _once(self) -> None:
        if not await self._done(self.part.prepare):
            return
        process = await self._spawn()
        assert process.stdout is not None
        log = self._home.log(self.part.name)
        copier = asyncio.create_task(records.copy(process.stdout, log, self.part.name, self._heard))
        watcher = asyncio.create_task(self._watch())
        exited = asyncio.create_task(gone(process))
        try:
            await asyncio.wait({watcher, exited}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._set(ready=False, pid=process.pid)
            watcher.cancel()
            await end(process, self.grace)
            copier.cancel()
            await asyncio.gather(watcher, copier, exited, return_exceptions=True)
            self._set(ready=False, pid=None)

    async def _spawn(self) -> asyncio.subprocess.Process:
        part = self.part
        process = await asyncio.create_subprocess_exec(
            *part.command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**guard.environment(self._home.path), **part.environment},
            cwd=part.folder,
            start_new_session=True,
        )
        guard.register(self._home.path, process.pid)
        self._set(ready=False, pid=process.pid)
        return process

    async def _watch(self) -> None:
        """Returns when the part has to be started anew although it lives: it never got ready."""
        deadline = time.monotonic() + PATIENCE
        while not await self.part.ready():
            if time.monotonic() > deadline:
                return
            await asyncio.sleep(0.1)
        if not await self._done(self.part.settle):
            return
        self._set(ready=True, pid=self._pid)
        self.has_been_ready.set()
        while True:
            await asyncio.sleep(2)
            self._set(ready=await self.part.ready(), pid=self._pid)

    async def _done(self, hook: Hook) -> bool:
        try:
            await hook()
        except Exception as error:  # noqa: BLE001  whatever keeps a part from being set up: say it, start it anew
            self._say(f"could not be set up: {error!r}")
            return False
        return True

    def _say(self, text: str) -> None:
        records.note(self._home.log(self.part.name), text)
        self._heard(self.part.name, text)

    def _set(self, *, ready: bool, pid: int | None) -> None:
        if (ready, pid) != (self._ready, self._pid):
            self._ready, self._pid = ready, pid
            self._changed()
