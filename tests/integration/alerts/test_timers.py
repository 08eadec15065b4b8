"""By the clock alone: in time, after downtime, and once however many workers there are."""

import asyncio

import pytest
from alerts_stand import EXIT_SOURCES, covers, days, eventually, person, stay

pytestmark = [pytest.mark.integration, pytest.mark.anyio]


async def rows(stand):
    found = await stand.database.deadlines.find({}).to_list(None)
    return [row for row in found if row["_id"].startswith("person:")]


async def test_the_reminder_comes_and_changes_and_goes_by_the_clock(running):
    running.now = days(-20)
    await running.send(person(1))
    await running.settled()
    assert await running.live() == []
    for day, reading in ((-15, "14"), (-8, "7"), (-4, "3")):
        running.now = days(day)
        await running.until(rule="R01", reading=reading)
    running.now = days(0)

    async def gone():
        return not await running.live()

    await eventually(gone)
    running.now = days(1)
    await running.until(rule="R02a", state="open")
    assert len(await running.alerts()) == 2


async def test_nothing_is_missed_while_the_service_is_down(stand):
    async with stand.serving():
        await stand.send(*(covers(1, days(365), *source) for source in EXIT_SOURCES))
        stand.now = days(-20)
        people = [person(1, stay(keys=(f"k{n}",)), person=f"p{n}") for n in range(30)]
        await stand.send(*people)
        await stand.settled()
    stand.now = days(70)
    async with stand.serving():

        async def all_asked():
            return len(await stand.live()) == 30

        await eventually(all_asked)
        assert {row["rule"] for row in await stand.live()} == {"R02a"}
        assert await rows(stand) == []


async def test_two_workers_raise_one_alert_each(stand):
    async with stand.serving(), stand.serving():
        await stand.send(*(covers(1, days(365), *source) for source in EXIT_SOURCES))
        stand.now = days(-20)
        people = [person(1, stay(keys=(f"k{n}",)), person=f"p{n}") for n in range(60)]
        await stand.send(*people)

        async def armed():
            return len(await rows(stand)) == 60

        await eventually(armed, 20)
        stand.now = days(1)

        async def asked():
            return len(await stand.live()) == 60

        await eventually(asked, 20)
        await asyncio.sleep(0.3)
        found = await stand.live()
        assert {row["revision"] for row in found} == {1}
        assert len({row["subject"]["id"] for row in found}) == 60


async def test_a_worker_that_died_is_followed_by_another(stand):
    async with stand.serving(roles=frozenset({"evaluate", "api"})):
        await stand.send(*(covers(1, days(365), *source) for source in EXIT_SOURCES))
        await stand.send(person(1))
        await stand.settled()
        stand.now = days(1)
        # As a worker leaves it that claims and dies.
        await stand.database.leases.insert_one({"_id": "deadlines", "until": days(1.001), "by": "dead"})
        async with stand.serving():
            await asyncio.sleep(0.3)
            assert await stand.live() == []
            stand.now = days(1.002)
            await stand.until(rule="R02a")


async def test_a_silent_source_is_asked_about_once_for_each_silence(stand):
    async with stand.serving():
        stand.now = days(0)
        await stand.send(covers(1, days(0)))
        await stand.settled()
        silent = "?rule=Q2&state=open&subject=plbn-badau/pos"

        async def asked():
            return await stand.alerts(silent)

        stand.now = days(1)
        (first,) = await eventually(asked)
        assert first["agencies"] == ["imigrasi", "plbn-badau"]
        await stand.send(covers(2, days(1)))

        async def heard():
            return not await stand.alerts(silent)

        await eventually(heard)
        stand.now = days(2.5)
        (second,) = await eventually(asked)
        assert second["id"] != first["id"]
