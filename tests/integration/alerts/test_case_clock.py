"""The clock of the cases on real parts: two workers, downtime, and a death between the commit and the announcement."""

import json
from datetime import timedelta

import pytest
from alerts_stand import EXIT_SOURCES, covers, days, eventually, person, stay
from casework_http import casework, did, opened, read

from alerts.cases.clock import read_limits
from chassis.statement import Actor
from contracts.casework import TakeUp

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
LIMIT = read_limits().severities[1]


async def cases(stand, number):
    """So many persons with an alert and a case each."""
    stand.now = days(1)
    await stand.send(*(covers(1, days(365), *source) for source in EXIT_SOURCES))
    await stand.send(*(person(1, stay(keys=(f"k{n}",)), person=f"p{n}") for n in range(number)))

    async def all_there():
        return len(await stand.live()) == number

    await eventually(all_there)
    return [await opened(stand, f"p{n}") for n in range(number)]


async def levels(stand):
    return [row["level"] for row in (await stand.call("GET", "/cases")).json()["items"]]


def told_of(stand):
    return [message for item in stand.told if "case" in (message := json.loads(item["raw"]))]


async def test_two_workers_let_each_case_rise_once_and_downtime_loses_nothing(stand):
    async with stand.serving(), stand.serving():
        made = await cases(stand, 12)
        await did(stand, made[0], "take_up")
        stand.now += timedelta(hours=LIMIT.take_up_hours)

        async def risen():
            return (await levels(stand)).count("head") == 11

        await eventually(risen)
    stand.now += timedelta(days=3 * LIMIT.close_days)
    async with stand.serving(), stand.serving():

        async def all_risen():
            return (await levels(stand)).count("province") == 12

        await eventually(all_risen)
        found = [(await read(stand, case)).json() for case in made]
        assert [one["history"][-1]["what"] for one in found] == ["escalated"] * 12
        assert [len(one["escalations"]) for one in found] == [2, *[4] * 11]

        async def told():
            seen = {(message["case"], message["revision"]) for message in told_of(stand)}
            return all((one["id"], one["revision"]) in seen for one in found)

        await eventually(told)
        # No revision is left out and none is written twice.
        assert {one["revision"] for one in found[1:]} == {3}
        assert await stand.database.case_deadlines.find({}).to_list(None) == []
        province = [json.loads(body) for body in await stand.notices("imigrasi")]
        # At least once: two relays may send one letter twice, under one revision.
        assert len({notice["case"] for notice in province if "province" in notice.get("seats", ())}) == 12


async def test_what_was_committed_before_a_death_is_announced_after_it(stand):
    async with stand.serving():
        (case,) = await cases(stand, 1)
        await eventually(lambda: _empty(stand))
    before = len(told_of(stand))
    # The one that dies: it commits, and its outbox gets nothing out.
    taken = await casework(stand).work(case["id"], '"1"', TakeUp(step="take_up"), Actor("ani", "operator", "imigrasi"))
    (kept,) = await stand.database.outbox.find({}).to_list(None)
    assert len(kept["letters"]) == 2
    assert len(told_of(stand)) == before
    async with stand.serving():

        async def told():
            return [one["revision"] for one in told_of(stand)[before:]]

        assert await eventually(told) == [taken.revision]
        await eventually(lambda: _empty(stand))


async def _empty(stand):
    return await stand.database.outbox.find({}).to_list(None) == []
