"""How a source is doing: what a batch adds, and what is told of it."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from memory import Memory
from synthetic import AGENCIES, NOW, day, entry, event, leaving, passport

from registry.scorecard import BLOCK, EDGES, Kept, added, gaps, lateness, scorecard, step

POST = "plbn-badau/pos"
PERIOD = (date(2026, 6, 2), date(2026, 7, 1))


def card(**kept):
    given = {"accepted": {}, "late": {}, "numbers": frozenset(), "refused": {}}
    return scorecard("plbn-badau", AGENCIES["plbn-badau"].sources[0], Kept(**given | kept), PERIOD, NOW)


def test_a_batch_adds_its_events_their_lateness_and_their_numbers():
    outcomes, _ = Memory().receive(
        entry(passport("A1"), 180, 210, sequence=7), leaving(passport("A1"), 180, sequence=BLOCK + 1)
    )
    mine = added(outcomes)[POST]
    assert mine.accepted == {"2026-07-01": 2}
    assert sum(mine.late.values()) == 2
    assert mine.numbers == {0: {7}, 1: {BLOCK + 1}}


def test_a_repeat_adds_nothing_and_a_conflict_only_its_number():
    memory = Memory()
    first = entry(passport("A1"), 180, 210, id="a", sequence=1)
    memory.receive(first)
    assert added(memory.receive(first)[0]) == {}
    other = entry(passport("A2"), 180, 210, id="a", sequence=2)
    mine = added(memory.receive(other)[0])[POST]
    assert (mine.accepted, mine.numbers) == ({}, {0: {2}})


def test_a_source_status_is_an_event_but_says_nothing_of_lateness():
    covers = {"covers_from": f"{day(178)}T00:00:00+07:00", "covers_until": f"{day(179)}T00:00:00+07:00"}
    outcomes, _ = Memory().receive(event("plbn-badau", "source.status", covers, NOW - timedelta(days=3)))
    mine = added(outcomes)[POST]
    assert (sum(mine.accepted.values()), mine.late) == (1, {})


@pytest.mark.parametrize(
    ("took", "within"),
    [(-5, 1), (1, 1), (1.1, 5), (60, 60), (61, 180), (10080, 10080), (10081, None)],
)
def test_steps_of_lateness(took, within):
    index = step(timedelta(minutes=took))
    assert (EDGES[index] if index < len(EDGES) else None) == within


def test_percentiles_are_the_steps_within_which_they_lie():
    found = lateness({0: 50, 3: 45, 9: 4, 10: 1})
    assert (found.p50, found.p90, found.p99) == (1, 60, 10080)
    assert lateness({}).p50 is None
    assert lateness({len(EDGES): 3}).p90 is None


@given(st.sets(st.integers(0, 400), min_size=1, max_size=60))
def test_gaps_and_what_was_seen_are_the_whole_range(numbers):
    missing = {number for first, last in gaps(numbers) for number in range(first, last + 1)}
    assert missing | numbers == set(range(min(numbers), max(numbers) + 1))
    assert not missing & numbers


def test_what_is_told_of_a_source():
    heard = datetime(2026, 6, 30, 12, tzinfo=NOW.tzinfo)
    kept = {"accepted": {"2026-06-29": 3, "2026-06-30": 4}, "numbers": frozenset({1, 2, 5, 9}), "refused": {"b": 1}}
    told = card(**kept, last_heard_at=heard, contradicted=2)
    assert (told.accepted, told.days_heard, told.refused, told.contradicted) == (7, 2, {"b": 1}, 2)
    assert (told.missing, told.gaps) == (5, ((3, 4), (6, 8)))
    assert not told.silent
    assert card(last_heard_at=heard - timedelta(minutes=1)).silent
    assert card().silent
