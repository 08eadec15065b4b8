"""Limits: moved, disarmed, once each however late the clock comes."""

from datetime import timedelta

import pytest
from casework import START, by, case, do

from alerts.cases.clock import due, next_limit, read_limits, ticked, urged

LIMITS = read_limits()
HOURS = LIMITS.severities[2].take_up_hours
DAYS = LIMITS.severities[2].close_days


def at(**fields):
    return START + timedelta(**fields)


def risen(found):
    return [(one.clock, one.level) for one in found.escalated]


def test_limits_are_dated_and_say_for_every_severity():
    assert set(LIMITS.severities) == {1, 2, 3, 4}
    assert LIMITS.signed_off_by is None
    assert [LIMITS.severities[n].take_up_hours for n in (4, 3, 2, 1)] == sorted(
        limit.take_up_hours for limit in LIMITS.severities.values()
    )


def test_a_case_that_nobody_takes_up_rises_to_the_head_and_to_the_province():
    found = case()
    assert due(found, LIMITS) == at(hours=HOURS)
    assert ticked(found, LIMITS, at(hours=HOURS, seconds=-1)) is found
    head = ticked(found, LIMITS, at(hours=HOURS))
    assert (head.level, head.history[-1].what, head.history[-1].by) == ("head", "escalated", "")
    assert ticked(head, LIMITS, at(hours=HOURS)) is head
    province = ticked(head, LIMITS, at(hours=2 * HOURS))
    assert (province.level, due(province, LIMITS)) == ("province", at(days=DAYS))


def test_after_downtime_everything_that_passed_is_told_once():
    late = ticked(case(), LIMITS, at(days=3 * DAYS))
    assert risen(late) == [("take_up", "head"), ("take_up", "province"), ("close", "head"), ("close", "province")]
    assert len(late.history) == 2
    assert due(late, LIMITS) is None


def test_taking_up_disarms_the_first_clock_and_lets_fall_what_it_raised():
    head = ticked(case(), LIMITS, at(hours=HOURS))
    taken = do(head, "take_up", by(hours=HOURS + 1))
    assert (taken.level, next_limit(taken, LIMITS)) == ("officer", at(days=DAYS))


def test_another_officer_begins_anew_but_the_case_does_not():
    taken = do(case(), "take_up")
    moved = do(taken, "assign", by(hours=10), officer="citra")
    assert next_limit(moved, LIMITS) == at(hours=10 + HOURS)
    assert ticked(moved, LIMITS, at(days=DAYS)).escalated[-1].clock == "close"


def test_a_more_urgent_alert_moves_what_has_not_passed_yet():
    urgent = do(case(), "pin", add=["a9"], severity=4)
    assert next_limit(urgent, LIMITS) == at(hours=LIMITS.severities[4].take_up_hours)


FOUR = LIMITS.severities[4]


@pytest.mark.parametrize(
    ("hours", "due_at"),
    [(1, 1 + FOUR.take_up_hours), (HOURS - 10, HOURS - 10 + FOUR.take_up_hours), (HOURS - 1, HOURS)],
    ids=["early", "late", "no later than before"],
)
def test_what_becomes_urgent_late_has_the_shorter_time_from_then_on(hours, due_at):
    urgent = urged(do(case(), "pin", by(hours=hours), add=["a9"], severity=4), 2, LIMITS, at(hours=hours))
    assert next_limit(urgent, LIMITS) == at(hours=due_at)
    assert ticked(urgent, LIMITS, at(hours=hours)) is urgent


def test_what_has_run_for_long_does_not_rise_at_once_either():
    taken = do(case(), "take_up")
    urgent = urged(do(taken, "pin", by(hours=35 * 24), add=["a9"], severity=4), 2, LIMITS, at(days=35))
    assert next_limit(urgent, LIMITS) == at(days=min(35 + FOUR.close_days, DAYS))
    assert urged(taken, 2, LIMITS, at(days=35)) is taken


@pytest.mark.parametrize("outcome", ["left", "no_issue"])
def test_closing_disarms_and_reopening_begins_anew(outcome):
    closed = do(case(), "close", outcome=outcome, reason="Selesai.")
    assert due(closed, LIMITS) is None
    assert ticked(closed, LIMITS, at(days=900)) is closed
    again = do(closed, "reopen", by(hours=48), reason="Bukti baru.")
    assert next_limit(again, LIMITS) == at(hours=48 + HOURS)


def test_an_assessment_is_removed_when_it_ends_and_not_before():
    found = do(case(), "assess", text="Dugaan.", reliability="C", credibility=4, expires_at=at(hours=1))
    assert due(found, LIMITS) == at(hours=1)
    gone = ticked(found, LIMITS, at(hours=1))
    assert gone.assessments == ()
    assert gone.history[-1].what == "assessment_over"
    assert "Dugaan" not in gone.model_dump_json()
