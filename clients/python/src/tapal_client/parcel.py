"""A parcel: events in one file that only the centre can open and only their source can have made.

The way back is a reply: what became of them, signed by the centre, and open to whoever holds it. Pure.
"""

import base64
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

__all__ = [
    "Centre",
    "Faulty",
    "Sender",
    "answer",
    "key_text",
    "keys_of",
    "open_parcel",
    "open_reply",
    "pack",
    "sender_of",
]

MAGIC = b"TAPAL-PARCEL-1\n"
REPLY = b"TAPAL-REPLY-1\n"
SIGNATURE = 64
NONCE = 12
MAX_BYTES = 64 * 1024 * 1024
LONGEST_HEADER = 2000
PROTECTION = "received"


class Faulty(Exception):
    """The file is not a whole and true parcel: nothing of it is taken."""


@dataclass(frozen=True)
class Sender:
    """Who says to have made a parcel; true once the parcel is opened with that source's key."""

    agency: str
    source: str


@dataclass(frozen=True)
class Centre:
    """The centre's public keys: parcels are encrypted to `box`, replies are signed with `sign`."""

    box: bytes
    sign: bytes

    @classmethod
    def read(cls, text: str) -> "Centre":
        """The keys as the centre prints them. Raises ValueError for anything else."""
        keys = keys_of(text, 64)
        return cls(keys[:32], keys[32:])

    def __str__(self) -> str:
        return key_text(self.box + self.sign)


def pack(events: Sequence[bytes], sender: Sender, signing: Ed25519PrivateKey, centre: bytes) -> bytes:
    """The file: header, encrypted events, signature. Each call gives other bytes for the same events."""
    own = X25519PrivateKey.generate()
    ephemeral = own.public_key().public_bytes_raw()
    nonce = os.urandom(NONCE)
    header = json.dumps(
        {
            "agency": sender.agency,
            "source": sender.source,
            "centre": key_text(centre)[:8],
            "key": base64.b64encode(ephemeral).decode(),
            "nonce": base64.b64encode(nonce).decode(),
        }
    ).encode()
    head = MAGIC + header + b"\n"
    key = _derived(own.exchange(X25519PublicKey.from_public_bytes(centre)), ephemeral, centre)
    sealed = head + AESGCM(key).encrypt(nonce, b"\n".join(events), head)
    return sealed + signing.sign(sealed)


def sender_of(parcel: bytes) -> Sender:
    """Who says to have made it. Raises Faulty."""
    _, header = _header(parcel)
    return Sender(header["agency"], header["source"])


def open_parcel(parcel: bytes, source_key: bytes, centre: X25519PrivateKey) -> list[bytes]:
    """The events of a whole and true parcel, as they were put in. Raises Faulty."""
    head, header = _header(parcel)
    sealed, signature = parcel[:-SIGNATURE], parcel[-SIGNATURE:]
    _verify(source_key, signature, sealed)
    public = centre.public_key().public_bytes_raw()
    if header["centre"] != key_text(public)[:8]:
        raise Faulty("it was made for another centre")
    try:
        ephemeral = base64.b64decode(header["key"])
        key = _derived(centre.exchange(X25519PublicKey.from_public_bytes(ephemeral)), ephemeral, public)
        content = AESGCM(key).decrypt(base64.b64decode(header["nonce"]), sealed[len(head) :], head)
    except (InvalidTag, ValueError):
        raise Faulty("it cannot be decrypted") from None
    return content.split(b"\n") if content else []


def key_text(key: bytes) -> str:
    """A public key as people pass it on. Never with a dash in front: a command line would take it for an option."""
    return base64.b64encode(key).decode().rstrip("=")


def keys_of(text: str, length: int = 32) -> bytes:
    """The bytes that `key_text` wrote. Raises ValueError for anything else."""
    key = base64.b64decode(text.strip() + "=" * (-len(text.strip()) % 4), validate=True)
    if len(key) != length:
        raise ValueError("this is not a key: a letter is missing or too many")
    return key


def answer(receipts: Sequence[Mapping[str, Any]], sender: Sender, signing: Ed25519PrivateKey) -> bytes:
    """The reply to a parcel: the receipts of its events, without those that would show that somebody asked for help."""
    told = [receipt for receipt in receipts if receipt["code"] != PROTECTION]
    said = {"agency": sender.agency, "source": sender.source, "receipts": told}
    body = REPLY + json.dumps(said).encode()
    return body + signing.sign(body)


def open_reply(reply: bytes, sender: Sender, centre: Centre) -> list[dict[str, Any]]:
    """The receipts of a whole and true reply to this source. Raises Faulty."""
    body, signature = reply[:-SIGNATURE], reply[-SIGNATURE:]
    if not body.startswith(REPLY) or len(reply) > MAX_BYTES:
        raise Faulty("it is not a reply of Tapal")
    _verify(centre.sign, signature, body)
    said = json.loads(body[len(REPLY) :])
    if (said["agency"], said["source"]) != (sender.agency, sender.source):
        raise Faulty("it is for another source")
    receipts: list[dict[str, Any]] = said["receipts"]
    return receipts


def _verify(key: bytes, signature: bytes, signed: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, signed)
    except InvalidSignature:
        raise Faulty("it was changed or cut off on the way, or made with another key") from None


def _header(parcel: bytes) -> tuple[bytes, dict[str, str]]:
    if len(parcel) > MAX_BYTES:
        raise Faulty("it is larger than 64 MiB")
    if not parcel.startswith(MAGIC):
        raise Faulty("it is not a parcel of Tapal")
    end = parcel.find(b"\n", len(MAGIC), len(MAGIC) + LONGEST_HEADER)
    try:
        header = json.loads(parcel[len(MAGIC) : max(end, 0)])
        found = {name: str(header[name]) for name in ("agency", "source", "centre", "key", "nonce")}
    except (ValueError, KeyError, TypeError):
        raise Faulty("its beginning is damaged") from None
    if len(parcel) < end + 1 + SIGNATURE:
        raise Faulty("its end is missing")
    return parcel[: end + 1], found


def _derived(secret: bytes, ephemeral: bytes, centre: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=ephemeral + centre, info=b"tapal parcel 1").derive(secret)
