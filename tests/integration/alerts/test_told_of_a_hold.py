"""A hold is told of alike, whether it comes in one batch with its person's news or after it."""

import json
from contextlib import closing
from dataclasses import replace

import pytest
from alerts_stand import EXIT_SOURCES, covers, days, evaluation, hold, person, stay
from motor.motor_asyncio import AsyncIOMotorClient

from contracts.messages import AlertChanged

pytestmark = [pytest.mark.integration, pytest.mark.anyio]


async def test_what_is_told_of_a_hold_does_not_hang_on_how_a_batch_was_cut(stand):
    told = []

    async def heard(letters):
        told.extend(json.loads(one.body) for one in letters if one.type == AlertChanged.TYPE)

    stand.now = days(3)
    with closing(AsyncIOMotorClient(stand.settings.mongo_url.get_secret_value(), tz_aware=True)) as client:
        evaluate = evaluation(replace(stand, database=client[stand.database.name]), heard)
        await evaluate.store.prepare()
        await evaluate([covers(1, days(365), *source) for source in EXIT_SOURCES])
        for id in ("p1", "p2"):
            await evaluate([person(1, stay(keys=(id,)), person=id)])
        again = {id: person(2, stay(keys=(id,)), person=id) for id in ("p1", "p2")}
        told.clear()
        await evaluate([again["p1"], hold(1, True, "p1")])
        await evaluate([again["p2"]])
        await evaluate([hold(1, True, "p2")])
    found = {one["subject"]["id"]: (one["state"], one["revision"], one.get("origin")) for one in told}
    assert len(told) == 2
    assert found == {"p1": ("held", 2, None), "p2": ("held", 2, None)}
