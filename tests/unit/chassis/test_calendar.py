"""Days and moments in a question: no year in which a day more, or another zone, is in no year at all."""

import pytest
from pydantic import TypeAdapter, ValidationError

from chassis.calendar import Day, Instant
from chassis.errors import Problem


@pytest.mark.parametrize("day", ["1900-01-01", "2026-11-27", "2199-12-31"])
def test_a_day_that_can_be_counted_with_is_taken(day):
    assert TypeAdapter(Day | None).validate_python(day).isoformat() == day


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"])
def test_a_day_of_another_age_is_refused_with_a_reason(day):
    with pytest.raises(Problem) as refused:
        TypeAdapter(Day | None).validate_python(day)
    assert (refused.value.status, refused.value.code) == (422, "out_of_calendar")


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_so_is_a_moment_that_is_in_no_year_elsewhere(moment):
    with pytest.raises(Problem):
        TypeAdapter(Instant).validate_python(moment)


def test_what_is_no_date_is_told_by_the_field_as_ever():
    with pytest.raises(ValidationError):
        TypeAdapter(Day).validate_python("besok")
