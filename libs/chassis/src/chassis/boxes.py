"""Sealed boxes: what only the holder of the sealed key can read, or change without being noticed (AES-256-GCM)."""

import base64
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

__all__ = ["lock", "unlock"]

KEY = 32
NONCE = 12


def lock(key: bytes, plain: bytes) -> str:
    """These bytes, sealed: base64 of nonce and ciphertext. The same bytes give another text each time."""
    nonce = secrets.token_bytes(NONCE)
    return base64.b64encode(nonce + AESGCM(key[:KEY]).encrypt(nonce, plain, None)).decode()


def unlock(key: bytes, text: str) -> bytes:
    """What was locked. Raises ValueError for another key, or a text that was changed or never locked."""
    try:
        sealed = base64.b64decode(text, validate=True)
        return AESGCM(key[:KEY]).decrypt(sealed[:NONCE], sealed[NONCE:], None)
    except (InvalidTag, ValueError) as error:
        raise ValueError("not sealed with this key") from error
