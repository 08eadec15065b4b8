"""Reads beside the judging: what was put aside, what was decided, what a rule on probation found."""

from collections import Counter
from collections.abc import Mapping

from pymongo import ASCENDING

from alerts.alert import DECIDED, Alert
from alerts.documents import alert_of, of_kind
from alerts.shelves import aside
from chassis.mongo import Database, Document, outages

__all__ = ["Lookups"]


class Lookups:
    """The alerts' database, read. All raise Unavailable."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def prepare(self) -> None:
        """Make the index: what a rule found."""
        with outages():
            await self._db.sightings.create_index([("rule", ASCENDING)])

    async def snoozed(self, agency: str) -> list[Alert]:
        """Alerts that this agency has put aside, now or before."""
        with outages():
            return [alert_of(row) for row in await self._db.alerts.find({"shelf": aside(agency)}).to_list(None)]

    async def keys(self, kind: str) -> list[str]:
        """The keys of all subjects of this kind, in order."""
        # Read once: SecantusDB reads every subject for each range of ids, however narrow.
        with outages():
            found = await self._db.subjects.find(of_kind(kind), {"_id": 1}).to_list(None)
        return sorted(row["_id"] for row in found)

    async def sightings(self, rule: str) -> list[Document]:
        """What a version found while it was on probation."""
        with outages():
            return await self._db.sightings.find({"rule": rule}).to_list(None)

    async def decided(self, series: str) -> Mapping[str, int]:
        """How often people confirmed and dismissed alerts of a series."""
        found: Counter[str] = Counter()
        for state in sorted(DECIDED):
            with outages():
                rows = await self._db.alerts.find({"state": state}).to_list(None)
            found[state] = sum(alert_of(row).series == series for row in rows)
        return found
