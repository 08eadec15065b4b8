"""Sign-ins under way: in Redis for all replicas, each for one browser, for minutes, and good once."""

import hashlib
import json
from base64 import urlsafe_b64encode
from dataclasses import asdict, dataclass
from secrets import token_urlsafe

from chassis.cache import Cache, outages

__all__ = ["SECONDS", "Handshake", "Handshakes", "Waiting", "challenge_of", "new_secret"]

SECONDS = 600


@dataclass(frozen=True)
class Handshake:
    """What the provider's answer is held against. `leaving`: the session of this browser that ends with it."""

    nonce: str
    verifier: str
    next: str
    leaving: str
    at: float


@dataclass(frozen=True)
class Waiting:
    """Somebody whom the provider vouched for, and whose code of the second factor is missing."""

    subject: str
    next: str
    leaving: str


def new_secret() -> str:
    """256 bits; as a PKCE verifier of 43 characters it is as RFC 7636 wants it."""
    return token_urlsafe(32)


def challenge_of(verifier: str) -> str:
    """S256 of RFC 7636."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


@dataclass(frozen=True)
class Handshakes:
    """At rest. `browser` is the secret in the cookie of one browser. Its methods raise Unavailable."""

    cache: Cache

    async def keep(self, state: str, browser: str, shake: Handshake) -> None:
        """Until the provider answers."""
        await self._set(_key("state", state, browser), json.dumps(asdict(shake)))

    async def take(self, state: str, browser: str) -> Handshake | None:
        """What was kept, once; none for a state that is unknown, used, too old, or of another browser."""
        with outages():
            kept = await self.cache.getdel(_key("state", state, browser))
        return Handshake(**json.loads(kept)) if kept else None

    async def wait(self, browser: str, waiting: Waiting) -> None:
        """Until the code is given."""
        await self._set(_key("code", browser), json.dumps(asdict(waiting)))

    async def waiting(self, browser: str) -> Waiting | None:
        """Who waits in this browser."""
        with outages():
            kept = await self.cache.get(_key("code", browser))
        return Waiting(**json.loads(kept)) if kept else None

    async def done(self, browser: str) -> None:
        """Nobody waits any more."""
        with outages():
            await self.cache.delete(_key("code", browser))

    async def _set(self, key: str, value: str) -> None:
        with outages():
            await self.cache.set(key, value, ex=SECONDS)


def _key(kind: str, *secrets: str) -> str:
    # Of digests, so that whoever reads Redis has no state and no cookie.
    told = "\n".join(secrets).encode(errors="replace")
    return f"tapal:sign-in:{kind}:{hashlib.sha256(told).hexdigest()}"
