"""Signed statements: every internal call says who asks, in which role, for what purpose; the gateway signs it."""

import time
from dataclasses import dataclass
from pathlib import Path

from fastapi import Request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from chassis.errors import Problem

__all__ = ["Actor", "Signer", "Verifier", "read_ed25519"]

LIFETIME_SECONDS = 30
ALGORITHMS = ["EdDSA", "Ed25519"]


@dataclass(frozen=True)
class Actor:
    """Who asks: an account name, its role and agency, and the purpose it gave (empty when none is needed)."""

    name: str
    role: str
    agency: str = ""
    purpose: str = ""


def read_ed25519(path: Path) -> OKPKey:
    """An Ed25519 key from a PEM file, private or public."""
    return OKPKey.import_key(path.read_text())


class Signer:
    """Signs statements. Only the gateway has one."""

    def __init__(self, private_key: OKPKey) -> None:
        self._key = private_key

    def statement(self, actor: Actor, method: str, path: str) -> str:
        """A compact signed token, good for this call alone and half a minute."""
        now = int(time.time())
        claims = {
            "sub": actor.name,
            "role": actor.role,
            "agency": actor.agency,
            "purpose": actor.purpose,
            "call": f"{method} {path}",
            "iat": now,
            "exp": now + LIFETIME_SECONDS,
        }
        return jwt.encode({"alg": "Ed25519"}, claims, self._key, algorithms=ALGORITHMS)


class Verifier:
    """Accepts statements of the gateway; as a FastAPI dependency it yields the Actor or refuses with 401."""

    def __init__(self, public_key: OKPKey) -> None:
        self._key = public_key

    def actor(self, token: str, method: str, path: str) -> Actor:
        """Who asks. Raises Problem 401 for a statement that is missing, forged, old, or for another call."""
        try:
            claims = jwt.decode(token, self._key, algorithms=ALGORITHMS).claims
            fresh = int(claims["exp"]) >= time.time() and claims["call"] == f"{method} {path}"
            actor = Actor(claims["sub"], claims["role"], claims["agency"], claims["purpose"])
        except (JoseError, ValueError, KeyError) as error:
            raise _unsigned() from error
        if not fresh:
            raise _unsigned()
        return actor

    async def __call__(self, request: Request) -> Actor:
        return self.actor(request.headers.get("tapal-statement", ""), request.method, request.url.path)


def _unsigned() -> Problem:
    return Problem(
        401,
        "statement_required",
        id="Panggilan internal tanpa pernyataan bertanda tangan yang sah.",
        en="Internal call without a valid signed statement.",
    )
