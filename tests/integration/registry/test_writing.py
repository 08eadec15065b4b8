"""Rows of one transaction: replaced only as they were read, whoever else writes, and in however many commands."""

import asyncio
import secrets
from contextlib import closing

import pytest
from asked import Asked
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import DeleteOne, InsertOne, UpdateOne

from chassis.errors import Conflict
from chassis.mongo import connect, outages, transact
from chassis.writing import FEW, AsRead, write_all, write_checked

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
SEVERAL = FEW + 1


@pytest.fixture
async def rows(mongo_admin_url):
    async with connect(mongo_admin_url) as client:
        rows = client[f"counted-{secrets.token_hex(4)}"].rows
        await rows.insert_many({"_id": f"r{number}", "n": 1} for number in range(3))
        yield rows
        await client.drop_database(rows.database.name)


@pytest.fixture(params=[0, SEVERAL], ids=["few", "many"])
def beside(request):
    """More rows of the same collection: so many that they travel alone, or none."""
    return [AsRead({"_id": f"beside{number}", "n": 1}, "n", 0) for number in range(request.param)]


def written(rows, *operations):
    return transact(
        rows.database.client, lambda session: write_checked(rows.database, {rows.name: operations}, session)
    )


async def numbers(rows):
    return {row["_id"]: row["n"] async for row in rows.find() if row["_id"].startswith("r")}


async def test_what_is_as_it_was_read_is_replaced_and_what_is_new_is_added(rows, beside):
    await written(rows, AsRead({"_id": "r0", "n": 2}, "n", 1), AsRead({"_id": "r9", "n": 1}, "n", 0), *beside)
    assert await numbers(rows) == {"r0": 2, "r1": 1, "r2": 1, "r9": 1}
    assert await rows.count_documents({}) == 4 + len(beside)


@pytest.mark.parametrize(("id", "read"), [("r1", 2), ("gone", 1), ("r1", 0)])
async def test_one_row_that_is_not_stops_all(rows, id, read, beside):
    with pytest.raises(Conflict):
        await written(rows, AsRead({"_id": "r0", "n": 2}, "n", 1), AsRead({"_id": id, "n": 7}, "n", read), *beside)
    assert await numbers(rows) == {"r0": 1, "r1": 1, "r2": 1}
    assert await rows.count_documents({}) == 3


@pytest.mark.parametrize("change", [{"$set": {"n": 5}}, None])
async def test_whoever_changes_or_removes_it_after_the_look_is_noticed(rows, change, beside):
    async def work(session):
        await rows.find({"_id": "r0"}, session=session).to_list(None)
        with outages():
            await (rows.update_one({"_id": "r1"}, change) if change else rows.delete_one({"_id": "r1"}))
        await write_checked(rows.database, {rows.name: [AsRead({"_id": "r1", "n": 2}, "n", 1), *beside]}, session)

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


async def test_few_rows_of_many_collections_and_databases_travel_together(rows, mongo_admin_url):
    asked = Asked()
    with closing(AsyncIOMotorClient(mongo_admin_url, event_listeners=[asked])) as client:
        here, there = client[rows.database.name], client[f"{rows.database.name}_keys"]
        few = {"a": [InsertOne({"_id": 1})], "rows": [UpdateOne({"_id": "r0"}, {"$inc": {"n": 1}})]}
        many = {"b": [InsertOne({"_id": number}) for number in range(SEVERAL)]}
        keys = {"a": [UpdateOne({"_id": 1}, {"$set": {"k": 1}}, upsert=True), DeleteOne({"_id": 2})]}
        await transact(client, lambda session: write_all([(here, few | many), (there, keys)], session))
        assert [name for name, _ in asked.commands] == ["insert", "bulkWrite", "commitTransaction"]
        assert await here.a.count_documents({}) == await there.a.count_documents({}) == 1
        assert await here.b.count_documents({}) == SEVERAL
        await client.drop_database(there.name)
    assert (await numbers(rows))["r0"] == 2
