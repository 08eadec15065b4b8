"""For whoever receives Tapal's webhooks: is this really from Tapal, and is it new?"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence

__all__ = ["TOLERANCE_SECONDS", "NotGenuine", "verify"]

TOLERANCE_SECONDS = 300
PREFIX = "whsec_"


class NotGenuine(ValueError):
    """What came is not signed with the secret, or was signed at another time. Answer 401 and do nothing."""


def verify(
    secrets: Sequence[str],
    headers: Mapping[str, str],
    body: bytes,
    *,
    now: float,
    tolerance: float = TOLERANCE_SECONDS,
) -> str:
    """The id of a genuine webhook; do nothing a second time for an id you have had. Raises NotGenuine.

    `secrets` are as shown (`whsec_…`): one, or two while you change over. `body` is the bytes as received and `now`
    seconds since 1970. As the Standard Webhooks specification has it.
    """
    lower = {name.lower(): value for name, value in headers.items()}
    id, timestamp = lower.get("webhook-id", ""), lower.get("webhook-timestamp", "")
    if not (id and timestamp.isascii() and timestamp.isdigit()) or abs(now - int(timestamp)) > tolerance:
        raise NotGenuine("no id, or not of this time")
    signed = f"{id}.{timestamp}.".encode() + body
    expected = [hmac.digest(_key(secret), signed, hashlib.sha256) for secret in secrets]
    given = [_decoded(part.removeprefix("v1,")) for part in lower.get("webhook-signature", "").split()]
    if not any(hmac.compare_digest(one, other) for one in expected for other in given):
        raise NotGenuine("no signature with this secret")
    return id


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix(PREFIX))


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):  # not one of ours: it matches nothing
        return b""
