"""Rows that are replaced only if they are still as they were read, counted by a field of their own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo import InsertOne, ReplaceOne

from chassis.errors import Conflict
from chassis.mongo import Collection, Document, Session, by_ids

__all__ = ["AsRead", "write_checked"]


@dataclass(frozen=True)
class AsRead:
    """A row in place of the one whose `counter` was `read`; a new one where that is 0."""

    document: Document
    counter: str
    read: int

    def operation(self) -> InsertOne[Document] | ReplaceOne[Document]:
        """The write, without a condition."""
        return ReplaceOne({"_id": self.document["_id"]}, self.document) if self.read else InsertOne(self.document)


async def write_checked(collection: Collection, operations: Sequence[Any], session: Session) -> None:
    """Write in a transaction; raises Conflict where one operation finds nothing, or another was faster.

    The counters are compared first, in the transaction: who changes a row after that is refused by the database, or
    refuses us. A condition on a field beside `_id` in each write would make it half as slow again on SecantusDB.
    """
    wanted = [one for one in operations if isinstance(one, AsRead) and one.read]
    if not await _all_as_read(collection, wanted, session):
        raise Conflict(collection.name)
    writes = [one.operation() if isinstance(one, AsRead) else one for one in operations]
    result = await collection.bulk_write(writes, ordered=False, session=session)
    if result.matched_count + result.inserted_count + result.deleted_count < len(writes):
        raise Conflict(collection.name)


async def _all_as_read(collection: Collection, wanted: Iterable[AsRead], session: Session) -> bool:
    read = {one.document["_id"]: (one.counter, one.read) for one in wanted}
    counters = {counter: 1 for counter, _ in read.values()}
    rows = await by_ids(collection, read, counters, session) if read else []
    return {row["_id"]: row for row in rows} == {id: {"_id": id, name: n} for id, (name, n) in read.items()}
