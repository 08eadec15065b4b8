"""Rows that fall due, and the lease that keeps two workers from the same one."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING, UpdateOne

from alerts.documents import NEVER
from chassis.mongo import Collection, Document, by_ids, outages

__all__ = ["LEASE", "Leases"]

LEASE = timedelta(seconds=20)


class Leases:
    """A collection of rows with `bucket` (when due, in units of so many seconds) and `lease`."""

    def __init__(self, rows: Collection, unit: int) -> None:
        self._rows = rows
        self._unit = unit

    async def prepare(self) -> None:
        """Make the index: what is due."""
        with outages():
            await self._rows.create_index([("bucket", ASCENDING)])

    async def claim(
        self, now: datetime, token: str, limit: int, where: Mapping[str, Any] | None = None
    ) -> Sequence[Document]:
        """Take some of what is due. What a worker does not finish within its lease, another takes."""
        # Both ends of the range are given: an open end makes SecantusDB read everything.
        reached = {"$gte": 0, "$lte": int(now.timestamp()) // self._unit}
        due = {"bucket": reached, "lease": {"$lte": now}, **(where or {})}
        with outages():
            found = await self._rows.find(due, {"_id": 1}).limit(limit).to_list(None)
            if not found:
                return []
            ids = [row["_id"] for row in found]
            lease = {"$set": {"lease": now + LEASE, "by": token}}
            taking = [UpdateOne({"_id": id, "lease": {"$lte": now}}, lease) for id in ids]
            await self._rows.bulk_write(taking, ordered=False)
            return [row for row in await by_ids(self._rows, ids) if row.get("by") == token]

    def due(self, at: datetime) -> Document:
        """The fields of a row that falls due then, never before, and is nobody's yet."""
        return {"bucket": -int(-at.timestamp() // self._unit), "due": at, "lease": NEVER}
