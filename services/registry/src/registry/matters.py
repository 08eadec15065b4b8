"""Protection matters at rest: sealed in a database of their own, and the opaque hold in the registry's.

Clear are a matter's opaque id, whether it is open and whether its person is known; not who that is, nor who called.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

import bson
from bson.codec_options import CodecOptions

from chassis.cipher import decrypt, encrypt
from chassis.errors import Conflict
from chassis.mongo import Database, Document, insist, outages
from registry.at_rest import SEALED
from registry.documents import hold_document, hold_of
from registry.world import HoldState

__all__ = ["Matter", "Matters"]

_AWARE: CodecOptions[Any] = CodecOptions(tz_aware=True)


@dataclass(frozen=True)
class Matter:
    """One call. What was said is in the box; `keys` are the identity keys of whom it is about, `person` who that is."""

    id: str
    agency: str
    keys: tuple[str, ...]
    box: str
    occurred_at: datetime
    received_at: datetime
    unreadable: bool
    person: str | None = None


@dataclass(frozen=True)
class Matters:
    """Two databases: the sealed one with its key, and the open registry's persons and holds."""

    sealed: Database
    open: Database
    key: bytes

    async def keep(self, matter: Matter) -> Matter:
        """Keep a call; a repeat gives back what was kept first."""
        row = {"_id": matter.id, "state": "open", "known": False, "keyed": bool(matter.keys), **self._shut(matter)}
        row["told"] = []
        with outages():
            first = await self.sealed.matters.find_one({"_id": matter.id})
            if first is None:
                await self.sealed.matters.update_one({"_id": matter.id}, {"$setOnInsert": row}, upsert=True)
        return matter if first is None else self._opened(first)

    async def match(self, matter: Matter) -> list[str]:
        """Whom a call may be about: everyone known by a document of theirs. The first is remembered."""
        with outages():
            rows = await self.open.rows.find({"_id": {"$in": list(matter.keys)}}).to_list(None)
            people = sorted({await self._living(person) for row in rows for person in row["people"]})
            if people and matter.person is None:
                known = self._shut(replace(matter, person=people[0]))
                await self.sealed.matters.update_one({"_id": matter.id}, {"$set": {"known": True, **known}})
        return people

    async def open_calls(self) -> list[Matter]:
        """Open calls that name a document: somebody may yet be known by it."""
        with outages():
            rows = await self.sealed.matters.find({"state": "open"}).to_list(None)
        return [self._opened(row) for row in rows if row.get("keyed")]

    async def holding(self, cause: str) -> set[str]:
        """Who is held for this cause."""
        with outages():
            return {row["_id"] for row in await self.open.holds.find({"causes": cause}, {"_id": 1}).to_list(None)}

    async def told(self, matter: str) -> set[str]:
        """Whose hold, or end of it, for this call was announced."""
        with outages():
            row = await self.sealed.matters.find_one({"_id": matter}, {"told": 1})
        return set(row.get("told") or ()) if row else set()

    async def note_told(self, matter: str, names: Iterable[str]) -> None:
        """Remember what was announced for a call."""
        with outages():
            await self.sealed.matters.update_one({"_id": matter}, {"$set": {"told": sorted(names)}})

    async def released(self, matter: str, cause: str) -> list[str]:
        """Close a call. Returns whom it holds or held: more than one, where a person was split since."""
        with outages():
            # Also of what the desk found by itself, which is no call: a late order to hold comes to nothing.
            await self.sealed.matters.update_one({"_id": matter}, {"$set": {"state": "released"}}, upsert=True)
            row = await self.sealed.matters.find_one({"_id": matter})
            held = await self.holding(cause)
            # Released before, and stopped before it was announced: then only the matter tells whom.
            about = self._opened(row).person if row and row.get("known") else None
            first = [await self._living(about)] if about else []
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
        kept = self._opened(row) if row and SEALED in row else None
        return kept.received_at if kept and not kept.unreadable else None

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

    def _shut(self, matter: Matter) -> Document:
        return {SEALED: encrypt(self.key, bson.encode(asdict(matter)), "matters", matter.id)}

    def _opened(self, row: Mapping[str, Any]) -> Matter:
        said = bson.decode(decrypt(self.key, row[SEALED], "matters", row["_id"]), _AWARE)
        return Matter(**{**said, "keys": tuple(said["keys"])})

    async def _living(self, person: str) -> str:
        while (row := await self.open.persons.find_one({"_id": person})) and row["merged_into"]:
            person = row["merged_into"]
        return person
