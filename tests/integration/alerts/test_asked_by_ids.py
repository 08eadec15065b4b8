"""What a batch costs does not grow with what is stored: it asks by ids, and by fields that have an index."""

from contextlib import closing
from dataclasses import replace

import pytest
from alerts_stand import EXIT_SOURCES, covers, days, evaluation, hold, person
from asked import Asked
from motor.motor_asyncio import AsyncIOMotorClient

from alerts.lookups import Lookups
from alerts.rule_jobs import PAGE
from contracts.messages import PartyChanged
from contracts.snapshots import Permit

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
INDEXED = {"waiting": "for", "shares": "party"}


def is_by_ids(collection, filter):
    """A range of ids SecantusDB reads from the first row to the last, so it counts as reading everything."""
    ((name, value),) = filter.items() if len(filter) == 1 else [("", None)]
    by_id = name == "_id" and (isinstance(value, str) or set(value) == {"$in"})
    return by_id or name == INDEXED.get(collection)


async def test_a_batch_reads_by_ids_and_indexed_fields_alone(stand):
    async def silent(letters):
        pass

    stand.now, asked = days(3), Asked()
    with closing(
        AsyncIOMotorClient(stand.settings.mongo_url.get_secret_value(), tz_aware=True, event_listeners=[asked])
    ) as client:
        evaluate = evaluation(replace(stand, database=client[stand.database.name]), silent)
        await evaluate.store.prepare()
        permit = Permit(ref="r", kind="E23", family="limited", status="valid", sponsor="g1", evidence=("k",))
        told = [person(1, permits=(permit,)), PartyChanged(party="g1", version=1, kind="company"), hold(1, True)]
        for batch in (told, [covers(1, days(365), *source) for source in EXIT_SOURCES], [person(2)]):
            await evaluate(batch)
    questions = [(said["find"], said["filter"]) for name, said in asked.commands if name == "find"]
    assert {name for name, _ in questions} >= {"subjects", "aliases", "alerts", "waiting", "shares"}
    assert [one for one in questions if not is_by_ids(*one)] == []


async def test_all_of_a_kind_are_read_once_and_not_once_a_page(stand):
    keys, asked = [f"person:p{number:04}" for number in range(2 * PAGE + 50)], Asked()
    with closing(
        AsyncIOMotorClient(stand.settings.mongo_url.get_secret_value(), tz_aware=True, event_listeners=[asked])
    ) as client:
        database = client[stand.database.name]
        await database.subjects.insert_many([{"_id": key} for key in [*reversed(keys), "party:g1"]])
        assert await Lookups(database).keys("person") == keys
    assert [name for name, _ in asked.commands].count("find") == 1
