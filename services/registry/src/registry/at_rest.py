"""How documents rest: what tells of somebody is sealed under a key of its owner; ids and versions stay clear. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import bson

from chassis.cipher import decrypt, encrypt
from chassis.keystore import WHOLE, Parts
from chassis.mongo import Document
from registry.nodes import Node

__all__ = [
    "LOCKERS",
    "SEALED",
    "Locker",
    "open_entry",
    "open_node",
    "opened",
    "shut",
    "shut_entry",
    "shut_node",
    "shut_note",
]

SEALED = "b"


@dataclass(frozen=True)
class Locker:
    """What of a collection is sealed: the key is kept in `keys`, under the id that the field `owner` holds.

    `blank` stands for what is sealed where the key was destroyed, and `erased` says so. `notes` are rows that are added
    to the document, with a text in each that is sealed by itself.
    """

    keys: str
    owner: str
    blank: Mapping[str, Any]
    erased: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, str] | None = None


_LISTS = ("lines", "nodes", "verdicts", "doubts", "idle", "parties")
_PERSON: Mapping[str, Any] = {**{name: [] for name in _LISTS}, "card": None}
LOCKERS: Mapping[str, Locker] = {
    "persons": Locker("persons", "_id", _PERSON, {"erased": True}),
    "parties": Locker("parties", "_id", {"names": [], "numbers": [], "village": None, "lines": []}),
    "mentions": Locker("parties", "p", {"said": None}),
    "search": Locker("persons", "p", {"card": None}),
    "incidents": Locker("incidents", "_id", {"lines": []}),
    "quarantine": Locker(
        "quarantine", "_id", {"uri": "", "event_id": "", "kind": "", "raw": None}, notes=("replays", "reason")
    ),
}


def shut(collection: str, document: Document, key: bytes) -> Document:
    """The document as it rests."""
    locker = LOCKERS[collection]
    clear = {name: value for name, value in document.items() if name not in locker.blank}
    said = bson.encode({name: document[name] for name in locker.blank})
    return {**clear, SEALED: encrypt(key, said, collection, document[locker.owner])}


def opened(collection: str, document: Document, key: bytes | None) -> Document:
    """The inverse of shut; with blanks where there is no key. Raises OtherKey or ValueError."""
    locker, place = LOCKERS[collection], (collection, document[LOCKERS[collection].owner])
    clear = {name: value for name, value in document.items() if name != SEALED}
    if SEALED not in document or key is None:
        return {**clear, **locker.blank, **locker.erased}
    said = bson.decode(decrypt(key, document[SEALED], *place))
    if locker.notes and locker.notes[0] in document:
        rows, text = locker.notes
        said[rows] = [{**one, text: decrypt(key, one[text], *place, rows).decode()} for one in document[rows]]
    return {**clear, **said}


def shut_note(collection: str, id: str, text: str, key: bytes) -> bytes:
    """A text that is added to a document, as it rests there."""
    notes = LOCKERS[collection].notes
    assert notes is not None
    return encrypt(key, text.encode(), collection, id, notes[0])


def shut_entry(entry: Document, keys: Parts, digest: Callable[[bytes, list[bytes]], str]) -> Document:
    """An entry of the log as it rests: body and parts each under a key of its own, and the digest of what rests."""
    id, body = entry["_id"], entry["body"]
    sealed = encrypt(keys[WHOLE], body, "log", id, WHOLE) if body else body
    parts = [
        {"path": one["path"], "bytes": encrypt(keys[one["path"]], one["bytes"], "log", id, one["path"])}
        for one in entry["parts"]
    ]
    return {**entry, "body": sealed, "parts": parts, "stored": digest(sealed, [one["bytes"] for one in parts])}


def open_entry(entry: Document, keys: Parts) -> Document:
    """An entry with what of it can be opened: an erased body is empty, an erased part is not among the parts.

    So it is with what is not as it was stored; whether it is, the digests tell.
    """
    parts = [{"path": one["path"], "bytes": _part(entry, keys, one["path"], one["bytes"])} for one in entry["parts"]]
    body = _part(entry, keys, WHOLE, entry["body"])
    return {**entry, "body": body or b"", "parts": [one for one in parts if one["bytes"] is not None]}


def _part(entry: Document, keys: Parts, path: str, sealed: bytes) -> bytes | None:
    try:
        return decrypt(keys[path], sealed, "log", entry["_id"], path) if path in keys else None
    except ValueError:
        return None


def shut_node(node: Node, key: bytes) -> Document:
    """A node as it rests beside others: what identifies is sealed under a key of its own."""
    said = node.to_document()
    return {**said, SEALED: encrypt(key, said[SEALED], "nodes", node.id)}


def open_node(row: Document, key: bytes) -> Node:
    """The inverse of shut_node."""
    return Node.of_document({**row, SEALED: decrypt(key, row[SEALED], "nodes", row["id"])})
