"""AES-256-GCM of what rests. The place of what is sealed is bound in: no part opens anywhere but where it was put."""

import hashlib
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

__all__ = ["OtherKey", "decrypt", "encrypt", "new_key"]

KEY, NONCE, MARK = 32, 12, 4


class OtherKey(ValueError):
    """Sealed with another key than this one."""


def new_key() -> bytes:
    """A random key of 256 bits."""
    return secrets.token_bytes(KEY)


def encrypt(key: bytes, plain: bytes, *place: str) -> bytes:
    """Mark of the key, nonce, ciphertext and tag: 32 bytes more than `plain`."""
    nonce = secrets.token_bytes(NONCE)
    return _mark(key) + nonce + AESGCM(key[:KEY]).encrypt(nonce, plain, _bound(place))


def decrypt(key: bytes, sealed: bytes, *place: str) -> bytes:
    """What was sealed at this place. Raises OtherKey, or ValueError for what was changed or put elsewhere."""
    if sealed[:MARK] != _mark(key):
        raise OtherKey("sealed with another key")
    try:
        return AESGCM(key[:KEY]).decrypt(sealed[MARK : MARK + NONCE], sealed[MARK + NONCE :], _bound(place))
    except (InvalidTag, ValueError) as error:
        raise ValueError("changed, or not of this place") from error


def _mark(key: bytes) -> bytes:
    """Tells one key from another, so that a key that was replaced is noticed."""
    return hashlib.blake2b(key, digest_size=MARK, person=b"mark").digest()


def _bound(place: tuple[str, ...]) -> bytes:
    return b"".join(f"{len(part)}:{part}".encode() for part in place)
