"""Legal holds as the registry tells of them: who is not to be erased. Why, and by what order, it does not say."""

from collections.abc import Sequence
from dataclasses import dataclass

from pymongo import UpdateOne

from chassis.mongo import Database, outages
from contracts.messages import LegalHoldChanged

__all__ = ["LegalHolds"]


@dataclass(frozen=True)
class LegalHolds:
    """The holds' rows. All raise Unavailable."""

    database: Database

    async def take(self, batch: Sequence[object]) -> None:
        """Safe to repeat, in any order: a hold that was lifted is never set again, for nobody whom it was on."""
        told = [message for message in batch if isinstance(message, LegalHoldChanged)]
        writes = [
            UpdateOne({"_id": one.hold}, {"$min": {"on": one.on}, "$addToSet": {"people": one.person}}, upsert=True)
            for one in told
        ]
        if writes:
            with outages():
                await self.database.legal_holds.bulk_write(writes)

    async def people(self) -> set[str]:
        """Persons on hold, by the ids they had when it was set, or when they were parted since."""
        with outages():
            rows = await self.database.legal_holds.find({"on": True}).to_list(None)
        # Rows of before one hold could be on several persons name one.
        return {person for row in rows for person in (*row.get("people", ()), row.get("person")) if person}
