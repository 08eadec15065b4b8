"""The registry's log is sealed into chains on the real database, one chain an agency, and no two sealers fork one."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest
from synthetic import HASHER, NOW, entry, leaving, night, passport

from chassis.blocks import MISSING, Block
from chassis.errors import Conflict
from chassis.sealer import Kept, Sealer
from registry.evidence import entry_digest

pytestmark = [pytest.mark.integration, pytest.mark.anyio]

A = passport("A1", name={"full": "Amir bin Sintetis"}, birth_date="1990-04-02")
KEPT = Kept("log", lambda found: entry_digest(HASHER, found))


def sealer(stand, now=lambda: NOW):
    return Sealer(stand.client, stand.database, KEPT, now)


async def blocks(stand):
    rows = await stand.database.blocks.find({}).to_list(None)
    return [Block.of_document(row) for row in sorted(rows, key=lambda row: row["_id"])]


async def test_each_agency_has_its_chain_and_nothing_waits_when_all_is_sealed(stand):
    await stand.receive(entry(A, 0, 29), night(A, 3), leaving(A, 5))
    assert await sealer(stand).turn(["plbn-badau", "phri-kh", "polres"]) == 2
    found = {block.chain: block for block in await blocks(stand)}
    assert sorted((chain, block.n, len(block.entries)) for chain, block in found.items()) == [
        ("phri-kh", 1, 1),
        ("plbn-badau", 1, 2),
    ]
    assert await stand.database.unsealed.find({}).to_list(None) == []
    entries = {row["_id"]: row for row in await stand.database.log.find({}).to_list(None)}
    for block in found.values():
        assert [KEPT.digest(entries[one.key]) for one in block.entries] == [one.digest for one in block.entries]


async def test_blocks_follow_each_other_and_a_repeat_is_sealed_once(stand):
    await stand.receive(entry(A, 0, 29))
    await sealer(stand).turn(["plbn-badau"])
    await stand.receive(entry(A, 0, 29))
    await stand.receive(leaving(A, 5))
    await sealer(stand).turn(["plbn-badau"])
    one, two = await blocks(stand)
    assert (two.n, two.previous, len(two.entries)) == (2, one.hash, 1)


async def test_many_entries_make_bounded_blocks(stand):
    for batch in range(6):
        people = [passport(f"P{batch}x{n}", name={"full": f"Nama {batch} {n}"}) for n in range(100)]
        await stand.receive(*(entry(who, 0, 29) for who in people))
    assert await sealer(stand).turn(["plbn-badau"]) == 3
    assert [len(block.entries) for block in await blocks(stand)] == [200, 200, 200]


async def test_what_comes_in_many_batches_is_sealed_in_one_turn(stand, monkeypatch):
    monkeypatch.setattr("chassis.sealer.AT_ONCE", 20)
    for number in range(41):
        await stand.receive(night(A, 3, ref=str(number)))
    assert await sealer(stand).turn(["phri-kh"]) == 5
    assert [len(block.entries) for block in await blocks(stand)] == [15, 5, 15, 5, 1]
    assert await stand.database.unsealed.find({}).to_list(None) == []


async def test_two_sealers_at_once_do_not_fork_a_chain(stand):
    for number in range(8):
        await stand.receive(night(passport(f"N{number}", name={"full": f"Nama {number}"}), 3, ref=str(number)))
    sealers = [sealer(stand) for _ in range(4)]

    async def work(one):
        if rows := await stand.database.unsealed.find({}).to_list(None):
            with suppress(Conflict):
                await one.seal("phri-kh", rows)

    await asyncio.gather(*map(work, sealers))
    await stand.receive(night(A, 9))
    await asyncio.gather(*map(work, sealers))
    found = await blocks(stand)
    assert [block.n for block in found] == list(range(1, len(found) + 1))
    assert [block.previous for block in found[1:]] == [block.hash for block in found[:-1]]
    keys = [one.key for block in found for one in block.entries]
    assert len(keys) == len(set(keys)) == 9


async def test_a_leased_chain_is_left_to_its_sealer_until_the_lease_runs_out(stand):
    await stand.receive(entry(A, 0, 29))
    await stand.database.leases.insert_one({"_id": "plbn-badau", "until": NOW + timedelta(seconds=30), "by": "other"})
    assert await sealer(stand).turn(["plbn-badau"]) == 0
    assert await sealer(stand, lambda: NOW + timedelta(seconds=31)).turn(["plbn-badau"]) == 1


async def test_an_entry_that_was_gone_before_it_was_sealed_is_sealed_as_missing(stand):
    await stand.receive(entry(A, 0, 29))
    await stand.database.log.delete_many({})
    await sealer(stand).turn(["plbn-badau"])
    [block] = await blocks(stand)
    assert [one.digest for one in block.entries] == [MISSING]
