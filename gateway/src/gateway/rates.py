"""How much one caller may ask: per account, per source and per agency, counted in Redis for all replicas together.

Said in the headers `RateLimit-Policy` and `RateLimit` (IETF draft ratelimit-headers) and, when it is used up, by 429
with Retry-After. While Redis is away nobody is counted: a limit protects the others, and must not shut everybody out.
"""

import math
import time
from typing import Literal

from limits import RateLimitItemPerMinute
from limits.aio.storage import RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import StorageError
from pydantic import BaseModel, Field
from starlette.requests import Request

from chassis.errors import Problem
from chassis.log import log

__all__ = ["Rates", "RatesSettings"]

Of = Literal["account", "source", "agency", "address"]
WINDOW = 60
CONNECT_SECONDS = 2


class RatesSettings(BaseModel):
    """Requests a minute of an account; events a minute of a source and of all sources of an agency.

    `address`: sign-ins by the identity provider that one network address may begin a minute.
    """

    account: int = Field(1200, gt=0)
    source: int = Field(6000, gt=0)
    agency: int = Field(12000, gt=0)
    address: int = Field(120, gt=0)


class Rates:
    """Counts, and says no."""

    def __init__(self, redis_url: str, limits: RatesSettings) -> None:
        storage = RedisStorage(
            f"async+{redis_url}",
            wrap_exceptions=True,
            implementation="redispy",
            key_prefix="tapal:rate",
            socket_connect_timeout=CONNECT_SECONDS,
        )
        self._limiter = SlidingWindowCounterRateLimiter(storage)
        self._items = {name: RateLimitItemPerMinute(amount) for name, amount in limits.model_dump().items()}

    async def spend(self, request: Request, of: Of, name: str, cost: int = 1) -> None:
        """Count so much. Raises Problem 429 where it is more than may be."""
        item = self._items[of]
        try:
            allowed = await self._limiter.hit(item, of, name, cost=cost)
            resets, left = await self._limiter.get_window_stats(item, of, name)
        except StorageError:
            log.warning("rates_uncounted", missing="redis")
            return
        wait = max(1, math.ceil(resets - time.time()))
        told = request.scope.setdefault("rates", {})
        told[of] = (f'"{of}";q={item.amount};w={WINDOW}', f'"{of}";r={left};t={wait}')
        if not allowed:
            raise Problem(
                429,
                "too_many_requests",
                id="Terlalu banyak permintaan; coba lagi nanti.",
                en="Too many requests; try again later.",
                retry_after=wait,
                limit=of,
            )
