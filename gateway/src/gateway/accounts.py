"""Local accounts: argon2id passwords, checked in threads, a few at a time; who it is rests under a key of its own."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from pydantic import BaseModel, SecretStr, TypeAdapter

from chassis.drawers import Drawers
from chassis.mongo import Database, Document, outages
from gateway.tokens import LIFETIME
from gateway.viewers import Role, Viewer

__all__ = ["Account", "Accounts", "Proved", "read_accounts"]

# Each check takes a core and 64 MiB for a tenth of a second.
AT_ONCE = 2
MAX_PASSWORD = 200
KEYS, SEALED = "accounts", "b"


class Account(BaseModel):
    """One account of the file that is read at the first start."""

    username: str
    password: SecretStr
    role: Role
    agency: str
    name: str
    source: str = ""


def read_accounts(path: Path) -> list[Account]:
    """The accounts of a JSON file."""
    return TypeAdapter(list[Account]).validate_python(json.loads(path.read_text()))


@dataclass(frozen=True)
class Proved:
    """Somebody who proved who they are, by their account as it was at this revision."""

    viewer: Viewer
    revision: int

    @classmethod
    def of(cls, row: Document, now: datetime) -> "Proved":
        """By an account at rest."""
        role, source = Role(row["role"]), row.get("source", "")
        viewer = Viewer(row["_id"], row["name"], role, row["agency"], now + LIFETIME, source=source)
        return cls(viewer, row["revision"])


class Accounts:
    """Accounts at rest."""

    def __init__(self, database: Database, drawers: Drawers) -> None:
        self._rows = database.accounts
        self._drawers = drawers
        self._hasher = PasswordHasher()
        self._slots = asyncio.Semaphore(AT_ONCE)
        # Checked where the account is unknown, so that the answer takes as long.
        self._nobody = self._hasher.hash("nobody has this password")

    async def seed(self, accounts: Sequence[Account]) -> None:
        """Make the accounts that do not exist yet; an existing one keeps its password. Raises Unavailable."""
        known = set(await self.names())
        for account in accounts:
            if account.username not in known:
                await self._add(account)

        with outages():
            unmarked = {"revision": {"$exists": False}}
            fields = {"revision": 1, "disabled": False, "first": False}
            await self._rows.update_many(unmarked, {"$set": fields})
            clear = await self._rows.find({"name": {"$exists": True}}, {"name": 1}).to_list(None)
        for row in clear:  # of an older home
            sealed = await self._sealed(row["_id"], row["name"])
            with outages():
                await self._rows.update_one({"_id": row["_id"]}, {"$set": sealed, "$unset": {"name": ""}})

    async def row(self, username: str) -> Document | None:
        """The account at rest. Raises Unavailable."""
        with outages():
            row = await self._rows.find_one({"_id": username})
        return (await self._told([row]))[0] if row else None

    async def rows(self) -> list[Document]:
        """All accounts at rest, by name. Raises Unavailable."""
        with outages():
            rows = await self._rows.find({}).sort("_id", 1).to_list(None)
        return await self._told(rows)

    async def make(self, account: Account) -> None:
        """A new account, whose owner has to choose a password. Raises Conflict, Unavailable."""
        row = {"_id": account.username, **await self._new(account, first=True)}
        with outages():
            await self._rows.insert_one(row)

    async def change(self, username: str, fields: Document, revision: int) -> bool:
        """Set fields where the account is still as it was seen. Raises Unavailable."""
        seen = {"_id": username, "revision": revision}
        with outages():
            done = await self._rows.update_one(seen, {"$set": fields, "$inc": {"revision": 1}})
        return done.matched_count == 1

    async def is_as_it_was(self, proved: Proved) -> bool:
        """Whether nothing of the account was changed since. Raises Unavailable."""
        same = {"_id": proved.viewer.account, "revision": proved.revision, "disabled": False}
        with outages():
            return await self._rows.find_one(same, {"_id": 1}) is not None

    async def proof_changed(self, username: str) -> None:
        """Whoever proved who they are by what was good before has to do so once more. Raises Unavailable."""
        with outages():
            await self._rows.update_one({"_id": username}, {"$inc": {"revision": 1}})

    async def set_password(self, username: str, password: str, *, first: bool) -> None:
        """Another password; a first one has to be changed by its owner. Raises Unavailable."""
        fields = {"password": await self._digest(password), "first": first}
        with outages():
            await self._rows.update_one({"_id": username}, {"$set": fields, "$inc": {"revision": 1}})

    async def names(self) -> list[str]:
        """The user names of all. Raises Unavailable."""
        with outages():
            return [row["_id"] for row in await self._rows.find({}, {"_id": 1}).to_list(None)]

    async def _add(self, account: Account) -> None:
        row = await self._new(account, first=False)
        with outages():
            await self._rows.update_one({"_id": account.username}, {"$setOnInsert": row}, upsert=True)

    async def _new(self, account: Account, *, first: bool) -> Document:
        told: Document = {"role": account.role.value, "agency": account.agency, "source": account.source}
        told |= await self._sealed(account.username, account.name)
        digest = await self._digest(account.password.get_secret_value())
        return {**told, "password": digest, "first": first, "disabled": False, "revision": 1}

    async def _sealed(self, username: str, name: str) -> Document:
        return {SEALED: await self._drawers.shut_text(KEYS, username, name)}

    async def _told(self, rows: Sequence[Document]) -> list[Document]:
        """These rows with names, where the key of them is still there."""
        sealed = [(row["_id"], row[SEALED]) for row in rows if row.get(SEALED)]
        found = await self._drawers.texts(KEYS, sealed)
        names = {id: name for (id, _), name in zip(sealed, found, strict=True)}
        return [{"name": names.get(row["_id"], ""), **row} for row in rows]

    async def _digest(self, password: str) -> str:
        async with self._slots:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def verified(self, username: str, password: str, now: datetime) -> Proved | None:
        """The person with this name and password; none for a wrong one, an unknown name, and one switched off."""
        row = await self.row(username)
        async with self._slots:
            right = await asyncio.to_thread(
                self._matches, row["password"] if row else self._nobody, password[:MAX_PASSWORD]
            )
        if row is None or not right or row.get("disabled"):
            return None
        return Proved.of(row, now)

    def _matches(self, digest: str, password: str) -> bool:
        try:
            return self._hasher.verify(digest, password)
        except (VerificationError, InvalidHashError):
            return False
