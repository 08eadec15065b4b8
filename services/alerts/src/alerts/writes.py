"""Writes as the database takes them, by collection."""

from typing import Any

from pymongo import DeleteOne, InsertOne, ReplaceOne

from alerts.facts.shares import Share
from chassis.mongo import Document

__all__ = ["Writes", "as_read", "share_write", "some"]

Writes = dict[str, list[Any]]


def some(writes: Writes) -> Writes:
    """Without the collections that nothing is written to."""
    return {collection: operations for collection, operations in writes.items() if operations}


def as_read(document: Document, counter: str, read: int) -> InsertOne[Document] | ReplaceOne[Document]:
    """In place of a row that is still as it was read; a new one where none was."""
    if read == 0:
        return InsertOne(document)
    return ReplaceOne({"_id": document["_id"], counter: read}, document)


def share_write(party: str, person: str, share: Share | None) -> DeleteOne | ReplaceOne[Document]:
    """The row of a person's share in a party."""
    id = f"{party} {person}"
    if share is None:
        return DeleteOne({"_id": id})
    row = {"_id": id, "party": party, "person": person, "b": share.model_dump_json(exclude_defaults=True)}
    return ReplaceOne({"_id": id}, row, upsert=True)
