"""Tokens of people who logged in: signed with Ed25519, good for one working day."""

from datetime import UTC, datetime, timedelta

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from gateway.viewers import Role, Viewer

__all__ = ["LIFETIME", "Tokens"]

LIFETIME = timedelta(hours=8)
ALGORITHMS = ["Ed25519"]
ISSUER = "tapal-gateway"


class Tokens:
    """Makes and reads tokens. Times are handed in."""

    def __init__(self, key: OKPKey) -> None:
        self._key = key

    def issue(self, viewer: Viewer, now: datetime) -> str:
        """A compact signed token for this person."""
        claims = {
            "iss": ISSUER,
            "sub": viewer.account,
            "jti": viewer.session,
            "name": viewer.name,
            "role": viewer.role.value,
            "agency": viewer.agency,
            "iat": int(now.timestamp()),
            "exp": int(viewer.until.timestamp()),
        }
        return jwt.encode({"alg": "Ed25519"}, claims, self._key, algorithms=ALGORITHMS)

    def read(self, token: str, now: datetime) -> Viewer | None:
        """Whose token it is; none when it is forged, of another issuer, or over."""
        try:
            claims = jwt.decode(token, self._key, algorithms=ALGORITHMS).claims
            if claims["iss"] != ISSUER:
                return None
            until = datetime.fromtimestamp(claims["exp"], UTC)
            who = (claims["sub"], claims["name"], Role(claims["role"]), claims["agency"])
            viewer = Viewer(*who, until, claims["jti"])
        except (JoseError, ValueError, KeyError, TypeError, OverflowError):
            return None
        return viewer if now < until else None
