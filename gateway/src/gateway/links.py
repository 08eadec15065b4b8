"""Whose account somebody at the identity provider is: said by an administrator, never found by an address or a name."""

import hashlib
from dataclasses import dataclass

from chassis.errors import Conflict, Problem
from chassis.mongo import Database, Document, outages
from gateway.accounts import Accounts

__all__ = ["Links"]


@dataclass(frozen=True)
class Links:
    """Links from one issuer's subjects, one for an account. Digests rest, so subjects are with the provider alone.

    Both sides have to say so: the link names the account, and the account the link. `issuer` is none where no provider
    is configured. Its methods raise Unavailable.
    """

    database: Database
    accounts: Accounts
    issuer: str | None

    async def account_of(self, subject: str) -> Document | None:
        """The account of this subject, if there is one and it is switched on."""
        digest = self._digest(subject)
        with outages():
            link = await self.database.sign_ins.find_one({"_id": digest})
        row = await self.accounts.row(link["account"]) if link else None
        if row is None or row.get("disabled") or (row.get("sign_in") or {}).get("digest") != digest:
            return None
        return row

    async def make(self, account: str, subject: str) -> None:
        """The account's link, instead of the one it had. Raises Problem 409: no provider, or linked to another one."""
        digest = self._digest(subject)
        row: Document = {"_id": digest, "account": account}
        try:
            with outages():
                await self.database.sign_ins.replace_one(row, row, upsert=True)
        except Conflict as error:
            raise Problem(
                409, "subject_linked", id="Sudah tertaut ke akun lain.", en="It is linked to another account."
            ) from error
        await self._name(account, {"issuer": self.issuer, "digest": digest})
        with outages():
            await self.database.sign_ins.delete_many({"account": account, "_id": {"$ne": digest}})

    async def remove(self, account: str) -> None:
        """The account is nobody's at the provider."""
        await self._name(account, None)
        with outages():
            await self.database.sign_ins.delete_many({"account": account})

    def require(self) -> None:
        """Raises Problem 409 where no provider is configured."""
        if self.issuer is None:
            raise Problem(
                409, "no_provider", id="Penyedia identitas belum diatur.", en="No identity provider is configured."
            )

    async def _name(self, account: str, link: Document | None) -> None:
        with outages():
            fields = {"$set": {"sign_in": link}, "$inc": {"revision": 1}}
            await self.database.accounts.update_one({"_id": account}, fields)

    def _digest(self, subject: str) -> str:
        self.require()
        return hashlib.sha256(f"{self.issuer}\n{subject}".encode(errors="replace")).hexdigest()
