"""Keyed hashes and canonical bytes: opaque ids and digests that only the holder of the key can make."""

import hashlib
from typing import Any

import rfc8785

__all__ = ["Hasher", "canonical", "party_number"]


def canonical(value: Any) -> bytes:
    """The canonical JSON of a value (RFC 8785). Raises ValueError for what JSON cannot say exactly."""
    try:
        return rfc8785.dumps(value)
    except rfc8785.CanonicalizationError as error:
        raise ValueError("not representable in canonical JSON") from error


class Hasher:
    """Makes keyed hashes: BLAKE2b, 128 bits, 32 hex digits. Parts keep their limits: ("a","bc") is not ("ab","c")."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, purpose: str, *parts: str) -> str:
        """The opaque id of these parts; `purpose` (up to 16 characters) keeps the kinds of ids apart."""
        return self.of_bytes(purpose, b"".join(f"{len(part)}:{part}".encode() for part in parts))

    def of_bytes(self, purpose: str, content: bytes) -> str:
        """The keyed digest of bytes."""
        return hashlib.blake2b(content, key=self._key, person=purpose.encode(), digest_size=16).hexdigest()

    def digest(self, purpose: str, content: bytes) -> str:
        """The long keyed digest of bytes (256 bits), for evidence: nobody finds other content with the same one."""
        return hashlib.blake2b(content, key=self._key, person=purpose.encode(), digest_size=32).hexdigest()


def party_number(hasher: Hasher, kind: str, number: str) -> str:
    """The key of a party that gives a number, however it is spelt: the registry's and that of a list of known ones."""
    return hasher.of("party", kind, "id", "".join(filter(str.isalnum, number)).upper())
