"""Logging people in, and letting them on when their console was locked."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from fastapi import Request, Response

from chassis.errors import Problem
from gateway.accounts import Accounts, Proved
from gateway.attempts import Attempts, Origin
from gateway.devices import KNOWN_FOR, Devices
from gateway.factors import Factors
from gateway.sessions import Kind, Missing, Opening, Sessions
from gateway.tokens import LIFETIME, Tokens
from gateway.viewers import Viewer

__all__ = ["COOKIE", "Gate", "Logins", "Secrets"]

COOKIE = "tapal_session"


@dataclass(frozen=True)
class Secrets:
    """What somebody gives to be let in."""

    username: str
    password: str
    code: str = ""


@dataclass(frozen=True)
class Gate:
    """What stands before the accounts, and beside their passwords."""

    attempts: Attempts
    devices: Devices
    factors: Factors
    secure_cookie: bool


@dataclass(frozen=True)
class Logins:
    """Logs people in. Its methods raise Problem, or Unavailable."""

    accounts: Accounts
    gate: Gate
    tokens: Tokens
    sessions: Sessions
    now: Callable[[], datetime]

    async def login(self, request: Request, given: Secrets, kind: Kind) -> tuple[Viewer, str]:
        """The person and a token. Raises Problem 401 for a wrong name or password alike, 429 after many.

        401 `second_factor_required` says that the password is right and a code is missing.
        """
        async with self.attempt(request, given.username):
            proved = await self._verified(given.username, given.password)
            await self.factors.require(given.username, given.code)
        return await self.enter(request, proved, kind, await self._missing(proved.viewer))

    async def enter(
        self, request: Request, proved: Proved, kind: Kind, missing: tuple[Missing, ...]
    ) -> tuple[Viewer, str]:
        """A session of somebody who proved who they are, and its token. Raises Problem 401, or Unavailable."""
        opening = Opening(kind, request.headers.get("user-agent", ""), missing)
        viewer = replace(proved.viewer, session=await self.sessions.begin(proved.viewer, opening))
        # Whoever changes an account ends the sessions that there are: this one may have begun just after that.
        if not await self.accounts.is_as_it_was(proved):
            await self.sessions.end(viewer.session)
            raise Problem(
                401,
                "account_changed",
                id="Akun baru saja diubah; masuk sekali lagi.",
                en="The account has just been changed; log in once more.",
            )
        return viewer, self.tokens.issue(viewer, self.now())

    async def unlock(self, request: Request, viewer: Viewer, secret: str) -> None:
        """Let the same person on, by password or a code of theirs. Raises Problem 401, or 429 after many."""
        async with self.attempt(request, viewer.account):
            if not await self.factors.uses(viewer.account, secret):
                await self._verified(viewer.account, secret)
        await self.sessions.unlock(viewer.session)

    async def again(self, request: Request, viewer: Viewer, password: str) -> None:
        """Nothing where it is the person's password. Raises Problem 401, or 429 after many."""
        async with self.attempt(request, viewer.account):
            await self._verified(viewer.account, password)

    @property
    def factors(self) -> Factors:
        return self.gate.factors

    @asynccontextmanager
    async def attempt(self, request: Request, username: str) -> AsyncIterator[None]:
        """What goes wrong in it was a guess. Raises Problem 429 when there were too many."""
        origin = self._origin(request, username)
        await self.gate.attempts.begin(origin)
        try:
            yield
        except Problem as problem:
            if problem.code == "second_factor_required":  # the first half of a login
                await self.gate.attempts.succeeded(origin)
            raise
        await self.gate.attempts.succeeded(origin)

    def remember(self, response: Response, viewer: Viewer, token: str) -> None:
        """Set the console's cookie and mark the device as known: no script reads either, no foreign page sends them."""
        self._set(response, COOKIE, token, int(LIFETIME.total_seconds()))
        device = self.gate.devices.issue(viewer.account, self.now())
        self._set(response, self.gate.devices.cookie(viewer.account), device, int(KNOWN_FOR.total_seconds()))

    def forget(self, response: Response) -> None:
        """Take the console's cookie away. The device stays known."""
        response.delete_cookie(COOKIE, httponly=True, samesite="strict", secure=self.gate.secure_cookie)

    async def _missing(self, viewer: Viewer) -> tuple[Missing, ...]:
        row = await self.accounts.row(viewer.account)
        first: tuple[Missing, ...] = ("password",) if row and row.get("first") else ()
        factor = await self.factors.is_missing(viewer.account, viewer.role)
        return (*first, "second_factor") if factor else first

    async def _verified(self, username: str, password: str) -> Proved:
        proved = await self.accounts.verified(username, password, self.now())
        if proved is None:
            raise Problem(
                401, "wrong_login", id="Nama pengguna atau kata sandi salah.", en="Wrong user name or password."
            )
        return proved

    def _origin(self, request: Request, username: str) -> Origin:
        devices = self.gate.devices
        device = devices.read(request.cookies.get(devices.cookie(username), ""), username, self.now())
        return Origin(username, request.client.host if request.client else "", device)

    def _set(self, response: Response, name: str, value: str, seconds: int) -> None:
        secure = self.gate.secure_cookie
        response.set_cookie(name, value, max_age=seconds, httponly=True, samesite="strict", secure=secure)
