"""How a process ends: asked, asked again, made to."""

import asyncio
import contextlib
import os
import signal

from tapal_local import guard

__all__ = ["end", "gone"]


async def gone(process: asyncio.subprocess.Process) -> None:
    """Returns when the process has ended, even while something it left behind keeps its output open.

    asyncio's own `wait` also waits for the output to be closed.
    """
    while process.returncode is None:  # noqa: ASYNC110  there is no event but that one
        await asyncio.sleep(0.05)


async def end(process: asyncio.subprocess.Process, grace: float) -> None:
    """Returns when the process and all that it started are gone; our children lead sessions of their own."""
    # Asked twice: a Python program that is about to wait can miss the first signal (seen with SecantusDB at its start).
    for share in (1 / 3, 2 / 3):
        if grace > 0 and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGTERM)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(gone(process), grace * share)
    guard.kill_session(process.pid)
    await gone(process)
