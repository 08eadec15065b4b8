"""Writes as the database takes them, by collection."""

from datetime import datetime

from pymongo import DeleteOne, ReplaceOne, UpdateOne

from alerts.facts.shares import Share
from alerts.shadow import Sighting
from chassis.mongo import Document

__all__ = ["KEYS_OF", "share_write", "sighting_write"]

KEYS_OF = "keys of "
"""What the name of a collection begins with where the write is to the keys of it."""


def share_write(party: str, person: str, share: Share | None) -> DeleteOne | ReplaceOne[Document]:
    """The row of a person's share in a party."""
    id = f"{party} {person}"
    if share is None:
        return DeleteOne({"_id": id})
    row = {"_id": id, "party": party, "person": person, "b": share.model_dump_json(exclude_defaults=True)}
    return ReplaceOne({"_id": id}, row, upsert=True)


def sighting_write(id: str, one: Sighting, now: datetime) -> UpdateOne:
    """The row of what a rule on probation found about one thing."""
    row: Document = {"_id": id}
    if not one.fires:
        return UpdateOne(row | {"fires": True}, {"$set": {"fires": False, "ended_at": now}})
    seen = {"rule": one.rule, "fires": True, "last_at": now, "agencies": list(one.agencies), "waits": one.waits}
    return UpdateOne(row, {"$set": seen, "$setOnInsert": {"first_at": now}}, upsert=True)
