"""Second factors: time-based codes (RFC 6238: SHA-1, six digits, 30 seconds) and printed codes. Pure."""

import hashlib
import secrets
from base64 import b32encode
from collections.abc import Sequence
from datetime import datetime
from hmac import compare_digest

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

__all__ = ["address_of", "digest_of", "digests_of", "new_codes", "new_secret", "readable", "step_of"]

STEP = 30
DIGITS = 6
SECRET = 20
PRINTED = 10
ISSUER = "Tapal"


def new_secret() -> bytes:
    """160 bits, as RFC 4226 recommends."""
    return secrets.token_bytes(SECRET)


def readable(secret: bytes) -> str:
    """As it is typed into an authenticator: base32."""
    return b32encode(secret).decode()


def address_of(secret: bytes, account: str) -> str:
    """The `otpauth:` address that authenticators read."""
    return _codes(secret).get_provisioning_uri(account, ISSUER)


def step_of(secret: bytes, code: str, now: datetime, after: int) -> int | None:
    """The time step this code is of, one step early or late; none for a wrong one, or one not `after` the last used."""
    current = int(now.timestamp()) // STEP
    right = [step for step in (current - 1, current, current + 1) if step > after and _is(secret, code, step)]
    return right[0] if right else None


def new_codes() -> list[str]:
    """Ten codes of 80 bits, to be printed."""
    return ["-".join(_group() for _ in range(4)) for _ in range(PRINTED)]


def digest_of(account: str, code: str) -> str:
    """What is kept of a printed code; spaces, hyphens and capitals do not matter."""
    plain = "".join(letter for letter in code.casefold() if letter.isalnum())
    return hashlib.sha256(f"{account}\n{plain}".encode(errors="replace")).hexdigest()


def digests_of(account: str, codes: Sequence[str]) -> list[str]:
    """What is kept of printed codes."""
    return [digest_of(account, code) for code in codes]


def _codes(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), STEP)


def _is(secret: bytes, code: str, step: int) -> bool:
    return compare_digest(_codes(secret).generate(step * STEP), code.encode(errors="replace"))


def _group() -> str:
    return b32encode(secrets.token_bytes(5)).decode().casefold()[:4]
