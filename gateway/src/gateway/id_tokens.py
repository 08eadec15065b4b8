"""What an ID token has to be (OpenID Connect Core 1.0, 3.1.3.7). Pure: keys and time are handed in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any

from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import JWKRegistry, Key, KeySet

__all__ = ["Expected", "Refused", "UnknownKey", "keys_of", "proves_two_factors", "verified"]

# Signed with a key that the provider alone has: no `none`, and no HMAC, whose key would be public.
ALGORITHMS = [f"{kind}{bits}" for kind in ("RS", "PS", "ES") for bits in (256, 384, 512)] + ["EdDSA", "Ed25519"]
PUBLIC = frozenset({"RSA", "EC", "OKP"})
LEEWAY = timedelta(seconds=60)
OLDEST = timedelta(minutes=10)
SUBJECT = 255
Claims = Mapping[str, Any]


class Refused(Exception):
    """The token, or what came with it, is not what it has to be. `reason` is one of ours, never a value of it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class UnknownKey(Refused):
    """Signed under a key that is not among those known: they may have changed."""

    def __init__(self) -> None:
        super().__init__("unknown_key")


@dataclass(frozen=True)
class Expected:
    """What was asked for. `since`: the person proved themselves no earlier; none where any sign-in will do."""

    issuer: str
    client: str
    nonce: str
    since: datetime | None


def keys_of(document: Any) -> KeySet:
    """The public keys for signatures in a JWKS; what is of no use is left out. Raises ValueError where it is none."""
    if not isinstance(document, dict) or not isinstance(document.get("keys"), list):
        raise ValueError("no key set")
    return KeySet([key for row in document["keys"] if (key := _key(row)) is not None])


def verified(token: str, keys: KeySet, expected: Expected, now: datetime) -> Claims:
    """The claims of a token that is good now. Raises Refused."""
    claims = _signed(token, keys)
    _meant(claims, expected)
    _timely(claims, expected, now)
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= SUBJECT:
        raise Refused("subject")
    return claims


def proves_two_factors(claims: Claims, acr: frozenset[str], amr: frozenset[str]) -> bool:
    """Whether the provider says that it asked for as much as these values stand for."""
    methods = claims.get("amr")
    used = {item for item in methods if isinstance(item, str)} if isinstance(methods, list) else set()
    context = claims.get("acr")
    return bool(amr & used) or (isinstance(context, str) and context in acr)


def _key(row: Any) -> Key | None:
    if not isinstance(row, dict) or row.get("kty") not in PUBLIC or row.get("use", "sig") != "sig":
        return None
    try:
        return JWKRegistry.import_key(row)
    except (JoseError, ValueError, TypeError, KeyError):
        return None


def _signed(token: str, keys: KeySet) -> Claims:
    try:
        return jwt.decode(token, keys, algorithms=ALGORITHMS).claims
    except InvalidKeyIdError as error:
        raise UnknownKey from error
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise Refused("signature") from error


def _meant(claims: Claims, expected: Expected) -> None:
    """For us, by them, in answer to this very question."""
    if claims.get("iss") != expected.issuer:
        raise Refused("issuer")
    told = claims.get("aud")
    audiences: Sequence[Any] = told if isinstance(told, list) else [told]
    party = claims.get("azp", expected.client if len(audiences) == 1 else None)
    if expected.client not in audiences or party != expected.client:
        raise Refused("audience")
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not compare_digest(nonce.encode(errors="replace"), expected.nonce.encode()):
        raise Refused("nonce")


def _timely(claims: Claims, expected: Expected, now: datetime) -> None:
    at, leeway = now.timestamp(), LEEWAY.total_seconds()
    issued = _moment(claims, "iat")
    if _moment(claims, "exp") + leeway <= at:
        raise Refused("expired")
    if not at - OLDEST.total_seconds() <= issued <= at + leeway:
        raise Refused("issued_at")
    if "nbf" in claims and _moment(claims, "nbf") > at + leeway:
        raise Refused("not_yet")
    if expected.since is not None and _moment(claims, "auth_time") + leeway < expected.since.timestamp():
        raise Refused("signed_in_before")


def _moment(claims: Claims, name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e12:
        raise Refused(name)
    return float(value)
