"""The dossier as of a day, and as it was known at a time."""

from datetime import date, timedelta

from synthetic import entry, event, leaving, lines_of, moment, night, passport

from registry.dossier import fold
from registry.moments import Moment, as_known_at, as_of
from registry.permits import permit_table

A = passport("A100", name={"full": "Amir Sintetis"}, birth_date="1990-04-02")


def lines(*arrivals):
    """Lines of events, each with the day on which it arrived."""
    return [line for incoming, received_on in arrivals for line in lines_of(incoming, moment(received_on, 20))]


def history(chosen):
    return fold(chosen, permit_table(), person="p", version=1).history


def on(number: int) -> date:
    return date(2026, 1, 1) + timedelta(days=number)


STORY = lines((entry(A, 0, 29), 0), (night(A, 3), 9), (leaving(A, 5), 5))


def test_as_of_a_day_what_happened_later_has_not_happened():
    assert history(as_of(STORY, on(4))).stays[0].closed_on is None
    assert history(as_of(STORY, on(5))).stays[0].closed_on == on(5)
    assert len(history(as_of(STORY, on(4))).lodgings) == 1


def test_as_known_at_a_time_what_arrived_later_was_not_known():
    assert history(as_known_at(STORY, moment(8))).lodgings == ()
    assert history(as_known_at(STORY, moment(10))).lodgings != ()


def test_both_together_tell_what_was_known_then_of_a_day_before():
    assert history(Moment(day=on(4), known_at=moment(8)).of(STORY)).presences == ()
    assert history(Moment(day=on(4)).of(STORY)).presences != ()


def test_a_correction_counts_on_every_day_but_only_once_it_is_known():
    corrected = lines((entry(A, 2, 31, id="1"), 2), (entry(A, 20, 49, id="2", corrects="1"), 30))
    assert history(as_of(corrected, on(10))).stays == ()
    assert history(Moment(day=on(10), known_at=moment(25)).of(corrected)).stays[0].opened_on == on(2)


def test_a_withdrawal_counts_on_days_before_it_was_made():
    taken_back = event("plbn-badau", "crossing", None, moment(40), id="2", voids="1")
    events = lines((entry(A, 2, 31, id="1"), 2), (taken_back, 40))
    assert history(as_of(events, on(10))).stays == ()
    assert history(as_known_at(events, moment(30))).stays != ()


def test_today_is_the_whole_story():
    assert history(Moment().of(STORY)) == history(STORY)
