"""Protection matters at rest: sealed boxes in a database of their own, and the opaque hold in the registry's."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from chassis.errors import Conflict
from chassis.mongo import Database, Document, insist, outages
from registry.documents import hold_document, hold_of
from registry.world import HoldState

__all__ = ["Matter", "Matters"]


@dataclass(frozen=True)
class Matter:
    """One call. What was said is in the box; `keys` are the identity keys of whom it is about."""

    id: str
    agency: str
    keys: tuple[str, ...]
    box: str
    occurred_at: datetime
    received_at: datetime
    unreadable: bool


@dataclass(frozen=True)
class Matters:
    """Two databases: the sealed one, and the open registry's persons and holds."""

    sealed: Database
    open: Database

    async def keep(self, matter: Matter) -> Matter:
        """Keep a call; a repeat gives back what was kept first."""
        row = {"_id": matter.id, "state": "open", "person": None, **asdict(matter)}
        with outages():
            first = await self.sealed.matters.find_one({"_id": matter.id})
            if first is None:
                await self.sealed.matters.update_one({"_id": matter.id}, {"$setOnInsert": row}, upsert=True)
        return matter if first is None else _matter_of(first)

    async def match(self, matter: Matter) -> list[str]:
        """Whom a call may be about: everyone known by a document of theirs. The first is remembered."""
        with outages():
            rows = await self.open.rows.find({"_id": {"$in": list(matter.keys)}}).to_list(None)
            people = sorted({await self._living(person) for row in rows for person in row["people"]})
            if people:
                await self.sealed.matters.update_one({"_id": matter.id}, {"$set": {"person": people[0]}})
        return people

    async def unmatched(self) -> list[Matter]:
        """Open calls whose person is not known yet."""
        with outages():
            rows = await self.sealed.matters.find({"state": "open", "person": None}).to_list(None)
        return [_matter_of(row) for row in rows if row["keys"]]

    async def released(self, matter: str, cause: str) -> list[str]:
        """Close a call. Returns whom it holds or held: more than one, where a person was split since."""
        with outages():
            # Also of what the desk found by itself, which is no call: a late order to hold comes to nothing.
            await self.sealed.matters.update_one({"_id": matter}, {"$set": {"state": "released"}}, upsert=True)
            row = await self.sealed.matters.find_one({"_id": matter})
            held = [hold["_id"] for hold in await self.open.holds.find({"causes": cause}, {"_id": 1}).to_list(None)]
            # Released before, and stopped before it was announced: then only the matter tells whom.
            first = [await self._living(row["person"])] if row and row.get("person") else []
        return sorted({*held, *first})

    async def still_held(self, matter: str, people: Iterable[str]) -> list[str]:
        """Who these persons are today; nobody, where the matter was released already."""
        with outages():
            row = await self.sealed.matters.find_one({"_id": matter})
            if row and row["state"] == "released":
                return []
            return sorted({await self._living(person) for person in people})

    async def receipt(self, matter: str) -> datetime | None:
        """When a readable call was received."""
        with outages():
            row = await self.sealed.matters.find_one({"_id": matter})
        return row["received_at"] if row and not row.get("unreadable", True) else None

    async def hold(self, person: str, cause: str, *, on: bool) -> HoldState:
        """Add or take away one opaque cause of a person's hold. Returns the hold as it is then."""

        async def change() -> HoldState:
            with outages():
                row = await self.open.holds.find_one({"_id": person})
                hold = hold_of(row) if row else HoldState(person)
                causes = hold.causes | {cause} if on else hold.causes - {cause}
                if causes == hold.causes:
                    return hold
                hold.causes, hold.version = causes, hold.read_version + 1
                await self._replace(hold_document(hold), hold.read_version)
                return hold

        return await insist(change)

    async def _replace(self, document: Document, read_version: int) -> None:
        if read_version == 0:
            await self.open.holds.insert_one(document)
            return
        result = await self.open.holds.replace_one({"_id": document["_id"], "v": read_version}, document)
        if result.matched_count == 0:
            raise Conflict("hold")

    async def _living(self, person: str) -> str:
        while (row := await self.open.persons.find_one({"_id": person})) and row["merged_into"]:
            person = row["merged_into"]
        return person


def _matter_of(row: Mapping[str, Any]) -> Matter:
    names = ("agency", "box", "occurred_at", "received_at", "unreadable")
    return Matter(id=row["_id"], keys=tuple(row["keys"]), **{name: row[name] for name in names})
