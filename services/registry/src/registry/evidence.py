"""The log's entries as evidence: which chain each belongs to, and the digest of all that is stored of it. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from chassis.mongo import Document
from chassis.seal import Hasher, canonical
from registry.drafts import Draft

__all__ = ["entry_digest", "is_intact", "keys_by_chain", "stored_digest"]


def keys_by_chain(stored: Iterable[Draft]) -> dict[str, list[str]]:
    """The keys of new entries by chain: an agency's events are its chain."""
    found: dict[str, list[str]] = defaultdict(list)
    for draft in stored:
        found[draft.header.agency].append(draft.key)
    return found


def entry_digest(hasher: Hasher, entry: Document) -> str:
    """The digest of an entry: its header, its body and its parts as they are stored, each with its place.

    It is over stored bytes: where a part is encrypted and its key is destroyed, the digest still fits.
    """
    header = {name: _plain(value) for name, value in entry.items() if name not in ("body", "parts")}
    parts = [[part["path"], hasher.digest("part", part["bytes"])] for part in entry["parts"]]
    whole = {"header": header, "body": hasher.digest("body", entry["body"]), "parts": parts}
    return hasher.digest("entry", canonical(whole))


def stored_digest(hasher: Hasher, body: bytes, parts: Iterable[bytes]) -> str:
    """The digest that intake gave to the bytes of an entry."""
    return hasher.of_bytes("stored", b"\x00".join([body, *parts]))


def is_intact(hasher: Hasher, entry: Document) -> bool:
    """Whether the bytes are those that intake stored; true or false before any block exists."""
    return bool(entry["stored"] == stored_digest(hasher, entry["body"], (part["bytes"] for part in entry["parts"])))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds")
    return value
