"""A row is replaced only as it was read, whoever else writes at the same moment."""

import asyncio
import secrets

import pytest

from chassis.as_read import AsRead, write_checked
from chassis.errors import Conflict
from chassis.mongo import connect, outages, transact

pytestmark = [pytest.mark.integration, pytest.mark.anyio]


@pytest.fixture
async def rows(mongo_admin_url):
    async with connect(mongo_admin_url) as client:
        rows = client[f"counted-{secrets.token_hex(4)}"].rows
        await rows.insert_many({"_id": f"r{number}", "n": 1} for number in range(3))
        yield rows
        await client.drop_database(rows.database.name)


def written(rows, *operations):
    return transact(rows.database.client, lambda session: write_checked(rows, operations, session))


async def test_what_is_as_it_was_read_is_replaced_and_what_is_new_is_added(rows):
    await written(rows, AsRead({"_id": "r0", "n": 2}, "n", 1), AsRead({"_id": "r9", "n": 1}, "n", 0))
    assert {row["_id"]: row["n"] async for row in rows.find()} == {"r0": 2, "r1": 1, "r2": 1, "r9": 1}


@pytest.mark.parametrize(("id", "read"), [("r1", 2), ("gone", 1), ("r1", 0)])
async def test_one_row_that_is_not_stops_all(rows, id, read):
    with pytest.raises(Conflict):
        await written(rows, AsRead({"_id": "r0", "n": 2}, "n", 1), AsRead({"_id": id, "n": 7}, "n", read))
    assert {row["_id"]: row["n"] async for row in rows.find()} == {"r0": 1, "r1": 1, "r2": 1}


@pytest.mark.parametrize("change", [{"$set": {"n": 5}}, None])
async def test_whoever_changes_or_removes_it_after_the_look_is_noticed(rows, change):
    async def work(session):
        await rows.find({"_id": "r0"}, session=session).to_list(None)
        with outages():
            await (rows.update_one({"_id": "r1"}, change) if change else rows.delete_one({"_id": "r1"}))
        await write_checked(rows, [AsRead({"_id": "r1", "n": 2}, "n", 1)], session)

    with pytest.raises(Conflict):
        await transact(rows.database.client, work)


async def test_of_many_at_once_each_adds_one_and_none_is_lost(rows):
    async def add():
        while True:
            row = await rows.find_one({"_id": "r0"})
            try:
                return await written(rows, AsRead({"_id": "r0", "n": row["n"] + 1}, "n", row["n"]))
            except Conflict:
                await asyncio.sleep(0)

    await asyncio.gather(*(add() for _ in range(20)))
    assert (await rows.find_one({"_id": "r0"}))["n"] == 21
