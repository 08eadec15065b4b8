"""Scorecards with a real database: written with the events they count, read and sent."""

import json
import secrets
from datetime import timedelta
from functools import partial

import pytest
from memory import Memory
from synthetic import AGENCIES, HASHER, NOW, READER, entry, leaving, night, passport

from chassis.mongo import connect, transact
from contracts.refusals import refusal
from registry.disputed_store import count_contradicted, disputed_writes
from registry.intake import apply
from registry.refused import of_message
from registry.scorecard_store import Scorecards, writes

pytestmark = [pytest.mark.integration, pytest.mark.anyio]


@pytest.fixture
async def client(mongo_admin_url):
    async with connect(mongo_admin_url) as found:
        yield found


@pytest.fixture
async def database(client):
    name = f"registry_{secrets.token_hex(4)}"
    yield client[name]
    await client.drop_database(name)


async def save(client, database, outcomes, *, fail=False):
    async def work(session):
        for collection, operations in writes(outcomes).items():
            await database[collection].bulk_write(operations, ordered=False, session=session)
        if fail:
            raise RuntimeError

    await transact(client, work)


async def card(database, now=NOW, **more):
    found = await Scorecards(database, AGENCIES, HASHER, lambda: now, **more).all("plbn-badau", "pos")
    [only] = found
    return only


async def test_batches_add_up_and_what_was_not_committed_does_not_count(client, database):
    memory = Memory()
    for start in (1, 4, 900):
        batch = [entry(passport(f"A{n}"), 180, 210, sequence=n) for n in (start, start + 1)]
        outcomes, _ = memory.receive(*batch)
        with pytest.raises(RuntimeError):
            await save(client, database, outcomes, fail=True)
        await save(client, database, outcomes)
        await save(client, database, memory.receive(*batch)[0])  # delivered again
    found = await card(database)
    assert (found.accepted, found.days_heard) == (6, 1)
    assert found.gaps == ((3, 3), (6, 899))
    assert found.lateness.p50 == 2880
    assert (await card(database, NOW + timedelta(days=31))).accepted == 0


async def test_refused_events_are_counted_by_code_and_leave_no_gap(client, database):
    outcomes, _ = Memory().receive(
        entry(passport("A1"), 180, 210, sequence=1), leaving(passport("A1"), 180, sequence=3)
    )
    await save(client, database, outcomes)
    uri = AGENCIES["plbn-badau"].sources[0].uri
    bodies = [json.dumps({"source": source, "sequence": number}) for source, number in ((uri, 2), (uri, None))]
    for body in (*bodies, json.dumps({"source": "/nobody"})):
        refused = of_message("plbn-badau", body.encode(), refusal("missing_field", "data"), HASHER, NOW)
        await database.quarantine.insert_one(refused.document())
    found = await card(database)
    assert (found.refused, found.gaps) == ({"missing_field": 2}, ())


async def test_contradicted_events_are_told_where_somebody_counts_them(client, database):
    async def counted():
        return {"plbn-badau/pos": 4}

    assert (await card(database)).contradicted is None
    assert (await card(database, contradicted=counted)).contradicted == 4


async def take(client, database, memory, *batch):
    """A batch, with what it changes of contradictions written as the store does."""
    world = memory.world
    for event in batch:
        apply(READER.read(event), world, memory.joining)
    memory.settler.settle(world)
    if operations := disputed_writes(world):
        await transact(client, lambda session: database.disputed.bulk_write(operations, session=session))
    memory.take()


async def test_an_event_counts_while_another_source_contradicts_it_and_no_longer(client, database):
    memory = Memory()
    counted = partial(count_contradicted, database, lambda: NOW)
    await take(client, database, memory, leaving(passport("A1"), 100))
    assert await counted() == {}
    await take(client, database, memory, night(passport("A1"), 110))
    assert await counted() == {"plbn-badau/pos": 1, "phri-kh/hotel-sentarum": 1}
    assert (await card(database, contradicted=counted)).contradicted == 1
    assert await count_contradicted(database, lambda: NOW + timedelta(days=400)) == {}
    await take(client, database, memory, entry(passport("A1"), 105, 130))
    assert await counted() == {}
    assert await database.disputed.count_documents({}) == 0


async def test_every_agency_that_was_ever_heard_is_told_once_a_day(database):
    post = {"agency": "plbn-badau", "code": "pos", "covers": [], "closed_until": None}
    await database.sources.insert_one({"_id": "plbn-badau/pos", "v": 1, **post, "last_heard_at": NOW})
    sent = []

    async def publish(letters):
        sent.extend(letters)

    clock = [NOW]
    scorecards = Scorecards(database, AGENCIES, HASHER, lambda: clock[0])
    for hours in (0, 1, 24):
        clock[0] = NOW + timedelta(hours=hours)
        await scorecards.send(publish)
    assert [(letter.exchange, letter.routing_key, letter.type) for letter in sent] == [
        ("", "to.plbn-badau", "source.scorecard")
    ] * 2
    assert json.loads(sent[0].body)["source"] == "pos"
