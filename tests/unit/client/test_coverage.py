"""What is declared covered while the clock is wrong or the machine off."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from .conftest import check_in
from .test_sending import no_outcomes, statuses

BATTERY_EMPTY = datetime(2000, 1, 1, tzinfo=UTC)


def run(sender, clock, hours):
    """The client runs for so long, as one process: it never learns that the clock was set meanwhile."""

    async def on():
        while await sender.turn():
            pass

    for _ in range(hours):
        asyncio.run(on())
        clock.later(hours=1)
    asyncio.run(on())


def declared(way):
    return [
        tuple(datetime.fromisoformat(said[name]) for name in ("covers_from", "covers_until")) for said in statuses(way)
    ]


def during(periods, begin, end):
    """How much of this time is declared covered."""
    return sum((max(timedelta(0), min(until, end) - max(since, begin)) for since, until in periods), timedelta(0))


@pytest.mark.parametrize("wrong", [BATTERY_EMPTY, datetime(2026, 6, 1, tzinfo=UTC)], ids=["impossible", "last month"])
def test_a_week_off_is_not_declared_by_a_machine_that_starts_with_a_clock_in_the_past(sender, clock, way, wrong):
    run(sender, clock, 30)
    off, back = clock.now, clock.now + timedelta(days=7)
    clock.now = wrong
    run(sender, clock, 1)
    clock.now = back
    run(sender, clock, 48)
    assert during(declared(way), off, back) == timedelta(0)
    assert during(declared(way), back, clock.now) > timedelta(hours=24)


def test_a_night_off_is_covered_also_where_the_clock_is_set_by_the_network_each_morning(sender, clock, way):
    first = clock.now
    for _ in range(7):
        run(sender, clock, 12)
        morning = clock.now + timedelta(hours=12)
        clock.now = BATTERY_EMPTY
        run(sender, clock, 0)
        clock.now = morning
    run(sender, clock, 0)
    assert during(declared(way), first, clock.now) > timedelta(days=6)


def test_a_clock_that_was_ahead_once_keeps_nothing_from_being_declared_afterwards(sender, queue, clock, way):
    run(sender, clock, 1)
    right = clock.now
    clock.later(days=365)
    run(sender, clock, 30)
    clock.now = right + timedelta(hours=30)
    wrongly = len(statuses(way))
    run(sender, clock, 72)
    said = declared(way)[wrongly:]
    assert during(said, right, right + timedelta(hours=30)) == timedelta(0)
    assert during(said, right + timedelta(hours=30), clock.now) > timedelta(hours=48)


def test_what_was_sent_while_the_clock_was_ahead_goes_out_again_and_holds_nothing_up(sender, queue, clock, way):
    answered, way.outcomes = way.outcomes, no_outcomes
    right = clock.now
    clock.later(days=365)
    queue.add(check_in("a"))
    run(sender, clock, 0)
    clock.now = right
    run(sender, clock, 0)
    assert [event["sequence"] for event in way.got if event["id"] == "a/check_in"] == [1, 1]
    way.outcomes = answered
    run(sender, clock, 0)
    assert queue.numbers()["accepted"] == 1


def test_a_clock_that_is_put_right_by_minutes_takes_nothing_away(sender, clock, way):
    run(sender, clock, 10)
    first, clock.now = clock.now - timedelta(hours=10), clock.now - timedelta(minutes=10)
    run(sender, clock, 24)
    assert during(declared(way), first, clock.now) > timedelta(hours=20)


def test_what_was_lived_through_before_a_gap_is_declared_after_it_once(sender, queue, clock, way):
    run(sender, clock, 10)
    first, off = clock.now - timedelta(hours=10), clock.now
    clock.later(days=3)
    run(sender, clock, 30)
    assert during(declared(way), first, off) == timedelta(hours=9, minutes=45)
    assert during(declared(way), off, off + timedelta(days=3)) == timedelta(0)
    assert len({status["covers_from"] for status in statuses(way)}) == len(statuses(way))


def test_what_did_not_arrive_keeps_the_rest_from_being_declared_until_it_does(sender, queue, clock, way):
    run(sender, clock, 10)
    begin, off = clock.now - timedelta(hours=10), clock.now
    way.refuse = {"a/check_in"}
    queue.add(check_in("a", (begin + timedelta(hours=5)).isoformat()))
    asyncio.run(sender.drain())
    clock.later(days=3)
    run(sender, clock, 24)
    assert during(declared(way), begin, off) == timedelta(hours=5) - timedelta(seconds=1)
    queue.add(check_in("a", (begin + timedelta(hours=5)).isoformat(), receipt_no="7"))
    way.refuse = set()
    run(sender, clock, 24)
    assert during(declared(way), begin, off) == timedelta(hours=9, minutes=45)


def test_a_machine_that_slept_with_the_client_running_does_not_speak_for_that_time(sender, clock, way):
    run(sender, clock, 2)
    asleep = clock.now
    clock.later(days=3)
    awake = clock.now
    run(sender, clock, 1)
    assert during(declared(way), asleep, awake) == timedelta(0)
    assert during(declared(way), awake, clock.now) > timedelta(0)


def test_what_was_refused_since_the_last_look_is_asked_for_before_the_time_is_declared(sender, queue, clock, way):
    """A task that sends once a day: the outcome is not there yet in the second after the event went out."""
    run(sender, clock, 22)
    at, answered = clock.now - timedelta(hours=1), way.outcomes
    queue.add(check_in("a", at.isoformat()))
    way.outcomes, way.refuse = no_outcomes, {"a/check_in"}
    asyncio.run(sender.drain())
    clock.later(hours=23)
    way.outcomes = answered
    asyncio.run(sender.drain())
    assert queue.numbers()["refused"] == 1
    assert during(declared(way), at, clock.now) == timedelta(0)


def test_while_no_outcome_is_told_nothing_after_it_is_declared_however_long_that_lasts(sender, queue, clock, way):
    run(sender, clock, 2)
    at = clock.now - timedelta(hours=1)
    queue.add(check_in("a", at.isoformat()))
    answered, way.outcomes = way.outcomes, no_outcomes
    run(sender, clock, 72)
    assert during(declared(way), at, clock.now) == timedelta(0)
    way.outcomes = answered
    run(sender, clock, 24)
    assert during(declared(way), at, clock.now) > timedelta(hours=72)
