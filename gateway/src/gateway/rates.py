"""How much one caller may ask: per account, per source and per agency, counted in Redis for all replicas together.

Said in the headers `RateLimit-Policy` and `RateLimit` (IETF draft ratelimit-headers) and, when it is used up, by 429
with Retry-After. While Redis is away nobody is counted: a limit protects the others, and must not shut everybody out.

Who asks often is counted some requests ahead, a hundredth of the limit at most, for a second: Redis would cost a fifth
of what the door does for a request. What is counted ahead and not used is lost; more than the limit nobody gets.
"""

import asyncio
import math
import time
from dataclasses import dataclass, field
from typing import Literal

from limits import RateLimitItemPerMinute
from limits.aio.storage import RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import StorageError
from pydantic import BaseModel, Field
from starlette.requests import Request

from chassis.errors import Problem
from chassis.log import log

__all__ = ["AHEAD_SECONDS", "Rates", "RatesSettings"]

Of = Literal["account", "source", "agency", "address"]
WINDOW = 60
PATIENCE_SECONDS = 2
AWAY_SECONDS = 10.0
AHEAD_SECONDS = 1.0
AHEAD_PART = 100
REMEMBERED = 10_000


class RatesSettings(BaseModel):
    """Requests a minute of an account; events a minute of a source and of all sources of an agency.

    `address`: sign-ins by the identity provider that one network address may begin a minute.
    """

    account: int = Field(1200, gt=0)
    source: int = Field(6000, gt=0)
    agency: int = Field(12000, gt=0)
    address: int = Field(120, gt=0)


@dataclass
class _Caller:
    """What one caller was counted for and has not used yet, and how the limit stood then."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    size: int = 0
    left: int = 0
    remaining: int = 0
    resets: float = 0.0
    ends: float = 0.0

    def is_fresh(self) -> bool:
        """Whether it was counted within the last second."""
        return time.monotonic() < self.ends

    def take(self, cost: int) -> bool:
        """Whether so much was left, which is used now."""
        taken = self.is_fresh() and self.left >= cost
        self.left -= cost if taken else 0
        return taken


class Rates:
    """Counts, and says no."""

    def __init__(self, redis_url: str, limits: RatesSettings) -> None:
        storage = RedisStorage(
            f"async+{redis_url}",
            wrap_exceptions=True,
            implementation="redispy",
            key_prefix="tapal:rate",
            socket_connect_timeout=PATIENCE_SECONDS,
            socket_timeout=PATIENCE_SECONDS,
        )
        self._limiter = SlidingWindowCounterRateLimiter(storage)
        self._items = {name: RateLimitItemPerMinute(amount) for name, amount in limits.model_dump().items()}
        self._callers: dict[tuple[Of, str], _Caller] = {}
        self._away_until = 0.0

    async def spend(self, request: Request, of: Of, name: str, cost: int = 1) -> None:
        """Count so much. Raises Problem 429 where it is more than may be."""
        item, caller = self._items[of], self._caller(of, name)
        allowed = caller.take(cost) or await self._asked(caller, of, name, cost)
        if allowed is None:
            return
        wait = max(1, math.ceil(caller.resets - time.time()))
        told = request.scope.setdefault("rates", {})
        told[of] = (f'"{of}";q={item.amount};w={WINDOW}', f'"{of}";r={caller.remaining + caller.left};t={wait}')
        if not allowed:
            raise Problem(
                429,
                "too_many_requests",
                id="Terlalu banyak permintaan; coba lagi nanti.",
                en="Too many requests; try again later.",
                retry_after=wait,
                limit=of,
            )

    def _caller(self, of: Of, name: str) -> _Caller:
        if len(self._callers) >= REMEMBERED:
            self._callers.clear()
        return self._callers.setdefault((of, name), _Caller())

    async def _asked(self, caller: _Caller, of: Of, name: str, cost: int) -> bool | None:
        """Whether so much may be; none while nobody can be counted. Who waits meanwhile takes of what was counted."""
        async with caller.lock:
            if caller.take(cost):
                return True
            if time.monotonic() < self._away_until:
                return None
            try:
                return await self._count(caller, of, name, cost)
            except StorageError:
                self._away_until = time.monotonic() + AWAY_SECONDS
                log.warning("rates_uncounted", missing="redis")
                return None

    async def _count(self, caller: _Caller, of: Of, name: str, cost: int) -> bool:
        """Whether so much was counted in Redis; for whoever asked within the last second with some ahead."""
        item, often = self._items[of], caller.is_fresh()
        size = min(2 * caller.size + 1, item.amount // AHEAD_PART) if often else 0
        allowed = await self._limiter.hit(item, of, name, cost=cost + size)
        if not allowed and size:
            size, allowed = 0, await self._limiter.hit(item, of, name, cost=cost)
        caller.resets, caller.remaining = await self._limiter.get_window_stats(item, of, name)
        caller.left = size + (caller.left if often else 0)
        caller.size, caller.ends = size, time.monotonic() + AHEAD_SECONDS
        return allowed
