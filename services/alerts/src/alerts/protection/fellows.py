"""Who was met together with whom: what protects one passenger protects the others. Those who led them it does not."""

from collections.abc import Iterable
from dataclasses import dataclass

from pymongo import ASCENDING

from alerts.facts.incident import passengers
from chassis.errors import Conflict
from chassis.mongo import Database, insist, outages
from contracts.messages import IncidentChanged

__all__ = ["Fellows"]


@dataclass(frozen=True)
class Fellows:
    """The passengers of each incident, as last told."""

    database: Database

    async def prepare(self) -> None:
        """Make the index: in which incidents somebody was met."""
        with outages():
            await self.database.fellows.create_index([("people", ASCENDING)])

    async def note(self, told: IncidentChanged) -> None:
        """Remember who travelled together. An older version changes nothing."""
        gone = told.withdrawn or told.merged_into is not None
        row = {"_id": told.incident, "v": told.version, "people": [] if gone else passengers(told)}

        async def write() -> None:
            with outages():
                known = await self.database.fellows.find_one({"_id": told.incident})
                if known is None:
                    await self.database.fellows.insert_one(row)
                elif known["v"] < told.version:
                    seen = {"_id": told.incident, "v": known["v"]}
                    if (await self.database.fellows.replace_one(seen, row)).matched_count == 0:
                        raise Conflict("fellows")

        await insist(write)

    async def forget(self, person: str) -> None:
        """This id means nobody any more."""
        with outages():
            await self.database.fellows.update_many({"people": person}, {"$pull": {"people": person}})

    async def of(self, people: Iterable[str]) -> set[str]:
        """Everyone who was a passenger together with one of these, and these themselves."""
        asked = set(people)
        with outages():
            rows = [row for one in sorted(asked) async for row in self.database.fellows.find({"people": one})]
        return asked | {person for row in rows for person in row["people"]}
