"""Work that goes on beside the messages."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from chassis.bus import Link, depth
from chassis.errors import Conflict, Unavailable
from chassis.metrics import QUEUE_DEPTH

__all__ = ["every", "measure_depths"]


def every(seconds: float, work: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[None]]:
    """Work repeated for ever; an outage skips a turn."""

    async def repeat() -> None:
        while True:
            try:
                await work()
            except (Unavailable, Conflict):
                await asyncio.sleep(1)
            await asyncio.sleep(seconds)

    return repeat


async def measure_depths(link: Link, queues: Sequence[str]) -> None:
    """How many messages wait in each of these queues."""
    for queue in queues:
        QUEUE_DEPTH.labels(queue).set(await depth(link, queue))
