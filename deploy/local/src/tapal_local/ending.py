"""How a process ends: asked, asked again, made to."""

import asyncio
import contextlib
import os
import signal

from tapal_local import guard

__all__ = ["end"]


async def end(process: asyncio.subprocess.Process, grace: float) -> None:
    """Returns when the process and all that it started are gone; our children lead sessions of their own."""
    exited = asyncio.ensure_future(process.wait())
    # Asked twice: a Python program that is about to wait can miss the first signal (seen with SecantusDB at its start).
    for share in (1 / 3, 2 / 3):
        if grace > 0 and not exited.done():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGTERM)
            await asyncio.wait({exited}, timeout=grace * share)
    guard.kill_session(process.pid)
    await exited
