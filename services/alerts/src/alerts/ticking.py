"""Work that is done again and again, whatever happens to the database in between."""

import asyncio
from collections.abc import Awaitable, Callable

from chassis.errors import Conflict, Unavailable
from chassis.log import log

__all__ = ["ticking"]


async def ticking(tick: Callable[[], Awaitable[None]], every: float, waits: str) -> None:
    """For ever. Where the database is away, or somebody was faster, it waits for the next time and says `waits`."""
    while True:
        try:
            await tick()
        except (Unavailable, Conflict) as error:
            log.warning(waits, reason=type(error).__name__)
        await asyncio.sleep(every)
