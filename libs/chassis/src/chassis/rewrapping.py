"""Wraps every key anew under the master key that is in use. Safe to stop and to repeat."""

import asyncio
import json
import sys
from collections.abc import Callable, Coroutine
from typing import Any

from pymongo import UpdateOne

from chassis.keystore import Keys, key_row
from chassis.mongo import Database, outages

__all__ = ["rewrap", "rotate"]

PAGE = 500


async def rewrap(keys: Keys) -> tuple[int, int]:
    """How many rows were wrapped anew, and how many are left under another master. Raises Unavailable.

    A row that is replaced or erased meanwhile is left as it is then: it is looked for by what was read. What is written
    meanwhile is under the master in use already.
    """
    done, database = 0, keys.database
    with outages():
        for name in await database.list_collection_names():
            done += await _collection(keys, name)
        return done, await _left(database, keys.keyring.current)


async def _collection(keys: Keys, name: str) -> int:
    done, current = 0, keys.keyring.current
    cursor = keys.database[name].find({}, batch_size=PAGE)
    while page := await cursor.to_list(PAGE):
        writes = []
        for row in (row for row in page if row["m"] != current):
            fresh = key_row(keys.keyring, name, row["_id"], keys.opened(name, row))
            writes.append(UpdateOne({"_id": row.pop("_id"), "v": row["v"]}, {"$set": {**fresh}}))
        if writes:
            done += (await keys.database[name].bulk_write(writes, ordered=False)).modified_count
    return done


async def _left(database: Database, current: str) -> int:
    names = await database.list_collection_names()
    return sum([await database[name].count_documents({"m": {"$ne": current}}) for name in names])


def rotate(work: Callable[[], Coroutine[Any, Any, tuple[int, int]]]) -> int:
    """Run it as a command: what came of it as JSON on standard output, 1 where something is left to be repeated."""
    done, left = asyncio.run(work())
    sys.stdout.write(json.dumps({"wrapped": done, "left": left}) + "\n")
    return 0 if left == 0 else 1
