"""Whose turn it is: work that one worker at a time does, and another soon after where that one died."""

from datetime import datetime, timedelta

from chassis.errors import Conflict
from chassis.mongo import Database, outages

__all__ = ["Turns"]


class Turns:
    """One row of `leases` for each piece of work. It spares two workers the same work, and no more than that."""

    def __init__(self, database: Database, lasts: timedelta) -> None:
        self._rows = database.leases
        self._lasts = lasts

    async def take(self, work: str, by: str, now: datetime) -> bool:
        """Whether it is this worker's turn now: until it gives it back, or for so long. Raises Unavailable."""
        lease = {"$set": {"until": now + self._lasts, "by": by}}
        try:
            with outages():
                await self._rows.update_one({"_id": work, "until": {"$lt": now}}, lease, upsert=True)
        except Conflict:
            return False
        return True

    async def keep(self, work: str, by: str, now: datetime) -> bool:
        """Whether it is still this worker's turn, which lasts from now again. Raises Unavailable."""
        with outages():
            kept = await self._rows.update_one({"_id": work, "by": by}, {"$set": {"until": now + self._lasts}})
        return kept.matched_count == 1

    async def give_back(self, work: str, by: str) -> None:
        """Let the next one have it. Raises Unavailable."""
        with outages():
            await self._rows.delete_one({"_id": work, "by": by})
