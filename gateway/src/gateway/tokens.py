"""Tokens of people who logged in: signed with Ed25519, good for one working day."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from gateway.viewers import Role, Viewer

__all__ = ["LIFETIME", "Tokens"]

LIFETIME = timedelta(hours=8)
ALGORITHMS = ["Ed25519"]
ISSUER = "tapal-gateway"
KNOWN = 1000


class Tokens:
    """Makes and reads tokens. Times are handed in."""

    def __init__(self, key: OKPKey) -> None:
        self._key = key
        # A signature proves now what it proved a minute ago; whether it is over is looked at each time. What proves
        # nothing is not kept: it raises.
        self._known = lru_cache(KNOWN)(self._proved)

    def issue(self, viewer: Viewer, now: datetime) -> str:
        """A compact signed token for this person."""
        claims = {
            "iss": ISSUER,
            "sub": viewer.account,
            "jti": viewer.session,
            "name": viewer.name,
            "role": viewer.role.value,
            "agency": viewer.agency,
            "source": viewer.source,
            "iat": int(now.timestamp()),
            "exp": int(viewer.until.timestamp()),
        }
        return jwt.encode({"alg": "Ed25519"}, claims, self._key, algorithms=ALGORITHMS)

    def read(self, token: str, now: datetime) -> Viewer | None:
        """Whose token it is; none when it is forged, of another issuer, or over."""
        try:
            viewer = self._known(token)
        except (JoseError, ValueError, KeyError, TypeError, OverflowError):
            return None
        return viewer if now < viewer.until else None

    def _proved(self, token: str) -> Viewer:
        claims = jwt.decode(token, self._key, algorithms=ALGORITHMS).claims
        if claims["iss"] != ISSUER:
            raise ValueError("another issuer")
        until = datetime.fromtimestamp(claims["exp"], UTC)
        role, source = Role(claims["role"]), claims.get("source", "")
        return Viewer(claims["sub"], claims["name"], role, claims["agency"], until, claims["jti"], source)
