"""Signatures of webhooks, as the Standard Webhooks specification (1.0.0) has them: HMAC-SHA256, symmetric. Pure."""

import base64
import hashlib
import hmac
from collections.abc import Iterable

__all__ = ["SECRET_BYTES", "headers", "written"]

SECRET_BYTES = 32
PREFIX = "whsec_"


def written(secret: bytes) -> str:
    """The secret as its receiver gets it."""
    return PREFIX + base64.b64encode(secret).decode()


def headers(id: str, timestamp: int, body: bytes, secrets: Iterable[bytes]) -> dict[str, str]:
    """The three headers. `timestamp` in seconds is that of this attempt; one signature a secret, the newest first."""
    signed = f"{id}.{timestamp}.".encode() + body
    signatures = [base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode() for secret in secrets]
    return {
        "webhook-id": id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }
