"""Signing in by the office's identity provider: authorization code with PKCE, for one browser, once.

The provider says who it is; role, agency and area are those of the account that an administrator linked.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import Request

from chassis.cache import Cache
from chassis.errors import Problem
from chassis.log import log
from chassis.mongo import Document
from gateway.accounts import Proved
from gateway.handshakes import Handshake, Handshakes, Waiting, challenge_of, new_secret
from gateway.id_tokens import Claims, Expected, Refused, proves_two_factors
from gateway.links import Links
from gateway.logins import Logins
from gateway.provider import OidcSettings, Provider
from gateway.viewers import Viewer

__all__ = ["Answer", "Entered", "NotLinked", "SignIn"]


@dataclass(frozen=True)
class Answer:
    """What the provider sends back by way of the browser."""

    state: str
    code: str
    error: str
    issuer: str | None


@dataclass(frozen=True)
class Entered:
    """Somebody is in, and goes on to `next`."""

    viewer: Viewer
    token: str
    next: str


class NotLinked(Exception):
    """The provider vouches for somebody who has no account here. `subject`: for their eyes alone."""

    def __init__(self, subject: str) -> None:
        super().__init__("no account is linked")
        self.subject = subject


@dataclass(frozen=True)
class SignIn:
    """Lets people in. Its methods raise Problem, or Unavailable."""

    provider: Provider
    handshakes: Handshakes
    links: Links
    logins: Logins
    now: Callable[[], datetime]

    @classmethod
    def of(cls, settings: OidcSettings | None, cache: Cache, links: Links, logins: Logins) -> "SignIn | None":
        """By the provider of the settings; none where there is none."""
        if settings is None:
            return None
        return cls(Provider(settings, logins.now), Handshakes(cache), links, logins, logins.now)

    async def begin(self, next: str, leaving: str) -> tuple[str, str]:
        """The provider's address for this browser, and the secret to be left in it."""
        state, browser = new_secret(), new_secret()
        shake = Handshake(new_secret(), new_secret(), next, leaving, self.now().timestamp())
        asked = {"state": state, "nonce": shake.nonce, "code_challenge": challenge_of(shake.verifier)}
        address = await self.provider.address({**asked, "code_challenge_method": "S256"})
        await self.handshakes.keep(state, browser, shake)
        return address, browser

    async def arrive(self, request: Request, browser: str, answer: Answer) -> Entered:
        """Let in whom the answer is about. Raises Problem 401 `second_factor_required`, or NotLinked."""
        try:
            shake, claims = await self._proved(browser, answer)
        except Refused as refused:
            log.warning("sign_in_refused", reason=refused.reason)
            raise _not_done() from refused
        row = await self.links.account_of(claims["sub"])
        if row is None:
            log.warning("sign_in_refused", reason="not_linked")
            raise NotLinked(claims["sub"])
        settings = self.provider.settings
        counts = proves_two_factors(claims, settings.second_factor_acr, settings.second_factor_amr)
        waiting = Waiting(claims["sub"], shake.next, shake.leaving)
        if not counts:
            await self._require_code(browser, row["_id"], waiting)
        return await self._enter(request, row, waiting, counts)

    async def prove(self, request: Request, browser: str, code: str) -> Entered:
        """Let in who waited for this. Raises Problem 401 `wrong_code`, or 429 after many."""
        waiting = await self.handshakes.waiting(browser)
        row = await self.links.account_of(waiting.subject) if waiting else None
        if waiting is None or row is None:
            raise _not_done()
        async with self.logins.attempt(request, row["_id"]):
            await self.logins.factors.require(row["_id"], code)
        await self.handshakes.done(browser)
        return await self._enter(request, row, waiting, counts=False)

    async def _proved(self, browser: str, answer: Answer) -> tuple[Handshake, Claims]:
        shake = await self.handshakes.take(answer.state, browser)
        if shake is None:
            raise Refused("state")
        await self.provider.check_sender(answer.issuer)
        if answer.error or not answer.code:
            raise Refused("provider_refused")
        token = await self.provider.redeem(answer.code, shake.verifier)
        settings = self.provider.settings
        since = None if settings.single_sign_on else datetime.fromtimestamp(shake.at, UTC)
        expected = Expected(settings.issuer, settings.client_id, shake.nonce, since)
        return shake, await self.provider.claims(token, expected)

    async def _require_code(self, browser: str, account: str, waiting: Waiting) -> None:
        try:
            await self.logins.factors.require(account, "")
        except Problem:
            await self.handshakes.wait(browser, waiting)
            raise

    async def _enter(self, request: Request, row: Document, waiting: Waiting, counts: bool) -> Entered:
        # The session that this browser had is left for this one, so that a locked one does not stay behind.
        if waiting.leaving:
            await self.logins.sessions.end(waiting.leaving)
        proved = Proved.of(row, self.now())
        missing = not counts and await self.logins.factors.is_missing(row["_id"], proved.viewer.role)
        told = await self.logins.enter(request, proved, "console", ("second_factor",) if missing else ())
        return Entered(*told, waiting.next)


def _not_done() -> Problem:
    return Problem(
        401,
        "sign_in_refused",
        id="Masuk lewat penyedia identitas tidak selesai. Mulai sekali lagi.",
        en="Signing in by the identity provider was not completed. Begin once more.",
    )
