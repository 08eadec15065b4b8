"""How a process ends: asked, asked again, made to."""

import asyncio
import contextlib
import os
import signal
import time

from tapal_local import guard

__all__ = ["end", "gone"]

AGAIN = 3.0


async def gone(process: asyncio.subprocess.Process) -> None:
    """Returns when the process has ended, even while something it left behind keeps its output open.

    asyncio's own `wait` also waits for the output to be closed.
    """
    while process.returncode is None:  # noqa: ASYNC110  there is no event but that one
        await asyncio.sleep(0.05)


async def end(process: asyncio.subprocess.Process, grace: float) -> None:
    """Returns when the process and all that it started are gone; our children lead sessions of their own."""
    # Asked again and again: one that is just starting can miss a signal (seen with SecantusDB and with RabbitMQ).
    deadline = time.monotonic() + grace
    while process.returncode is None and (left := deadline - time.monotonic()) > 0:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(gone(process), min(left, AGAIN))
    guard.kill_session(process.pid)
    await gone(process)
