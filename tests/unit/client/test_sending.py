"""The loop that sends, with a way that a test can break."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from tapal_client.coverage import Known, covered
from tapal_client.sender import LONGEST_PAUSE, Sender, pause
from tapal_client.watch import Watch
from tapal_client.ways import NoLink

from .conftest import SOURCE, check_in


def drain(sender):
    asyncio.run(sender.drain())


def statuses(way):
    return [event["data"] for event in way.got if event["type"] == "id.tapal.source.status.v1"]


def test_what_waits_is_sent_in_order_once_and_its_outcome_is_kept(sender, queue, way):
    for name in "abc":
        queue.add(check_in(name))
    drain(sender)
    drain(sender)
    assert [event["sequence"] for event in way.got] == [1, 2, 3]
    assert queue.numbers() == {"accepted": 3}


def test_nothing_is_lost_while_there_is_no_link(sender, queue, way):
    way.up = False
    queue.add(check_in("a"))
    with pytest.raises(NoLink):
        drain(sender)
    assert queue.numbers() == {"waiting": 1}
    way.up = True
    drain(sender)
    assert queue.numbers() == {"accepted": 1}


def test_attempts_come_further_apart_and_never_all_at_once():
    assert [pause(n, 1.0) for n in (1, 2, 3, 4)] == [1, 2, 4, 8]
    assert pause(50, 1.0) == LONGEST_PAUSE
    assert pause(3, 0.0) == 2


def test_the_source_declares_by_itself_once_a_day_what_it_has_sent(sender, queue, clock, way):
    drain(sender)
    for _ in range(3):
        for _ in range(24):
            clock.later(hours=1)
            drain(sender)
    begins = [status["covers_from"] for status in statuses(way)]
    ends = [status["covers_until"] for status in statuses(way)]
    assert len(ends) == 4
    assert begins[1:] == ends[:-1]
    assert queue.numbers() == {"accepted": 4}


def test_what_did_not_arrive_is_not_declared_covered(sender, queue, clock, way):
    drain(sender)
    clock.later(hours=23)
    way.refuse = {"a/check_in"}
    queue.add(check_in("a", "2026-07-02T03:00:00Z"))
    drain(sender)
    [status] = statuses(way)
    assert status["covers_until"] == "2026-07-02T02:59:59+00:00"
    clock.later(hours=23)
    drain(sender)
    assert len(statuses(way)) == 1
    queue.add(check_in("a", "2026-07-02T03:00:00Z", receipt_no="9") | {"id": "a2", "corrects": "a/check_in"})
    drain(sender)
    drain(sender)
    assert statuses(way)[-1]["covers_from"] == "2026-07-02T02:59:59+00:00"
    assert statuses(way)[-1]["last_sequence"] == 3


def test_what_was_just_sent_is_declared_once_its_outcome_is_known(sender, queue, clock, way):
    drain(sender)
    clock.later(hours=23)
    answered, way.outcomes = way.outcomes, no_outcomes
    queue.add(check_in("a", "2026-07-02T03:00:00Z"))
    drain(sender)
    assert statuses(way)[0]["covers_until"] == "2026-07-02T02:59:59+00:00"
    way.outcomes = answered
    clock.later(hours=21)
    drain(sender)
    drain(sender)
    assert statuses(way)[1]["covers_until"] == "2026-07-03T03:45:00+00:00"


def test_a_client_that_was_away_for_long_does_not_speak_for_that_time(sender, clock, way):
    drain(sender)
    clock.later(hours=70)
    drain(sender)
    assert statuses(way) == []
    clock.later(hours=1)
    drain(sender)
    [status] = statuses(way)
    assert status["covers_from"] == "2026-07-04T06:00:00+00:00"


def test_nothing_is_declared_where_a_person_does_it(queue, clock, way):
    by_hand = Sender(queue, way, Watch(queue, SOURCE, clock, own_status=False), lambda: 0.5, lambda line: None)
    drain(by_hand)
    clock.later(hours=30)
    drain(by_hand)
    assert way.got == []


def test_what_has_had_no_answer_for_a_day_goes_out_again(sender, queue, clock, way):
    queue.add(check_in("a"))
    queue.sent([1])
    way.outcomes = no_outcomes
    clock.later(hours=23)
    drain(sender)
    assert [event["sequence"] for event in way.got if "lodging" in event["type"]] == []
    clock.later(hours=2)
    drain(sender)
    assert [event["sequence"] for event in way.got if "lodging" in event["type"]] == [1]


async def no_outcomes(event_ids, write): ...


DAY = datetime(2026, 7, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("away", "outstanding", "period"),
    [
        (1, None, (0, 47.75)),
        (24, None, (0, 47.75)),
        (25, None, None),
        (-0.2, None, (0, 47.75)),
        (-0.3, None, None),
        (1, 40, (0, 40)),
        (1, -3, None),
    ],
    ids=[
        *("all sent", "off for a day", "off for longer", "clock put right by minutes", "clock put back"),
        *("an event waits", "an event from before waits"),
    ],
)
def test_covered(away, outstanding, period):
    now = DAY + timedelta(hours=48)
    oldest = None if outstanding is None else DAY + timedelta(hours=outstanding)
    found = covered(Known(DAY, now - timedelta(hours=away), now, oldest), now)
    if period is None:
        assert found is None
    else:
        assert found is not None
        hours = [(moment - DAY).total_seconds() / 3600 for moment in found]
        assert hours == pytest.approx(period, abs=0.001)
