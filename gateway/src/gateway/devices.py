"""Devices that somebody logged in from before (OWASP, device cookies): so that guessing elsewhere shuts nobody out.

Pure. A cookie for each account, because officers share a PC.
"""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

__all__ = ["KNOWN_FOR", "Devices"]

KNOWN_FOR = timedelta(days=180)
ISSUER = "tapal-device"
ALGORITHMS = ["Ed25519"]


class Devices:
    """Makes and reads the cookies. They open nothing: they say that this browser may try, whatever others do."""

    def __init__(self, key: OKPKey) -> None:
        self._key = key

    @staticmethod
    def cookie(account: str) -> str:
        """The name of the cookie of an account."""
        return f"tapal_device_{hashlib.sha256(account.encode(errors='replace')).hexdigest()[:12]}"

    def issue(self, account: str, now: datetime) -> str:
        """A new device of this account."""
        until = int((now + KNOWN_FOR).timestamp())
        claims = {"iss": ISSUER, "sub": account, "jti": secrets.token_hex(12), "exp": until}
        return jwt.encode({"alg": "Ed25519"}, claims, self._key, algorithms=ALGORITHMS)

    def read(self, value: str, account: str, now: datetime) -> str | None:
        """The id of this device of the account; none when it is forged, of another account, or too old."""
        try:
            claims = jwt.decode(value, self._key, algorithms=ALGORITHMS).claims
            if (claims["iss"], claims["sub"]) != (ISSUER, account):
                return None
            known = now < datetime.fromtimestamp(claims["exp"], UTC)
            return str(claims["jti"]) if known else None
        except (JoseError, ValueError, KeyError, TypeError, OverflowError):
            return None
