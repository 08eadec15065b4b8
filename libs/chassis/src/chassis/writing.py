"""The writes of one transaction, in as few commands as is cheap."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo import InsertOne, ReplaceOne

from chassis.errors import Conflict
from chassis.mongo import Collection, Database, Document, Session

__all__ = ["AsRead", "Writes", "some", "write_all", "write_checked"]

Writes = dict[str, list[Any]]
"""Operations by collection."""

# So many rows of a collection travel with those of others. MongoDB takes any number of them at once as cheaply;
# SecantusDB takes them one by one, and many of one collection faster by themselves.
FEW = 4


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


def some(writes: Writes) -> Writes:
    """Without the collections that nothing is written to."""
    return {collection: operations for collection, operations in writes.items() if operations}


async def write_all(places: Iterable[tuple[Database, Writes]], session: Session) -> None:
    """Write whatever is there already."""
    await _write([(database[name], rows) for database, writes in places for name, rows in writes.items()], session)


async def write_checked(database: Database, writes: Writes, session: Session) -> None:
    """Write, each operation to one row; raises Conflict where one finds nothing, or another writer was faster."""
    wanted = [(database[name], [_operation(one) for one in rows]) for name, rows in writes.items()]
    if await _write(wanted, session) < sum(len(rows) for _, rows in wanted):
        raise Conflict(", ".join(writes))


def _operation(write: Any) -> Any:
    return write.operation() if isinstance(write, AsRead) else write


async def _write(wanted: Sequence[tuple[Collection, Sequence[Any]]], session: Session) -> int:
    """How many rows were found or made, those aside that were made because they were not there."""
    done = 0
    for collection, rows in wanted:
        if len(rows) > FEW:
            done += _count(await collection.bulk_write(rows, ordered=False, session=session))
    few = [_at(collection, one) for collection, rows in wanted if len(rows) <= FEW for one in rows]
    if few:
        done += _count(await session.client.bulk_write(few, ordered=False, session=session))  # type: ignore[arg-type]
    return done


def _at(collection: Collection, operation: Any) -> Any:
    # Whoever made it did not say in which database; the driver has no other way to say so later.
    operation._namespace = collection.full_name
    return operation


def _count(result: Any) -> int:
    return int(result.inserted_count + result.matched_count + result.deleted_count)
