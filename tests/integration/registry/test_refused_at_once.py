"""What is delivered twice at one moment, to two processes, is one record, and judged again once for each replay."""

import asyncio
import json
from contextlib import closing
from datetime import timedelta

import pytest
from asked import Asked
from motor.motor_asyncio import AsyncIOMotorClient
from registry_stand import OFFICER, RegistryStand
from synthetic import AGENCIES, HASHER, MATCHER, NOW, leaving, moment, passport

from chassis import listing
from chassis.bus import Incoming
from contracts.events import Refused
from registry.drafts import Misrouted, Reader
from registry.replays import Replays

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
SAME = [Incoming("intake.imigrasi", b'{"id": "e-1", "source": "/imigrasi/kanim", "type": "unheard of"}')] * 8


async def refused(stand, messages):
    """The receipts told, as consumers refuse these all at once."""
    del stand.sent[:]
    await asyncio.gather(*(stand.intake.refuse([(one, ValueError("unreadable"))]) for one in messages))
    return [json.loads(letter.body)["receipts"][0]["repeat"] for letter in stand.sent]


async def test_delivered_eight_times_at_one_moment_it_is_refused_once(stand):
    assert sorted(await refused(stand, SAME)) == [False] + [True] * 7
    [row] = await stand.database.quarantine.find({}).to_list(None)
    assert "again" not in row
    assert await stand.shelf.keys.database.quarantine.count_documents({}) == 1


async def test_sent_again_by_a_human_it_is_judged_once_however_often_it_is_delivered(stand):
    await refused(stand, SAME[:1])
    [row] = await stand.database.quarantine.find({}).to_list(None)
    await Replays(stand.shelf, HASHER, lambda: NOW).ask(row["_id"], None, "sekali lagi", OFFICER)
    assert sorted(await refused(stand, SAME)) == [False] + [True] * 7
    [row] = await stand.database.quarantine.find({}).to_list(None)
    assert len(row["again"]) == 1


async def test_in_one_batch_each_has_its_outcome_in_the_order_they_came(stand):
    same, other = SAME[0], Incoming(SAME[0].queue, SAME[0].body.replace(b"e-1", b"e-2"))
    unreadable = Incoming(SAME[0].queue, b"\xff")
    batch = [(one, ValueError("unreadable")) for one in (same, other, same, unreadable, other)]
    for repeats in ([False, False, True, False, True], [True] * 5):
        del stand.sent[:]
        await stand.intake.refuse(batch)
        [told] = [json.loads(letter.body)["receipts"] for letter in stand.sent]
        assert [receipt["repeat"] for receipt in told] == repeats
        assert [receipt["id"] for receipt in told] == ["e-1", "e-2", "e-1", "", "e-2"]
    assert await stand.database.quarantine.count_documents({}) == 3
    assert await stand.shelf.keys.database.quarantine.count_documents({}) == 3


async def test_what_was_refused_is_judged_anew_and_what_was_accepted_never(stand):
    ahead, now = leaving(passport("A1"), 200), [moment(200)]
    reader = Reader(AGENCIES, HASHER, MATCHER, lambda: now[0])
    for hours in (0, 1, 6, 7):
        now[0] = moment(200) + timedelta(hours=hours)
        try:
            await stand.intake.receive([reader.read(ahead)])
        except Refused as reason:
            await stand.intake.refuse([(ahead, reason)])
    told = [json.loads(one.body)["receipts"][0] for one in stand.sent if one.type == "receipts.issued"]
    assert [(one["outcome"], one["code"], one["repeat"]) for one in told] == [
        ("refused", "time_in_future", False),
        ("refused", "time_in_future", True),
        ("accepted", "accepted", False),
        ("accepted", "accepted", True),
    ]
    # The first outcome stays beside it.
    assert await stand.database.quarantine.count_documents({"code": "time_in_future"}) == 1


async def test_what_is_for_the_desk_goes_there_from_among_others(stand):
    call = Incoming(SAME[0].queue, b'{"type": "id.tapal.protection.v1"}')
    await stand.intake.refuse([(SAME[0], ValueError("unreadable")), (call, Misrouted())])
    assert [(letter.routing_key, letter.type) for letter in stand.sent] == [
        ("sealed.imigrasi", None),
        ("to.imigrasi", "receipts.issued"),
    ]
    assert await stand.database.quarantine.count_documents({}) == 1


async def test_others_are_not_kept_from_theirs(stand):
    others = [Incoming(one.queue, one.body.replace(b"e-1", f"e-{number}".encode())) for number, one in enumerate(SAME)]
    assert await refused(stand, others) == [False] * 8
    assert await stand.database.quarantine.count_documents({}) == 8


async def test_however_many_there_are_a_list_and_a_receipt_are_found_by_an_index(stand, mongo_admin_url):
    await refused(stand, [Incoming(SAME[0].queue, SAME[0].body.replace(b"e-1", b"e-%d" % n)) for n in range(9)])
    await stand.store.prepare()
    asked = Asked()
    with closing(AsyncIOMotorClient(mongo_admin_url, tz_aware=True, event_listeners=[asked])) as client:
        queries = RegistryStand(client, client[stand.database.name], []).queries
        first = await queries.quarantine(None, listing.Asked("-at", None, 5))
        rest = await queries.quarantine("imigrasi", listing.Asked("-at", first.next, 5))
        [receipt] = await queries.receipts("imigrasi", "/imigrasi/kanim", "e-3")
    assert {row["event_id"] for row in (*first.items, *rest.items)} == {f"e-{number}" for number in range(9)}
    assert (receipt["id"], receipt["outcome"]) == ("e-3", "refused")
    finds = [said for name, said in asked.commands if name == "find" and said["find"] == "quarantine"]
    made = (await stand.database.quarantine.index_information()).values()
    assert {tuple(said["filter"]) for said in finds} == {tuple(name for name, _ in index["key"]) for index in made}
    assert all("$in" in said["filter"]["_id"] for said in finds if "_id" in said["filter"])
