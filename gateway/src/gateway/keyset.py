"""Pages of what the gateway itself keeps, newest first: each is one walk along an index, from where the last ended."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pymongo import DESCENDING

from chassis.backwards import place_in
from chassis.listing import Asked, Page
from chassis.mongo import Collection, Database, Document, outages

__all__ = ["newest", "prepare"]

NEWEST_FIRST = [("at", DESCENDING), ("_id", DESCENDING)]
KEPT = ("sessions", "consents", "emergencies")


async def prepare(database: Database) -> None:
    """Make the indexes. Raises Unavailable."""
    with outages():
        for name in KEPT:
            await database[name].create_index(NEWEST_FIRST)


async def newest(rows: Collection, wanted: Mapping[str, Any], asked: Asked) -> Page[Document]:
    """Rows by `at`, the latest first. Raises Problem 422 for an unknown position, Unavailable."""
    place = place_in(asked)
    where: Document = {"$and": [dict(wanted), _before(*place)]} if place else dict(wanted)
    with outages():
        found = await rows.find(where).sort(NEWEST_FIRST).limit(asked.limit + 1).to_list(None)
    items = found[: asked.limit]
    more = len(found) > asked.limit
    return Page(items, asked.written((items[-1]["at"].timestamp(), items[-1]["_id"])) if more else None)


def _before(seconds: float, id: str) -> Document:
    at = datetime.fromtimestamp(seconds, UTC)
    return {"$or": [{"at": {"$lt": at}}, {"at": at, "_id": {"$lt": id}}]}
