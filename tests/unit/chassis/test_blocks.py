"""A chain of blocks: whatever is changed, lost or moved is found, and where."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.blocks import Block, Entry, Head, Link, Walk, block_id, seal

START = datetime(2026, 11, 24, 8, tzinfo=UTC)


def chain(count=4, name="imigrasi", entries=3):
    blocks, head = [], Head()
    for n in range(count):
        sealed = [Entry(f"key{n}.{number}", f"digest{n}.{number}") for number in range(entries)]
        blocks.append(seal(name, head, sealed, START + timedelta(minutes=n)))
        head = Head(blocks[-1].n, blocks[-1].hash)
    return blocks, head


def found(placed, head, known=None):
    """What is wrong with blocks, each under the number at which it was found."""
    walk = Walk("imigrasi", known)
    for n, block in placed:
        walk.step(Link.of(block_id("imigrasi", n), block))
    walk.end(head)
    return [(finding.kind, finding.n) for finding in walk.findings]


def test_a_chain_as_it_was_sealed_is_sound():
    blocks, head = chain()
    assert found([(block.n, block) for block in blocks], head) == []
    assert found([], Head()) == []
    assert [Block.of_document(block.to_document()) for block in blocks] == blocks


@pytest.mark.parametrize(
    "change",
    [
        {"entries": (Entry("key1.0", "other"),)},
        {"entries": (Entry("key1.1", "digest1.1"), Entry("key1.0", "digest1.0"), Entry("key1.2", "digest1.2"))},
        {"at": START},
        {"previous": "0" * 64},
    ],
    ids=["another digest", "another order", "another moment", "another past"],
)
def test_a_block_that_was_changed_is_named(change):
    blocks, head = chain()
    placed = [(block.n, replace(block, **change) if block.n == 2 else block) for block in blocks]
    assert ("block_changed", 2) in found(placed, head)


def test_a_changed_block_with_a_new_hash_breaks_the_chain_after_it():
    blocks, head = chain()
    forged = replace(blocks[1], entries=blocks[1].entries[:1], hash="")
    forged = replace(forged, hash=forged.computed())
    assert found([(1, blocks[0]), (2, forged), (3, blocks[2]), (4, blocks[3])], head) == [("chain_broken", 3)]
    assert found([(1, blocks[0]), (2, forged)], Head(2, blocks[1].hash)) == [("head_differs", 2)]


@pytest.mark.parametrize("lost", [1, 2, 4])
def test_a_lost_block_is_named(lost):
    blocks, head = chain()
    assert found([(block.n, block) for block in blocks if block.n != lost], head) == [("block_missing", lost)]


def test_two_blocks_that_changed_places_are_named():
    one, two, three, four = chain()[0]
    kinds = found([(1, one), (2, three), (3, two), (4, four)], Head(4, four.hash))
    assert {("block_misplaced", 2), ("block_misplaced", 3)} <= set(kinds)


def test_a_block_beyond_the_head_is_noticed():
    blocks, _ = chain()
    assert found([(block.n, block) for block in blocks], Head(3, blocks[2].hash)) == [("head_differs", 3)]


def test_a_head_that_was_noted_elsewhere_finds_a_chain_that_was_cut_or_written_anew():
    blocks, head = chain()
    noted = Head(3, blocks[2].hash)
    assert found([(block.n, block) for block in blocks], head, noted) == []
    cut = blocks[:2]
    assert found([(block.n, block) for block in cut], Head(2, cut[-1].hash), noted) == [("block_missing", 3)]
    anew, new_head = chain(entries=2)
    assert found([(block.n, block) for block in anew], new_head, noted) == [("not_as_noted", 3)]


TEXT = st.text(min_size=1, max_size=5)
ENTRIES = st.lists(st.builds(Entry, TEXT, TEXT), min_size=1, max_size=4)


@given(ENTRIES, ENTRIES)
def test_different_entries_never_have_one_hash(one, other):
    first, second = (seal("c", Head(), entries, START) for entries in (one, other))
    assert (first.hash == second.hash) == (one == other)
