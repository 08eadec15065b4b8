"""Retention at work: what is due is erased, one person or page at a time. Safe to stop anywhere and to repeat."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pymongo import DeleteMany, InsertOne

from chassis.log import log
from chassis.mongo import IDS, Database, Session, outages, transact
from registry.erasing import Erasing, Order
from registry.lines import day_of
from registry.retention import due
from registry.settle import Settler
from registry.store import Store
from registry.world import PersonState

__all__ = ["SWEEP_SECONDS", "Sweep"]

SWEEP_SECONDS = 6 * 3600.0
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Sweep:
    """Works off what is due today. All raise Unavailable."""

    erasing: Erasing
    store: Store
    settler: Settler
    now: Callable[[], datetime]

    async def __call__(self) -> int:
        """Erase; of how many persons anything was erased. One that fails keeps no other from its day."""
        erased = 0
        for person in await self._due():
            erased += await self.erasing(self._order, person)
        refused = await self._refused()
        if erased or refused:
            log.info("retention", persons=erased, refused=refused)
        return erased

    async def reminders(self) -> list[dict[str, Any]]:
        """Who is to be erased soon though no exit is known: the office may still find out. Opaque ids, next first."""
        until = self.settler.retention.remind_before.after(day_of(self.now())).isoformat()
        with outages():
            rows = await self._db.persons.find({"due": {"$gte": "", "$lte": until}}, {"due": 1, "due_rule": 1}).to_list(
                None
            )
        found = [{"person": row["_id"], "on": row["due"]} for row in rows if row["due_rule"] == "open_stay"]
        return sorted(found, key=lambda row: (row["on"], row["person"]))

    async def _due(self) -> list[str]:
        today = day_of(self.now()).isoformat()
        with outages():
            rows = await self._db.persons.find({"due": {"$gte": "", "$lte": today}}, {"_id": 1}).to_list(None)
            # On a list; or stored before what was taken back had a day.
            none = {"due": {"$exists": False}, "merged_into": None, "erased": {"$exists": False}}
            rows += await self._db.persons.find(none, {"_id": 1}).to_list(None)
        return sorted(row["_id"] for row in rows)

    def _order(self, state: PersonState) -> Order | None:
        """What is due of a person as it is now: everything, or all events of the parts that are due."""
        today = day_of(self.now())
        found = [one for one in due(self.settler.dossier(state), self.settler.retention) if one.on <= today]
        whole = next((one for one in found if one.events is None), None)
        if whole is not None:
            return Order(whole.rule)
        events = frozenset(key for one in found for key in one.events or ())
        return Order(found[0].rule, events) if events else None

    async def _refused(self) -> int:
        """What was refused long ago: the records, and the keys of any copy."""
        span = self.settler.retention.refused
        limit = self.now() - (span.after(day_of(self.now())) - day_of(self.now()))
        with outages():
            old = {"at": {"$gte": BEGINNING, "$lt": limit}}
            ids = [row["_id"] for row in await self._db.quarantine.find(old, {"_id": 1}).to_list(None)]
        for start in range(0, len(ids), IDS):
            await self._drop(ids[start : start + IDS], limit)
        return len(ids)

    async def _drop(self, ids: Sequence[str], limit: datetime) -> None:
        these = {"_id": {"$in": list(ids)}}
        now = self.now()
        # The same event may be refused again after its year.
        proof = {"_id": f"refused.{min(ids)}.{now:%Y%m%dT%H%M%S%f}", "rule": "refused", "at": now, "until": limit}
        proof["entries"] = len(ids)

        async def write(session: Session) -> None:
            await self._db.quarantine.bulk_write([DeleteMany(these)], session=session)
            await self.store.shelf.keys.database.quarantine.bulk_write([DeleteMany(these)], session=session)
            await self._db.erasures.bulk_write([InsertOne(proof)], session=session)

        await transact(self.store.client, write)

    @property
    def _db(self) -> Database:
        return self.store.shelf.database
