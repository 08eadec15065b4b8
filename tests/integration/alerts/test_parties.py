"""Patterns over the persons of a party, on the real broker and database."""

import asyncio
from datetime import date

import httpx
import pytest
from aio_pika import Message
from alerts_stand import days, eventually, hold, person, stay, tombstone

from contracts.dealings import DataRequest
from contracts.messages import AccessFlagged, PartyChanged, ReviewChanged
from contracts.snapshots import Lodging, Permit

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
GUARANTOR = PartyChanged(party="g1", version=1, kind="company")
HOTEL = PartyChanged(party="h1", version=1, kind="lodging", village="61.06.01.1001")
LEFT = stay(closed_on=date(2026, 2, 20), closed_by="exit")


def granted(**fields):
    said = {"ref": "r", "kind": "E23", "family": "limited", "status": "valid", "valid_until": date(2026, 12, 31)}
    return Permit.model_validate(said | {"sponsor": "g1", "evidence": ("k7",)} | fields)


def sponsored(number, version=1, **fields):
    return person(version, LEFT, person=f"s{number:02}", permits=(granted(**fields),))


def sponsored_by_one(count):
    return [sponsored(number) for number in range(count)]


async def patterns(stand, rule="R22"):
    return [row for row in await stand.live() if row["rule"] == rule]


async def one(stand, rule="R22", **expected):
    async def check():
        return [row for row in await patterns(stand, rule) if all(row[name] == expected[name] for name in expected)]

    (row,) = await eventually(check)
    return row


async def quiet(stand):
    """Nobody is to be looked at any more: every party that was told of something was judged."""

    async def check():
        return (
            await stand.database.deadlines.count_documents({"_id": {"$regex": "^party:"}, "due": {"$lte": stand.now}})
            == 0
        )

    await stand.settled()
    await eventually(check)


async def test_one_guarantor_for_many_is_asked_about_within_a_second(running):
    await running.send(GUARANTOR, *sponsored_by_one(10))
    await quiet(running)
    assert await patterns(running) == []
    began = asyncio.get_running_loop().time()
    await running.send(sponsored(10))
    row = await one(running)
    assert asyncio.get_running_loop().time() - began < 2
    assert row["subject"] == {"kind": "party", "id": "g1"}
    await running.send(*sponsored_by_one(11), GUARANTOR)
    await quiet(running)
    assert (await one(running))["revision"] == row["revision"], "a repeat is no news"


async def test_the_guarantor_may_be_told_of_after_its_persons(running):
    await running.send(*sponsored_by_one(11))
    await quiet(running)
    await running.send(GUARANTOR)
    await one(running)


async def test_what_was_told_before_a_restart_counts_after_it(stand):
    async with stand.serving():
        await stand.send(GUARANTOR, *sponsored_by_one(6))
        await stand.settled()
    async with stand.serving():
        await stand.send(*(sponsored(number) for number in range(6, 11)))
        await one(stand)


async def test_two_workers_make_one_alert(stand):
    async with stand.serving(), stand.serving(roles=frozenset({"evaluate", "timers"})):
        await stand.send(GUARANTOR)
        await stand.settled()
        await stand.send(*sponsored_by_one(40))
        row = await one(stand)

        async def every_one():
            view = (await stand.call("GET", f"/alerts/{row['id']}")).json()
            return {"guarantor.people", 40} <= {v for fact in view["facts"] for v in (fact["name"], fact["value"])}

        await eventually(every_one)
        assert len(await patterns(stand)) == 1
        assert await stand.database.shares.count_documents({"party": "g1"}) == 40


async def test_one_member_on_hold_holds_what_would_be_asked_of_the_guarantor(running):
    await running.send(GUARANTOR, *sponsored_by_one(11))
    row = await one(running, state="open")
    await running.send(hold(1, True, person="s04"))
    assert (await one(running, state="held"))["id"] == row["id"]
    await running.send(hold(2, False, person="s04"))
    await one(running, state="open")


async def test_a_merge_moves_the_share_and_takes_the_question_back(running):
    await running.send(GUARANTOR, *sponsored_by_one(11))
    row = await one(running)
    await running.send(sponsored(9, version=2), tombstone(2, "s10", "s09"))

    async def gone():
        return (await running.call("GET", f"/alerts/{row['id']}")).json()["state"] == "withdrawn"

    await eventually(gone)
    assert await running.database.shares.count_documents({"party": "g1", "person": "s10"}) == 0


async def test_one_phone_with_several_guarantors_is_about_the_one_most_have(running):
    some = [sponsored(number, phone="ff", sponsor="g1" if number > 3 else "g2") for number in range(11)]
    await running.send(GUARANTOR, *some)
    assert (await one(running))["subject"] == {"kind": "party", "id": "g1"}


async def test_a_request_falls_due_by_the_clock_and_is_answered(running):
    said = {"ref": "q1", "served_at": days(0), "due_at": days(2), "proof": True, "evidence": ("e1",)}
    await running.send(HOTEL.model_copy(update={"requests": (DataRequest(**said),)}))
    await running.settled()
    assert await patterns(running, "R05") == []
    running.now = days(2)
    row = await one(running, "R05")
    assert (row["subject"], row["evidence"]) == ({"kind": "party", "id": "h1"}, ["e1"])
    answered = DataRequest(**said, answered_at=days(2.5))
    await running.send(HOTEL.model_copy(update={"requests": (answered,), "version": 2}))

    async def gone():
        return await patterns(running, "R05") == []

    await eventually(gone)


async def test_a_late_report_is_the_lodgings_and_not_the_guests(running):
    night = Lodging(ref="l1", establishment="h1", check_in_at=days(-1), reported_at=days(0.5), evidence=("k9",))
    await running.send(HOTEL, person(1, LEFT, lodgings=(night,)))
    row = await one(running, "R04")
    assert (row["subject"], row["title"]["en"]) == ({"kind": "party", "id": "h1"}, "Lodging reports late (up to 3)")


async def test_a_guest_in_time_who_left_costs_nothing(running):
    night = Lodging(ref="l1", establishment="h1", check_in_at=days(-1), reported_at=days(-1), check_out_at=days(0))
    await running.send(HOTEL, person(1, LEFT, lodgings=(night,)))
    await running.settled()
    assert await running.database.shares.count_documents({}) == 0


async def test_a_question_of_who_is_who_is_not_held_by_its_own_hold(running):
    asked = ReviewChanged(review="v1", version=1, people=("p1", "p2"), kind="similar", open=True)
    await running.send(hold(1, True), asked)
    row = await one(running, "Q1", state="open")
    assert row["subject"] == {"kind": "person", "id": "p1"}
    # Out of order: the older word changes nothing.
    await running.send(asked.model_copy(update={"version": 2, "open": False}), asked)

    async def gone():
        return await patterns(running, "Q1") == []

    await eventually(gone)


async def test_what_watches_the_readers_reaches_no_agency_stream_or_figure(running):
    flag = AccessFlagged(flag="f1", version=1, account="u1", kind="no_case", count=12, starts=days(0), until=days(1))
    exchange = await running.channel.get_exchange("gateway")
    await exchange.publish(Message(flag.model_dump_json().encode(), type=flag.TYPE), flag.TYPE)

    async def found():
        return await running.alerts("?side=safeguard")

    (row,) = await eventually(found)
    assert (row["rule"], row["subject"], row["agencies"]) == ("Q3", {"kind": "account", "id": "u1"}, [])
    assert await running.alerts("?limit=200") == []
    assert await running.alerts("?rule=Q3") == []
    for agency in ("imigrasi", "polres", "ppt"):
        assert await running.notices(agency) == []
    async with httpx.AsyncClient() as client:
        figures = (await client.get(f"{running.url}/metrics")).raise_for_status().text
    assert "tapal_alerts" in figures
    assert "Q3" not in figures
