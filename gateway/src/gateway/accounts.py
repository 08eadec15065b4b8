"""Local accounts: argon2id passwords, checked in threads, a few at a time."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from pydantic import BaseModel, SecretStr, TypeAdapter

from chassis.mongo import Database, outages
from gateway.tokens import LIFETIME
from gateway.viewers import Role, Viewer

__all__ = ["Account", "Accounts", "Known", "read_accounts"]

Known = Mapping[str, tuple[Role, str]]

# Each check takes a core and 64 MiB for a tenth of a second.
AT_ONCE = 2
MAX_PASSWORD = 200


class Account(BaseModel):
    """One account of the file that is read at the first start."""

    username: str
    password: SecretStr
    role: Role
    agency: str
    name: str


def read_accounts(path: Path) -> list[Account]:
    """The accounts of a JSON file."""
    return TypeAdapter(list[Account]).validate_python(json.loads(path.read_text()))


class Accounts:
    """Accounts at rest."""

    def __init__(self, database: Database) -> None:
        self._rows = database.accounts
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

    async def names(self) -> list[str]:
        """The user names of all. Raises Unavailable."""
        with outages():
            return [row["_id"] for row in await self._rows.find({}, {"_id": 1}).to_list(None)]

    async def known(self) -> Known:
        """Role and name of each, by user name. Raises Unavailable."""
        with outages():
            rows = await self._rows.find({}, {"role": 1, "name": 1}).to_list(None)
        return {row["_id"]: (Role(row["role"]), row["name"]) for row in rows}

    async def _add(self, account: Account) -> None:
        digest = await asyncio.to_thread(self._hasher.hash, account.password.get_secret_value())
        row = {"role": account.role.value, "agency": account.agency, "name": account.name, "password": digest}
        with outages():
            await self._rows.update_one({"_id": account.username}, {"$setOnInsert": row}, upsert=True)

    async def verified(self, username: str, password: str, now: datetime) -> Viewer | None:
        """The person with this name and password; none for a wrong one and for an unknown name alike."""
        with outages():
            row = await self._rows.find_one({"_id": username})
        async with self._slots:
            right = await asyncio.to_thread(
                self._matches, row["password"] if row else self._nobody, password[:MAX_PASSWORD]
            )
        if row is None or not right:
            return None
        return Viewer(username, row["name"], Role(row["role"]), row["agency"], now + LIFETIME)

    def _matches(self, digest: str, password: str) -> bool:
        try:
            return self._hasher.verify(digest, password)
        except (VerificationError, InvalidHashError):
            return False
