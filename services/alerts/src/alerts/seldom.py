"""What takes long to count is not counted for everybody who asks."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Generic, TypeVar

__all__ = ["Seldom"]

T = TypeVar("T")
SHARE, SHORT = 20, 0.25


class Seldom(Generic[T]):
    """An answer found again at the earliest after twenty times what finding it took; at once where that was short."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._lock = asyncio.Lock()
        self._answer: T | None = None
        self._until = clock()

    async def __call__(self, find: Callable[[], Awaitable[T]]) -> T:
        async with self._lock:
            began = self._clock()
            if self._answer is not None and began < self._until:
                return self._answer
            self._answer = found = await find()
            took = self._clock() - began
            self._until = began + (SHARE * took if took > SHORT else 0)
            return found
