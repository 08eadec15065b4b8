"""The registry's documents, opened as they are read, and shut as they are written."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pymongo.operations import InsertOne, ReplaceOne

from chassis.cipher import OtherKey, new_key
from chassis.errors import Conflict
from chassis.keystore import WHOLE, Keys, Parts
from chassis.mongo import Database, Document, by_ids
from chassis.seal import Hasher
from registry.at_rest import LOCKERS, open_entry, open_node, opened, shut, shut_entry, shut_node, shut_note
from registry.evidence import stored_digest, with_header_digest
from registry.nodes import Node

__all__ = ["Lock", "Shelf"]

Owner = tuple[str, str]
KeyWrite = InsertOne[Document] | ReplaceOne[Document]


class Shelf:
    """Reads. A key that was destroyed leaves blanks. Raises Conflict where somebody put another key meanwhile."""

    def __init__(self, database: Database, keys: Keys) -> None:
        self.database = database
        self.keys = keys

    async def by_ids(self, collection: str, ids: Iterable[str]) -> list[Document]:
        """The documents with these ids, in no order, opened where anything of them is sealed."""
        return await self.opened(collection, await by_ids(self.database[collection], ids))

    async def opened(self, collection: str, rows: Sequence[Document]) -> list[Document]:
        """These documents, opened."""
        if collection == "log":
            keys = await self.keys.of("log", (row["_id"] for row in rows), anew=True)
            return [open_entry(row, keys.get(row["_id"], {})) for row in rows]
        locker = LOCKERS.get(collection)
        if locker is None:
            return list(rows)
        owners = [row[locker.owner] for row in rows]
        return await self._opened(collection, rows, await self.keys.of(locker.keys, owners))

    async def _opened(self, collection: str, rows: Sequence[Document], keys: Mapping[str, Parts]) -> list[Document]:
        locker = LOCKERS[collection]
        found = []
        for row in rows:
            owner = row[locker.owner]
            try:
                found.append(opened(collection, row, _whole(keys.get(owner))))
            except OtherKey:
                anew = await self.keys.of(locker.keys, [owner], anew=True)
                found.append(_opened_now(collection, row, _whole(anew.get(owner))))
        return found

    async def nodes(self, rows: Iterable[Document]) -> list[Node]:
        """The nodes in rows of tokens; those that were erased are not among them."""
        listed = {row["id"]: row for row in rows}
        keys = await self.keys.of("nodes", listed)
        return [open_node(row, keys[id][WHOLE]) for id, row in listed.items() if id in keys]

    async def lock(self, owners: Iterable[Owner], hasher: Hasher) -> "Lock":
        """What shuts documents of these owners, and of new ones."""
        wanted: dict[str, list[str]] = {}
        for collection, id in owners:
            wanted.setdefault(collection, []).append(id)
        known = {
            (collection, id): parts[WHOLE]
            for collection, ids in wanted.items()
            for id, parts in (await self.keys.of(collection, ids)).items()
        }
        return Lock(self.keys, known, hasher)


class Lock:
    """Shuts what one transaction writes. Keys that it makes are to be written in the same transaction (`writes`)."""

    def __init__(self, keys: Keys, known: dict[Owner, bytes], hasher: Hasher) -> None:
        self._keys = keys
        self._known = known
        self._hasher = hasher
        self.writes: dict[str, list[Any]] = {}

    def renew(self, collection: str, id: str) -> None:
        """Put another key in place of the one there is: older copies are never read again."""
        self._known[collection, id] = new_key()
        self._keys.forget(collection, [id])
        self._write(collection, self._keys.replace(collection, id, {WHOLE: self._known[collection, id]}))

    def shut(self, collection: str, document: Document) -> Document:
        """The document as it rests."""
        locker = LOCKERS[collection]
        return shut(collection, document, self._key(locker.keys, document[locker.owner]))

    def entry(self, entry: Document) -> Document:
        """An entry of the log as it rests, with keys of its own."""
        paths = [WHOLE] * bool(entry["body"]) + [one["path"] for one in entry["parts"]]
        keys = {path: new_key() for path in paths}
        if keys:
            self._write("log", self._keys.insert("log", entry["_id"], keys))
        shut = shut_entry(entry, keys, lambda body, parts: stored_digest(self._hasher, body, parts))
        return with_header_digest(self._hasher, shut)

    def note(self, collection: str, id: str, text: str) -> bytes:
        """A text that is added to a document, as it rests there."""
        return shut_note(collection, id, text, self._key(LOCKERS[collection].keys, id))

    def node(self, node: Node) -> Document:
        """A node as it rests beside others."""
        return shut_node(node, self._key("nodes", node.id))

    def _key(self, collection: str, id: str) -> bytes:
        if (collection, id) not in self._known:
            self._known[collection, id] = new_key()
            self._write(collection, self._keys.insert(collection, id, {WHOLE: self._known[collection, id]}))
        return self._known[collection, id]

    def _write(self, collection: str, write: KeyWrite) -> None:
        self.writes.setdefault(collection, []).append(write)


def _whole(parts: Parts | None) -> bytes | None:
    return parts[WHOLE] if parts else None


def _opened_now(collection: str, row: Document, key: bytes | None) -> Document:
    try:
        return opened(collection, row, key)
    except OtherKey:
        raise Conflict(collection) from None
