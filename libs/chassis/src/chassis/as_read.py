"""Rows that are replaced only if they are still as they were read, counted by a field of their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pymongo import InsertOne, ReplaceOne

from chassis.errors import Conflict
from chassis.mongo import Collection, Document, Session

__all__ = ["AsRead", "write_checked"]


@dataclass(frozen=True)
class AsRead:
    """A row in place of the one whose `counter` was `read`; a new one where that is 0."""

    document: Document
    counter: str
    read: int

    def operation(self) -> InsertOne[Document] | ReplaceOne[Document]:
        """The write."""
        if self.read == 0:
            return InsertOne(self.document)
        return ReplaceOne({"_id": self.document["_id"], self.counter: self.read}, self.document)


async def write_checked(collection: Collection, operations: Sequence[Any], session: Session) -> None:
    """Write in a transaction; raises Conflict where one operation finds nothing, or another was faster."""
    writes = [one.operation() if isinstance(one, AsRead) else one for one in operations]
    result = await collection.bulk_write(writes, ordered=False, session=session)
    if result.matched_count + result.inserted_count + result.deleted_count < len(writes):
        raise Conflict(collection.name)
