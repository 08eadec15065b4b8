"""Guessing is slow, and nobody can use that to shut somebody else out.

A device that the account logged in from before has attempts of its own. All others count by where they come from, and
together, so that many addresses make nobody fast. Counted before the password is looked at: guesses sent at once are
no way around it. Open while Redis is away.
"""

from dataclasses import dataclass

from chassis.cache import Cache
from chassis.cache import outages as cache_outages
from chassis.errors import Problem, Unavailable
from chassis.log import log

__all__ = ["EACH", "TOGETHER", "WINDOW_SECONDS", "Attempts", "Origin"]

EACH = 10
TOGETHER = 30
WINDOW_SECONDS = 300


@dataclass(frozen=True)
class Origin:
    """Who wants to be let in, from where. `device`: the id of one the account knows."""

    account: str
    address: str
    device: str | None = None

    def limits(self) -> dict[str, int]:
        """What is counted, and up to how many."""
        if self.device:
            return {f"tapal:login:device:{self.device}": EACH}
        account = self.account[:80]
        return {f"tapal:login:at:{self.address}:{account}": EACH, f"tapal:login:all:{account}": TOGETHER}


@dataclass(frozen=True)
class Attempts:
    """Attempts of the last minutes."""

    cache: Cache

    async def begin(self, origin: Origin) -> None:
        """Count one. Raises Problem 429 when there were too many."""
        try:
            with cache_outages():
                counts = [(await self._count(key), most) for key, most in origin.limits().items()]
        except Unavailable:
            log.warning("login_unlimited", missing="redis")
            return
        if any(count > most for count, most in counts):
            raise Problem(
                429,
                "too_many_attempts",
                id="Terlalu banyak percobaan. Coba lagi beberapa menit lagi.",
                en="Too many attempts. Try again in a few minutes.",
                retry_after=WINDOW_SECONDS,
            )

    async def succeeded(self, origin: Origin) -> None:
        """It was no guess: take it back."""
        try:
            with cache_outages():
                for key in origin.limits():
                    await self._count(key, -1)
        except Unavailable:
            log.warning("login_unlimited", missing="redis")

    async def _count(self, key: str, by: int = 1) -> int:
        # In one step: a count without an end would shut somebody out for ever.
        async with self.cache.pipeline(transaction=True) as steps:
            steps.set(key, 0, ex=WINDOW_SECONDS, nx=True)
            steps.incrby(key, by)
            return int((await steps.execute())[1])
