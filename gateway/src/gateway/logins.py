"""Logging people in, and letting them on when their console was locked."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from fastapi import Request, Response

from chassis.errors import Problem
from gateway.accounts import Accounts
from gateway.attempts import Attempts, Origin
from gateway.devices import KNOWN_FOR, Devices
from gateway.sessions import Kind, Sessions
from gateway.tokens import LIFETIME, Tokens
from gateway.viewers import Viewer

__all__ = ["COOKIE", "Gate", "Logins", "Secrets"]

COOKIE = "tapal_session"


@dataclass(frozen=True)
class Secrets:
    """What somebody gives to be let in."""

    username: str
    password: str


@dataclass(frozen=True)
class Gate:
    """What stands before the accounts."""

    attempts: Attempts
    devices: Devices
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
        """The person and a token. Raises Problem 401 for a wrong name or password alike, 429 after many."""
        viewer = await self._proved(request, given)
        session = await self.sessions.begin(viewer, kind, request.headers.get("user-agent", ""))
        viewer = replace(viewer, session=session)
        return viewer, self.tokens.issue(viewer, self.now())

    async def unlock(self, request: Request, viewer: Viewer, password: str) -> None:
        """Let the same person on. Raises Problem 401 for a wrong password, 429 after many."""
        await self._proved(request, Secrets(viewer.account, password))
        await self.sessions.unlock(viewer.session)

    def remember(self, response: Response, viewer: Viewer, token: str) -> None:
        """Set the console's cookie and mark the device as known: no script reads either, no foreign page sends them."""
        self._set(response, COOKIE, token, int(LIFETIME.total_seconds()))
        device = self.gate.devices.issue(viewer.account, self.now())
        self._set(response, self.gate.devices.cookie(viewer.account), device, int(KNOWN_FOR.total_seconds()))

    def forget(self, response: Response) -> None:
        """Take the console's cookie away. The device stays known."""
        response.delete_cookie(COOKIE, httponly=True, samesite="strict", secure=self.gate.secure_cookie)

    async def _proved(self, request: Request, given: Secrets) -> Viewer:
        origin = self._origin(request, given.username)
        await self.gate.attempts.begin(origin)
        viewer = await self.accounts.verified(given.username, given.password, self.now())
        if viewer is None:
            raise Problem(
                401, "wrong_login", id="Nama pengguna atau kata sandi salah.", en="Wrong user name or password."
            )
        await self.gate.attempts.succeeded(origin)
        return viewer

    def _origin(self, request: Request, username: str) -> Origin:
        devices = self.gate.devices
        device = devices.read(request.cookies.get(devices.cookie(username), ""), username, self.now())
        return Origin(username, request.client.host if request.client else "", device)

    def _set(self, response: Response, name: str, value: str, seconds: int) -> None:
        secure = self.gate.secure_cookie
        response.set_cookie(name, value, max_age=seconds, httponly=True, samesite="strict", secure=secure)
