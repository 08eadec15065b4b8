"""What is done to the log behind its back is found, and named by its chain, block and entry."""

from datetime import timedelta

import pytest
from synthetic import AGENCIES, HASHER, NOW, entry, leaving, night, passport

from chassis.blocks import Head
from chassis.sealer import Sealer
from chassis.walking import told
from registry.sealer import chains_of, kept_log
from registry.verify import inspect_log
from tapal_local.verifying import lines_of

pytestmark = [pytest.mark.integration, pytest.mark.anyio]

A = passport("A1", name={"full": "Amir bin Sintetis"}, birth_date="1990-04-02")
POST, HOTEL = "plbn-badau", "phri-kh"


async def seal(stand):
    sealer = Sealer(stand.client, stand.database, kept_log(HASHER), lambda: NOW)
    return await sealer.turn(chains_of(AGENCIES))


@pytest.fixture
async def sealed(stand):
    """Three blocks of the post, one of the hotel, and one entry that waits."""
    for batch in ([entry(A, 0, 29), night({**A, "sex": "M"}, 3)], [leaving(A, 5)], [entry(A, 8, 37)]):
        await stand.receive(*batch)
        await seal(stand)
    await stand.receive(leaving(A, 20))
    return stand


async def verified(stand, noted=()):
    return await inspect_log(stand.database, HASHER, sorted(AGENCIES), dict(noted))


async def findings(stand, noted=()):
    return [item for one in await verified(stand, noted) for item in one.findings]


async def entry_of(stand, n, chain=POST):
    block = await stand.database.blocks.find_one({"_id": f"{chain}.{n:012d}"})
    return block["entries"][0][0]


async def test_an_untouched_log_is_sound_and_counted(sealed):
    found = told(await verified(sealed))
    assert [found[POST][name] for name in ("blocks", "entries", "unsealed", "findings")] == [3, 3, 1, []]
    assert [found[HOTEL][name] for name in ("blocks", "entries", "unsealed", "findings")] == [1, 1, 0, []]
    assert found["tapal"]["blocks"] == 0


@pytest.mark.parametrize(
    "change",
    [
        {"$set": {"body": b"{}"}},
        {"$set": {"parts.0.bytes": b'{"name":{"full":"Orang Lain"}}'}},
        {"$set": {"parts.0.path": "persons.0"}},
        {"$set": {"parts": []}},
        {"$set": {"source": "other"}},
        {"$set": {"received_at": NOW + timedelta(seconds=1)}},
        {"$set": {"subjects": []}},
        {"$set": {"note": "added"}},
        {"$unset": {"trace": ""}},
    ],
    ids=["body", "part", "place of a part", "parts", "header", "receipt time", "subjects", "a new field", "a lost one"],
)
async def test_a_changed_entry_is_named(sealed, change):
    key = await entry_of(sealed, 2)
    await sealed.database.log.update_one({"_id": key}, change)
    [item] = await findings(sealed)
    assert (item.chain, item.kind, item.n, item.key) == (POST, "entry_changed", 2, key)


async def test_parts_that_were_swapped_between_entries_are_named(sealed):
    one, other = await entry_of(sealed, 1), await entry_of(sealed, 1, HOTEL)
    parts = {key: (await sealed.database.log.find_one({"_id": key}))["parts"] for key in (one, other)}
    await sealed.database.log.update_one({"_id": one}, {"$set": {"parts": parts[other]}})
    await sealed.database.log.update_one({"_id": other}, {"$set": {"parts": parts[one]}})
    found = sorted((item.chain, item.kind, item.key) for item in await findings(sealed))
    assert found == [(HOTEL, "entry_changed", other), (POST, "entry_changed", one)]


async def test_a_changed_entry_that_still_waits_is_named(sealed):
    [row] = await sealed.database.unsealed.find({}).to_list(None)
    await sealed.database.log.update_one({"_id": row["keys"][0]}, {"$set": {"body": b"{}"}})
    [item] = await findings(sealed)
    assert (item.kind, item.n, item.key) == ("entry_changed", None, row["keys"][0])
    await seal(sealed)
    [item] = await findings(sealed)
    assert (item.kind, item.n) == ("entry_changed", 4)


async def test_a_deleted_entry_is_named(sealed):
    key = await entry_of(sealed, 3)
    await sealed.database.log.delete_one({"_id": key})
    [item] = await findings(sealed)
    assert (item.chain, item.kind, item.n, item.key) == (POST, "entry_missing", 3, key)


async def test_an_entry_that_was_slipped_in_is_named(sealed):
    row = await sealed.database.log.find_one({"_id": await entry_of(sealed, 3)})
    row["_id"] = "0" * 32
    await sealed.database.log.insert_one(row)
    await sealed.database.places.insert_one({"_id": row["_id"], "chain": POST, "n": 3})
    [item] = await findings(sealed)
    assert (item.chain, item.kind, item.key) == (POST, "entry_unaccounted", "0" * 32)


async def test_an_entry_that_was_taken_out_of_what_waits_is_named(sealed):
    await sealed.database.unsealed.delete_many({})
    [item] = await findings(sealed)
    assert (item.chain, item.kind) == (POST, "entry_unaccounted")


async def resealed(stand, change):
    """One entry is changed and a chain made anew by whoever has the database alone: the sealer signs what it finds."""
    keys = [row["_id"] for row in await stand.database.places.find({"chain": HOTEL}).to_list(None)]
    for name, of in (("blocks", "chain"), ("chains", "_id"), ("places", "chain")):
        await stand.database[name].delete_many({of: HOTEL})
    await stand.database.unsealed.insert_one({"_id": f"{HOTEL}.{keys[0]}", "keys": keys})
    await stand.database.log.update_one({"_id": keys[0]}, change)
    assert await seal(stand)
    return keys[0]


@pytest.mark.parametrize("field", ["at", "received_at", "source", "target", "sequence", "subjects"])
async def test_a_header_that_was_changed_and_sealed_anew_is_named(sealed, field):
    moved = {"at": NOW, "received_at": NOW - timedelta(days=100), "source": "other", "target": "0" * 32}
    key = await resealed(sealed, {"$set": {field: (moved | {"sequence": 7, "subjects": []})[field]}})
    [item] = await findings(sealed)
    assert (item.chain, item.kind, item.key) == (HOTEL, "entry_changed", key)


async def test_entries_without_a_digest_of_their_header_are_sound_and_counted(sealed):
    await resealed(sealed, {"$unset": {"header": ""}})
    found = told(await verified(sealed))
    assert [found[HOTEL][name] for name in ("entries", "unbound", "findings")] == [1, 1, []]
    assert found[POST]["unbound"] == 0
    said = list(lines_of({f"registry/{HOTEL}": found[HOTEL]}))
    assert said[1].startswith("  1 entries have no digest of their header")


async def test_two_blocks_that_changed_places_are_named(sealed):
    ids = [f"{POST}.{n:012d}" for n in (1, 2)]
    rows = [await sealed.database.blocks.find_one({"_id": id}) for id in ids]
    for id, row in zip(ids, reversed(rows), strict=True):
        await sealed.database.blocks.replace_one({"_id": id}, {**row, "_id": id})
    found = await findings(sealed)
    assert {("block_misplaced", 1), ("block_misplaced", 2)} <= {(item.kind, item.n) for item in found}


@pytest.mark.parametrize("n", [1, 2, 3], ids=["the first", "one between", "the last"])
async def test_a_deleted_block_is_named_once(sealed, n):
    await sealed.database.blocks.delete_one({"_id": f"{POST}.{n:012d}"})
    [item] = await findings(sealed)
    assert (item.chain, item.kind, item.n) == (POST, "block_missing", n)


async def test_a_chain_cut_with_its_head_is_found_by_a_head_that_was_noted_before(sealed):
    noted = {one.chain: one.head for one in await verified(sealed)}
    two = await sealed.database.blocks.find_one({"_id": f"{POST}.{2:012d}"})
    key = await entry_of(sealed, 3)
    await sealed.database.blocks.delete_one({"_id": f"{POST}.{3:012d}"})
    await sealed.database.chains.replace_one({"_id": POST}, {"_id": POST, "n": 2, "hash": two["hash"]})
    await sealed.database.log.delete_one({"_id": key})
    await sealed.database.places.delete_one({"_id": key})
    assert await findings(sealed) == []
    assert [(item.chain, item.kind, item.n) for item in await findings(sealed, noted.items())] == [
        (POST, "block_missing", 3)
    ]


async def test_a_chain_that_was_written_anew_is_found_by_a_head_that_was_noted_before(sealed):
    noted = {POST: Head(2, "0" * 64)}
    assert [(item.kind, item.n) for item in await findings(sealed, noted.items())] == [("not_as_noted", 2)]


async def test_a_chain_grows_while_it_is_walked_and_nothing_is_found(sealed):
    noted = {one.chain: one.head for one in await verified(sealed)}
    await seal(sealed)
    assert await findings(sealed, noted.items()) == []
