"""Pages of what the gateway itself keeps, newest first: each is one walk along an index, from where the last ended."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pymongo import DESCENDING

from chassis.listing import Asked, Page, unknown_position
from chassis.mongo import Collection, Database, Document, outages

__all__ = ["after_id", "newest", "paged", "prepare"]

NEWEST_FIRST = [("at", DESCENDING), ("_id", DESCENDING)]
KEPT = ("sessions", "consents", "emergencies")


async def prepare(database: Database) -> None:
    """Make the indexes. Raises Unavailable."""
    with outages():
        for name in KEPT:
            await database[name].create_index(NEWEST_FIRST)


async def newest(rows: Collection, wanted: Mapping[str, Any], asked: Asked) -> Page[Document]:
    """Rows by `at`, the latest first. Raises Problem 422 for an unknown position, Unavailable."""
    where: Document = {"$and": [dict(wanted), _before(asked)]} if asked.after else dict(wanted)
    with outages():
        found = await rows.find(where).sort(NEWEST_FIRST).limit(asked.limit + 1).to_list(None)
    return paged(found, asked)


def paged(found: Sequence[Document], asked: Asked) -> Page[Document]:
    """A page of rows in their order, of which there is one more where there is another page."""
    items = found[: asked.limit]
    more = len(found) > asked.limit
    return Page(items, asked.written((items[-1]["at"].timestamp(), items[-1]["_id"])) if more else None)


def after_id(asked: Asked) -> Document:
    """The same where ids are in the order of time: a filter of `_id`."""
    return {"$lt": _position(asked)[1]} if asked.after else {}


def _before(asked: Asked) -> Document:
    at, id = _position(asked)
    return {"$or": [{"at": {"$lt": at}}, {"at": at, "_id": {"$lt": id}}]}


def _position(asked: Asked) -> tuple[datetime, str]:
    match asked.position:
        case (int() | float() as at, str() as id):
            try:
                return datetime.fromtimestamp(at, UTC), id
            except (ValueError, OverflowError, OSError):
                pass
    raise unknown_position()
