"""The log's entries as evidence: which chain each belongs to, and the digest of all that is stored of it. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from chassis.mongo import Document
from chassis.seal import Hasher, canonical
from registry.drafts import Draft

__all__ = ["entry_digest", "is_bound", "is_intact", "keys_by_chain", "stored_digest", "with_header_digest"]

BOUND = "header"
"""The digest of an entry's header, made at intake: entries of before it have none."""


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
    header = _header(entry)
    parts = [[part["path"], hasher.digest("part", part["bytes"])] for part in entry["parts"]]
    whole = {"header": header, "body": hasher.digest("body", entry["body"]), "parts": parts}
    return hasher.digest("entry", canonical(whole))


def stored_digest(hasher: Hasher, body: bytes, parts: Iterable[bytes]) -> str:
    """The digest that intake gave to the bytes of an entry."""
    return hasher.of_bytes("stored", b"\x00".join([body, *parts]))


def with_header_digest(hasher: Hasher, entry: Document) -> Document:
    """An entry as intake stores it: without the key nobody gives it another header, or its own to another entry."""
    return {**entry, BOUND: _header_digest(hasher, entry)}


def is_bound(entry: Document) -> bool:
    """Whether an entry has a digest of its header, right or wrong."""
    return BOUND in entry


def is_intact(hasher: Hasher, entry: Document) -> bool:
    """Whether header and bytes are those that intake stored; true or false before any block exists."""
    if is_bound(entry) and entry[BOUND] != _header_digest(hasher, entry):
        return False
    return bool(entry["stored"] == stored_digest(hasher, entry["body"], (part["bytes"] for part in entry["parts"])))


def _header_digest(hasher: Hasher, entry: Document) -> str:
    return hasher.digest("header", canonical({k: v for k, v in _header(entry).items() if k != BOUND}))


def _header(entry: Document) -> dict[str, Any]:
    return {name: _plain(value) for name, value in entry.items() if name not in ("body", "parts")}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds")
    return value
