"""What is due, by which rule, from which day: decided from the dossier alone."""

from datetime import date

import pytest
from memory import after
from synthetic import day, entry, event, leaving, moment, night, passport

from registry.retention import Retention, due, retention_table

WHO = passport("A1")
RULES = retention_table()


def dues(*arrivals):
    memory = after(*arrivals)
    [state] = memory.living()
    return due(memory.settler.dossier(state), RULES)


def plus(number, years):
    """The day of 2026 of that number, so many years later."""
    found = date.fromisoformat(day(number))
    return found.replace(year=found.year + years)


def test_the_rules_shipped_are_dated_and_not_signed():
    assert RULES.as_of <= date(2026, 12, 31)
    assert RULES.signed_by is None


def test_a_closed_lawful_stay_goes_after_three_years():
    [whole] = dues(entry(WHO, 0, 29), leaving(WHO, 9))
    assert (whole.on, whole.rule, whole.events) == (plus(9, 3), "closed_lawful_stay", None)


def test_a_stay_without_an_exit_goes_five_years_after_its_permit():
    [whole] = dues(entry(WHO, 0, 29))
    assert (whole.on, whole.rule) == (plus(29, 5), "open_stay")


def test_who_left_too_late_is_kept_as_if_there_were_no_exit():
    [whole] = dues(entry(WHO, 0, 29), leaving(WHO, 40))
    assert (whole.on, whole.rule) == (plus(40, 5), "open_stay")


def test_nights_of_who_left_in_time_go_after_one_year():
    first, whole = dues(entry(WHO, 0, 29), night(WHO, 2), leaving(WHO, 9))
    assert (first.on, first.rule, len(first.events)) == (plus(9, 1), "lodging", 1)
    assert (whole.on, whole.rule) == (plus(9, 3), "closed_lawful_stay")


def test_nights_of_who_has_not_left_stay():
    [whole] = dues(entry(WHO, 0, 29), night(WHO, 2))
    assert whole.events is None


def test_of_two_stays_the_older_goes_first_and_takes_nothing_of_the_newer():
    first, second = entry(WHO, 0, 29), entry(WHO, 100, 129)
    older, whole = dues(first, leaving(WHO, 9), second, leaving(WHO, 110))
    assert (older.on, len(older.events)) == (plus(9, 3), 2)
    assert (whole.on, whole.events) == (plus(110, 3), None)


def test_nobody_of_whom_there_was_news_lately_is_erased_whole():
    late = night(WHO, 170)
    *_, whole = dues(entry(WHO, 0, 29), leaving(WHO, 9), late)
    assert whole.on == plus(170, 3)


def test_whoever_is_on_a_list_is_kept():
    data = {"action": "listed", "list": "wanted", "listing_no": "L-7", "person": WHO, "authority": "X", "ground": "Y"}
    data |= {"from": day(0), "review_by": day(90)}
    assert dues(entry(WHO, 0, 29), leaving(WHO, 9), event("imigrasi", "watchlist", data, moment(3))) == ()


BACK = event("plbn-badau", "crossing", None, moment(3), voids="e")
ELSEWHERE = entry(passport("B1"), 2, 29, id="k", corrects="e")


@pytest.mark.parametrize(("last", "on"), [(BACK, 3), (ELSEWHERE, 2)], ids=["taken back", "corrected to somebody else"])
def test_whoever_nothing_is_known_of_any_more_goes_five_years_after_the_last_that_was_told(last, on):
    memory = after(entry(WHO, 0, 29, id="e"), last)
    [state] = [one for one in memory.living() if not memory.settler.dossier(one).lines]
    [whole] = due(memory.settler.dossier(state), RULES)
    assert (whole.on, whole.rule, whole.events) == (plus(on, 5), "open_stay", None)
    assert state.due == (whole.on.isoformat(), "open_stay")


@pytest.mark.parametrize(
    ("span", "begin", "end"),
    [
        ({"years": 1}, date(2028, 2, 29), date(2029, 2, 28)),
        ({"months": 3}, date(2026, 11, 30), date(2027, 2, 28)),
        ({"days": 90}, date(2026, 1, 1), date(2026, 4, 1)),
    ],
)
def test_spans_go_by_the_calendar(span, begin, end):
    rules = Retention.model_validate({**RULES.model_dump(), "lodging": span})
    assert rules.lodging.after(begin) == end
