"""Who is at the door: a cookie of the console, a bearer token, or a system's API key."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Request

from chassis.errors import Problem
from gateway.rates import Rates
from gateway.senders import Sender, Senders
from gateway.tokens import Tokens
from gateway.viewers import Role, Viewer

__all__ = ["COOKIE", "Door"]

COOKIE = "tapal_session"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Door:
    """Recognises callers. Its methods are FastAPI dependencies; they raise Problem 401 or 403."""

    tokens: Tokens
    senders: Senders
    rates: Rates
    now: Callable[[], datetime]

    async def viewer(self, request: Request) -> Viewer:
        """Whoever it is, a person or a system, counted. Raises Problem 429 too."""
        viewer = self._viewer(request)
        await self.rates.spend(request, "account", viewer.account)
        return viewer

    def _viewer(self, request: Request) -> Viewer:
        bearer = _bearer(request)
        if bearer is None:
            return self._of_cookie(request)
        person = self.tokens.read(bearer, self.now())
        if person is not None:
            return person
        sender = self.senders.of_key(bearer)
        if sender is None:
            raise _unknown()
        name = sender.source.names.id
        account = f"{sender.agency}/{sender.source.code}"
        return Viewer(account, name, Role.AGENCY_SYSTEM, sender.agency, self.now() + timedelta(minutes=1))

    async def sender(self, request: Request) -> Sender:
        """A system with an API key, and nobody else."""
        sender = self.senders.of_key(_bearer(request) or "")
        if sender is None:
            raise _unknown()
        return sender

    def visitor(self, request: Request) -> Viewer | None:
        """The person whose cookie this is, for pages; none where somebody has to log in first."""
        return self.tokens.read(request.cookies.get(COOKIE, ""), self.now())

    def _of_cookie(self, request: Request) -> Viewer:
        viewer = self.visitor(request)
        if viewer is None:
            raise _unknown()
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


def _unknown() -> Problem:
    return Problem(401, "login_required", id="Silakan masuk lebih dahulu.", en="Please log in first.")
