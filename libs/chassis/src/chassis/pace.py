"""Work in the background gives way to whoever waits for an answer."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

__all__ = ["giving_way"]


@asynccontextmanager
async def giving_way() -> AsyncIterator[None]:
    """Around one piece of it: afterwards the others have process and database to themselves, for as long as it took."""
    began = time.monotonic()
    yield
    await asyncio.sleep(time.monotonic() - began)
