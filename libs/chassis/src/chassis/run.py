"""How a process runs: build, serve, work, and stop cleanly when told."""

import asyncio
import gc
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import uvicorn
import uvloop
from fastapi import FastAPI

from chassis.log import configure, log, place_of
from chassis.settings import Settings

__all__ = ["Process", "run", "running", "server_of"]

S = TypeVar("S", bound=Settings)
Work = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Process:
    """What a process does: an HTTP application, and work that goes on until the process stops."""

    app: FastAPI
    work: Sequence[Work] = field(default_factory=tuple)


Build = Callable[[S, AsyncExitStack], Awaitable[Process]]


class _Server(uvicorn.Server):
    # Signals are ours: the work must stop before the server does.
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def server_of(app: FastAPI, **where: Any) -> uvicorn.Server:
    """What serves an application; `where` and how are options of uvicorn."""
    config = uvicorn.Config(
        app, log_config=None, access_log=False, timeout_graceful_shutdown=2, lifespan="off", **where
    )
    return _Server(config)


@asynccontextmanager
async def running(settings: S, build: Build[S]) -> AsyncIterator[tuple[str, asyncio.Task[None]]]:
    """Run a process inside this one: yields its address, and a task that fails when any of its work does."""
    async with AsyncExitStack() as stack:
        process = await build(settings, stack)
        server = server_of(process.app, host=settings.http_host, port=settings.http_port)
        serving = asyncio.create_task(server.serve())
        while not server.started and not serving.done():  # noqa: ASYNC110  uvicorn offers no event for it
            await asyncio.sleep(0.005)
        if serving.done():
            raise OSError(f"{settings.name} could not listen")
        port = server.servers[0].sockets[0].getsockname()[1]
        working = asyncio.create_task(_all(process.work))
        try:
            yield f"http://{settings.http_host}:{port}", working
        finally:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)
            server.should_exit = True
            await serving


async def _all(work: Sequence[Work]) -> None:
    await asyncio.gather(*(item() for item in work), asyncio.Event().wait())


def run(settings: S, build: Build[S]) -> None:
    """Run a process until SIGTERM or SIGINT. Exits with 1 when its work fails, so that a supervisor starts it again."""
    configure(settings.name, settings.log_level)
    if not uvloop.run(_until_stopped(settings, build)):
        raise SystemExit(1)


async def _until_stopped(settings: S, build: Build[S]) -> bool:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with running(settings, build) as (address, working):
        # What is there by now stays: to look through it again and again stops everything for a tenth of a second.
        gc.collect()
        gc.freeze()
        log.info("started", address=address, roles=sorted(settings.roles))
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait({stopped, working}, return_when=asyncio.FIRST_COMPLETED)
        if working.done() and not working.cancelled() and (error := working.exception()):
            log.error("work_failed", **place_of(error))
            return False
        log.info("stopping")
    return True
