"""Accounts as administrators change them: each change on record before it is done, never the own account."""

import secrets
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

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

__all__ = ["Asking", "Change", "Newcomer", "Staff", "Step"]

Step = Literal["account", "password", "second_factor", "sign_in"]
"""What another person agrees to: that there is such an account (made, raised, moved, switched on), or a way in anew."""


@dataclass(frozen=True)
class Newcomer:
    """Who is to have an account."""

    username: str
    name: str
    role: Role
    agency: str
    source: str = ""


@dataclass(frozen=True)
class Change:
    """What is to be otherwise; none: as it is. With another role or agency goes the source, unless one is named."""

    role: Role | None = None
    agency: str | None = None
    disabled: bool | None = None
    source: str | None = None

    def fields(self) -> Document:
        """The fields of the row."""
        told = {"role": self.role.value if self.role else None, "agency": self.agency, "disabled": self.disabled}
        return {name: value for name, value in told.items() if value is not None}


@dataclass(frozen=True)
class Asking:
    """What for, and why."""

    reason: str
    step: Step = "account"


@dataclass(frozen=True)
class Staff:
    """For administrators alone. Its methods raise Problem 403, 404, or Unavailable."""

    accounts: Accounts
    sessions: Sessions
    factors: Factors
    links: Links
    consents: Consents
    audit: Audit
    agencies: Mapping[str, Agency]
    now: Callable[[], datetime]

    @classmethod
    def of(
        cls, sessions: Sessions, links: Links, factors: Factors, consents: Consents, agencies: list[Agency]
    ) -> "Staff":
        """With what the sessions and the links rest on."""
        known = {agency.code: agency for agency in agencies}
        return cls(links.accounts, sessions, factors, links, consents, sessions.audit, known, sessions.now)

    async def page(self, visit: Visit) -> list[dict[str, Any]]:
        """All accounts by name; nothing of what anybody read."""
        require(visit.role, Action.ADMINISTER_ACCOUNTS, visit.purpose.kind)
        proved = await self.factors.owners()
        return [_shown(row, row["_id"] in proved) for row in await self.accounts.rows()]

    async def make(self, visit: Visit, newcomer: Newcomer) -> dict[str, Any]:
        """The account with its first password, told this once. Raises Problem 409 where the name is taken, 422."""
        require(visit.role, Action.ADMINISTER_ACCOUNTS, visit.purpose.kind)
        self._possible(newcomer.role, newcomer.agency, newcomer.source)
        if newcomer.username in await self.accounts.names():
            raise _taken()
        password = first_password()
        account = Account(
            username=newcomer.username,
            password=password,
            role=newcomer.role,
            agency=newcomer.agency,
            source=newcomer.source,
            name=newcomer.name,
        )
        async with self._agreed(visit, _about(newcomer.username, newcomer.role, newcomer.agency)):
            await self._record(visit, "accounts.make", newcomer.username, f"role:{newcomer.role}")
            try:
                await self.accounts.make(account)
            except Conflict as error:
                raise _taken() from error
        return {**await self._told(newcomer.username), "password": password}

    async def change(self, visit: Visit, username: str, change: Change, revision: int) -> dict[str, Any]:
        """Another role or agency, or off and on; the account's sessions end. Raises Problem 412, 422."""
        row = await self._other(visit, username)
        role, agency = change.role or Role(row["role"]), change.agency or row["agency"]
        moved = (role, agency) != (row["role"], row["agency"])
        source = ("" if moved else row.get("source", "")) if change.source is None else change.source
        self._possible(role, agency, source)
        raised = moved or change.disabled is False
        fields = {**change.fields(), "source": source}
        told = ",".join(f"{name}:{value}" for name, value in sorted(fields.items()) if row.get(name, "") != value)
        left = {} if change.disabled is None else {"left_at": self.now() if change.disabled else None}
        async with self._agreed(visit, _about(username, role, agency)) if raised else nullcontext():
            await self._record(visit, "accounts.change", username, told)
            if not await self.accounts.change(username, {**fields, **left}, revision):
                raise Problem(
                    412, "old_revision", id="Akun telah berubah; muat ulang.", en="The account has changed; reload."
                )
        await self.sessions.end_all(username)
        return await self._told(username)

    async def ask(self, visit: Visit, username: str, change: Change, wish: Asking) -> dict[str, Any]:
        """Ask another person to agree that this account has this role in this agency, or a way in anew.

        Raises Problem 403 or 422.
        """
        require(visit.role, Action.ADMINISTER_ACCOUNTS, visit.purpose.kind)
        if username == visit.viewer.account:
            raise _own()
        if change.role is None or change.agency is None:
            raise _impossible()
        self._possible(change.role, change.agency, "")
        about = _about(username, change.role, change.agency, wish.step)
        return await self.consents.ask(visit, Wish("account", about, wish.reason))

    async def reset_password(self, visit: Visit, username: str) -> dict[str, Any]:
        """A new first password, told this once; its owner has to choose another. The account's sessions end."""
        row = await self._other(visit, username)
        password = first_password()
        async with self._agreed(visit, _about(username, row["role"], row["agency"], "password")):
            await self._record(visit, "accounts.reset_password", username)
            await self.accounts.set_password(username, password, first=True)
        await self.sessions.end_all(username)
        return {**await self._told(username), "password": password}

    async def remove_factor(self, visit: Visit, username: str) -> None:
        """For whoever lost theirs. The account's sessions end."""
        row = await self._other(visit, username)
        async with self._agreed(visit, _about(username, row["role"], row["agency"], "second_factor")):
            await self._record(visit, "accounts.remove_second_factor", username)
            await self.factors.remove(username)
            await self.accounts.proof_changed(username)
        await self.sessions.end_all(username)

    async def link(self, visit: Visit, username: str, subject: str) -> dict[str, Any]:
        """Who at the identity provider this is; the account's sessions end. Raises Problem 409.

        A first password that nobody changed yet opens nothing any more: its owner need not come to change it.
        """
        row = await self._other(visit, username)
        self.links.require()
        async with self._agreed(visit, _about(username, row["role"], row["agency"], "sign_in")):
            await self._record(visit, "accounts.link", username)
            await self.links.make(username, subject)
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

    def _possible(self, role: Role, agency: str, source: str) -> None:
        if role is Role.AGENCY_SYSTEM or agency not in self.agencies:
            raise _impossible()
        # An officer sees and answers for what the whole agency sent.
        known = {"", *(one.code for one in self.agencies[agency].sources if role is Role.REPORTER)}
        if source not in known:
            raise _impossible()

    def _agreed(self, visit: Visit, about: str) -> AbstractAsyncContextManager[None]:
        """Spends the consent to an account of more than an officer; in practice mode none is needed."""
        role = Role(about.split(":")[1])
        if not (self.factors.live and needs_second_person(role)):
            return nullcontext()
        return self.consents.spent(visit, "account", about)

    async def _told(self, username: str) -> dict[str, Any]:
        row = await self.accounts.row(username)
        return _shown(row or {"_id": username}, username in await self.factors.owners())

    async def _record(self, visit: Visit, action: str, username: str, told: str = "") -> None:
        await self.audit.record(Read(visit, action, [username], mark=told), self.now())


def first_password() -> str:
    """96 bits, to be said on the telephone if need be."""
    return "-".join(secrets.token_hex(3) for _ in range(4))


def _about(username: str, role: str, agency: str, step: Step = "account") -> str:
    return ":".join([username, role, agency, *([] if step == "account" else [step])])


def _own() -> Problem:
    return Problem(403, "own_account", id="Bukan untuk akun sendiri.", en="Not for your own account.")


def _impossible() -> Problem:
    return Problem(
        422, "invalid_account", id="Peran, instansi, atau sumber tidak sah.", en="No such role, agency or source."
    )


def _taken() -> Problem:
    return Problem(409, "account_exists", id="Nama pengguna sudah dipakai.", en="The user name is taken.")


def _shown(row: Document, factor: bool) -> dict[str, Any]:
    told = {name: row.get(name) for name in ("name", "role", "agency")} | {"source": row.get("source", "")}
    state = {"disabled": row.get("disabled", False), "first_password": row.get("first", False)}
    proofs = {"second_factor": factor, "sign_in": (row.get("sign_in") or {}).get("issuer")}
    return {"account": row["_id"], **told, **state, **proofs, "revision": row.get("revision", 1)}
