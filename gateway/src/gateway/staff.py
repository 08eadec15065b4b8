"""Accounts as administrators change them: each change on record before it is done, never the own account."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.errors import Conflict, Problem
from chassis.mongo import Document
from contracts.agencies import Agency
from gateway.accounts import Account, Accounts
from gateway.audit import Audit, Read
from gateway.consents import Consents, Wish
from gateway.factors import Factors
from gateway.links import Links
from gateway.policy import Action, needs_second_person, require
from gateway.sessions import Sessions
from gateway.viewers import Role
from gateway.visits import Visit

__all__ = ["Change", "Newcomer", "Staff"]


@dataclass(frozen=True)
class Newcomer:
    """Who is to have an account."""

    username: str
    name: str
    role: Role
    agency: str


@dataclass(frozen=True)
class Change:
    """What is to be otherwise; none: as it is."""

    role: Role | None = None
    agency: str | None = None
    disabled: bool | None = None

    def fields(self) -> Document:
        """The fields of the row."""
        told = {"role": self.role.value if self.role else None, "agency": self.agency, "disabled": self.disabled}
        return {name: value for name, value in told.items() if value is not None}


@dataclass(frozen=True)
class Staff:
    """For administrators alone. Its methods raise Problem 403, 404, or Unavailable."""

    accounts: Accounts
    sessions: Sessions
    factors: Factors
    links: Links
    consents: Consents
    audit: Audit
    agencies: frozenset[str]
    now: Callable[[], datetime]

    @classmethod
    def of(
        cls, sessions: Sessions, links: Links, factors: Factors, consents: Consents, agencies: list[Agency]
    ) -> "Staff":
        """With what the sessions and the links rest on."""
        codes = frozenset(agency.code for agency in agencies)
        return cls(links.accounts, sessions, factors, links, consents, sessions.audit, codes, sessions.now)

    async def page(self, visit: Visit) -> list[dict[str, Any]]:
        """All accounts by name; nothing of what anybody read."""
        require(visit.role, Action.ADMINISTER_ACCOUNTS, visit.purpose.kind)
        proved = await self.factors.owners()
        return [_shown(row, row["_id"] in proved) for row in await self.accounts.rows()]

    async def make(self, visit: Visit, newcomer: Newcomer) -> dict[str, Any]:
        """The account with its first password, told this once. Raises Problem 409 where the name is taken, 422."""
        require(visit.role, Action.ADMINISTER_ACCOUNTS, visit.purpose.kind)
        self._possible(newcomer.role, newcomer.agency)
        if newcomer.username in await self.accounts.names():
            raise _taken()
        consent = await self._agreed(visit, newcomer.username, newcomer.role, newcomer.agency)
        await self._record(visit, "accounts.make", newcomer.username, f"role:{newcomer.role}")
        password = first_password()
        account = Account(
            username=newcomer.username,
            password=password,
            role=newcomer.role,
            agency=newcomer.agency,
            name=newcomer.name,
        )
        try:
            await self.accounts.make(account)
        except Conflict as error:
            raise _taken() from error
        await self._used(consent)
        return {**await self._told(newcomer.username), "password": password}

    async def change(self, visit: Visit, username: str, change: Change, revision: int) -> dict[str, Any]:
        """Another role or agency, or off and on; the account's sessions end. Raises Problem 412, 422."""
        row = await self._other(visit, username)
        role, agency = change.role or Role(row["role"]), change.agency or row["agency"]
        self._possible(role, agency)
        raised = (role, agency) != (row["role"], row["agency"]) or change.disabled is False
        consent = await self._agreed(visit, username, role, agency) if raised else None
        told = ",".join(f"{name}:{value}" for name, value in sorted(change.fields().items()))
        await self._record(visit, "accounts.change", username, told)
        left = {} if change.disabled is None else {"left_at": self.now() if change.disabled else None}
        if not await self.accounts.change(username, {**change.fields(), **left}, revision):
            raise Problem(
                412, "old_revision", id="Akun telah berubah; muat ulang.", en="The account has changed; reload."
            )
        await self._used(consent)
        await self.sessions.end_all(username)
        return await self._told(username)

    async def ask(self, visit: Visit, username: str, change: Change, reason: str) -> dict[str, Any]:
        """Ask another person to agree that this account has this role in this agency. Raises Problem 403 or 422."""
        require(visit.role, Action.ADMINISTER_ACCOUNTS, visit.purpose.kind)
        if username == visit.viewer.account:
            raise _own()
        if change.role is None or change.agency is None:
            raise _impossible()
        self._possible(change.role, change.agency)
        return await self.consents.ask(visit, Wish("account", _about(username, change.role, change.agency), reason))

    async def reset_password(self, visit: Visit, username: str) -> dict[str, Any]:
        """A new first password, told this once; its owner has to choose another. The account's sessions end."""
        row = await self._other(visit, username)
        consent = await self._agreed(visit, username, Role(row["role"]), row["agency"])
        await self._record(visit, "accounts.reset_password", username)
        password = first_password()
        await self.accounts.set_password(username, password, first=True)
        await self._used(consent)
        await self.sessions.end_all(username)
        return {**await self._told(username), "password": password}

    async def remove_factor(self, visit: Visit, username: str) -> None:
        """For whoever lost theirs. The account's sessions end."""
        row = await self._other(visit, username)
        consent = await self._agreed(visit, username, Role(row["role"]), row["agency"])
        await self._record(visit, "accounts.remove_second_factor", username)
        await self.factors.remove(username)
        await self.accounts.proof_changed(username)
        await self._used(consent)
        await self.sessions.end_all(username)

    async def link(self, visit: Visit, username: str, subject: str) -> dict[str, Any]:
        """Who at the identity provider this is; the account's sessions end. Raises Problem 409.

        A first password that nobody changed yet opens nothing any more: its owner need not come to change it.
        """
        row = await self._other(visit, username)
        self.links.require()
        consent = await self._agreed(visit, username, Role(row["role"]), row["agency"])
        await self._record(visit, "accounts.link", username)
        await self.links.make(username, subject)
        await self._used(consent)
        if row.get("first"):
            await self.accounts.set_password(username, first_password(), first=True)
        await self.sessions.end_all(username)
        return await self._told(username)

    async def unlink(self, visit: Visit, username: str) -> None:
        """Nobody at the provider is let in as this one any more. The account's sessions end."""
        await self._other(visit, username)
        await self._record(visit, "accounts.unlink", username)
        await self.links.remove(username)
        await self.sessions.end_all(username)

    async def _other(self, visit: Visit, username: str) -> Document:
        require(visit.role, Action.ADMINISTER_ACCOUNTS, visit.purpose.kind)
        if username == visit.viewer.account:
            raise _own()
        row = await self.accounts.row(username)
        if row is None or row.get("erased"):
            raise Problem(404, "unknown_account", id="Akun tidak dikenal.", en="Unknown account.")
        return row

    def _possible(self, role: Role, agency: str) -> None:
        if role is Role.AGENCY_SYSTEM or agency not in self.agencies:
            raise _impossible()

    async def _agreed(self, visit: Visit, username: str, role: Role, agency: str) -> str | None:
        """The consent to an account of more than an officer; none where none is needed: in practice mode nowhere."""
        if not (self.factors.live and needs_second_person(role)):
            return None
        return await self.consents.granted(visit, "account", _about(username, role, agency))

    async def _used(self, consent: str | None) -> None:
        if consent is not None:
            await self.consents.use(consent)

    async def _told(self, username: str) -> dict[str, Any]:
        row = await self.accounts.row(username)
        return _shown(row or {"_id": username}, username in await self.factors.owners())

    async def _record(self, visit: Visit, action: str, username: str, told: str = "") -> None:
        await self.audit.record(Read(visit, action, [username], mark=told), self.now())


def first_password() -> str:
    """96 bits, to be said on the telephone if need be."""
    return "-".join(secrets.token_hex(3) for _ in range(4))


def _about(username: str, role: Role, agency: str) -> str:
    return f"{username}:{role.value}:{agency}"


def _own() -> Problem:
    return Problem(403, "own_account", id="Bukan untuk akun sendiri.", en="Not for your own account.")


def _impossible() -> Problem:
    return Problem(422, "invalid_account", id="Peran atau instansi tidak sah.", en="No such role or agency.")


def _taken() -> Problem:
    return Problem(409, "account_exists", id="Nama pengguna sudah dipakai.", en="The user name is taken.")


def _shown(row: Document, factor: bool) -> dict[str, Any]:
    told = {name: row.get(name) for name in ("name", "role", "agency")}
    state = {"disabled": row.get("disabled", False), "first_password": row.get("first", False)}
    proofs = {"second_factor": factor, "sign_in": (row.get("sign_in") or {}).get("issuer")}
    return {"account": row["_id"], **told, **state, **proofs, "revision": row.get("revision", 1)}
