"""Who is at the door: a cookie of the console, a bearer token, a system's API key or its certificate."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Request

from chassis.errors import Problem, Unavailable
from gateway.certificates import Certificates
from gateway.logins import COOKIE
from gateway.rates import Rates
from gateway.senders import Sender, Senders
from gateway.sessions import Sessions, login_required
from gateway.tokens import Tokens
from gateway.viewers import Role, Viewer

__all__ = ["Door"]

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
STREAM = "/v1/stream"
# What is open to somebody who has yet to choose a password, or to enrol a second factor.
ENROLMENT = re.compile(r"/v1/(me|me/password|me/second-factor(/proof)?|logout|lock)|/account(/.+)?|/docs")


@dataclass(frozen=True)
class Door:
    """Recognises callers. Its methods are FastAPI dependencies; they raise Problem 401 or 403."""

    tokens: Tokens
    senders: Senders
    certificates: Certificates
    rates: Rates
    sessions: Sessions
    now: Callable[[], datetime]

    async def viewer(self, request: Request) -> Viewer:
        """Whoever it is, a person or a system, counted. Raises Problem 429 too."""
        viewer = await self._viewer(request)
        await self.rates.spend(request, "account", viewer.account)
        return viewer

    async def _viewer(self, request: Request) -> Viewer:
        bearer = _bearer(request)
        if bearer is None and COOKIE in request.cookies:
            return await self._of_cookie(request)
        person = self.tokens.read(bearer or "", self.now())
        if person is not None:
            return await self._open(request, person)
        sender = await self.sender(request)
        name = sender.source.names.id
        account = f"{sender.agency}/{sender.source.code}"
        until = self.now() + timedelta(minutes=1)
        return Viewer(account, name, Role.AGENCY_SYSTEM, sender.agency, until, source=sender.source.code)

    async def sender(self, request: Request) -> Sender:
        """A system with an API key, or else with a certificate, and nobody else."""
        bearer = _bearer(request)
        sender = self.certificates.of(request) if bearer is None else self.senders.of_key(bearer)
        if sender is None:
            raise login_required()
        return sender

    async def visitor(self, request: Request) -> Viewer:
        """The person whose cookie this is, for pages. Raises Problem 401: `login_required` or `session_locked`."""
        viewer = self.tokens.read(request.cookies.get(COOKIE, ""), self.now())
        if viewer is None:
            raise login_required()
        return await self._open(request, viewer)

    async def guest(self, request: Request) -> Viewer | None:
        """The same for pages that everybody may see: none where nobody is logged in."""
        try:
            return await self.visitor(request)
        except (Problem, Unavailable):
            return None

    def holder(self, request: Request) -> Viewer | None:
        """Whose token or cookie this is, whether its session is open or not: good for unlocking it alone."""
        return self.tokens.read(_bearer(request) or request.cookies.get(COOKIE, ""), self.now())

    async def _open(self, request: Request, viewer: Viewer) -> Viewer:
        # What the console's script asks for by itself does not mean that anybody is there.
        background = request.url.path == STREAM or request.headers.get("tapal-background") == "1"
        session = await self.sessions.check(viewer.session, background=background)
        if session["missing"] and not ENROLMENT.fullmatch(request.url.path):
            raise _missing(session["missing"][0])
        return viewer

    async def _of_cookie(self, request: Request) -> Viewer:
        viewer = await self.visitor(request)
        # A foreign page can make a browser send the cookie, but not this header.
        if request.method not in SAFE and request.headers.get("tapal-console") != "1":
            raise Problem(
                403,
                "console_header_required",
                id="Permintaan dengan cookie memerlukan header Tapal-Console: 1.",
                en="A request with the cookie needs the header Tapal-Console: 1.",
            )
        return viewer


def _bearer(request: Request) -> str | None:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" and value.strip() else None


def _missing(what: str) -> Problem:
    if what == "password":
        return Problem(
            403,
            "password_change_required",
            id="Ganti kata sandi pertama Anda lebih dahulu.",
            en="Choose a password of your own first.",
        )
    return Problem(
        403,
        "second_factor_missing",
        id="Peran Anda wajib memakai faktor kedua. Daftarkan lebih dahulu.",
        en="Your role has to have a second factor. Enrol first.",
    )
