"""The keys that data rests under: wrapped, in a database of their own. Whoever destroys a key erases what it opens.

A row names what it is for (its collection is that of the data, `_id` the same) and holds a key for each part of it.
`v` is another with every write, `m` names the master. The database has backups of its own, which expire before those of
the data.
"""

import secrets
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pymongo import InsertOne, ReplaceOne

from chassis.keyring import Keyring
from chassis.mongo import Database, Document, by_ids, outages

__all__ = ["WHOLE", "Keys", "Parts", "key_row"]

Parts = Mapping[str, bytes]
"""The key of each part of one thing."""
WHOLE = ""
"""The part of what is sealed in one piece."""


class Keys:
    """Reads keys and remembers those asked for last: they never change, but may be replaced. Raises Unavailable."""

    def __init__(self, database: Database, keyring: Keyring, remembered: int = 50_000) -> None:
        self.database = database
        self.keyring = keyring
        self._remembered = remembered
        self._known: OrderedDict[tuple[str, str], Parts] = OrderedDict()

    async def of(self, collection: str, ids: Iterable[str], *, anew: bool = False) -> dict[str, Parts]:
        """The keys of these; those that were destroyed are not among them. `anew` trusts no memory."""
        wanted = set(ids)
        found = {} if anew else {id: self._known[collection, id] for id in wanted if (collection, id) in self._known}
        with outages():
            rows = await by_ids(self.database[collection], wanted - found.keys())
        for row in rows:
            found[row["_id"]] = self.opened(collection, row)
            self._remember(collection, row["_id"], found[row["_id"]])
        for gone in wanted - found.keys():
            self._known.pop((collection, gone), None)
        return found

    def opened(self, collection: str, row: Document) -> Parts:
        """The keys in a row."""
        unwrap = self.keyring.unwrap
        return {one["p"]: unwrap(row["m"], one["k"], collection, row["_id"], one["p"]) for one in row["keys"]}

    def forget(self, collection: str, ids: Iterable[str]) -> None:
        """Remember nothing of these."""
        for id in ids:
            self._known.pop((collection, id), None)

    def _remember(self, collection: str, id: str, parts: Parts) -> None:
        self._known[collection, id] = parts
        if len(self._known) > self._remembered:
            self._known.popitem(last=False)

    def insert(self, collection: str, id: str, parts: Parts) -> InsertOne[Document]:
        """The write that keeps the keys of something new."""
        return InsertOne(key_row(self.keyring, collection, id, parts))

    def replace(self, collection: str, id: str, parts: Parts) -> ReplaceOne[Document]:
        """The write that puts new keys in place of old ones, which are gone with it."""
        return ReplaceOne({"_id": id}, key_row(self.keyring, collection, id, parts), upsert=True)


def key_row(keyring: Keyring, collection: str, id: str, parts: Parts) -> Document:
    """The keys of one thing as they rest."""
    master = keyring.current
    wrapped: Sequence[Any] = [
        {"p": part, "k": keyring.wrap(master, key, collection, id, part)} for part, key in parts.items()
    ]
    return {"_id": id, "v": secrets.token_hex(4), "m": master, "keys": wrapped}
