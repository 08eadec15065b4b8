"""A list that is read backwards tells every row once, in order, and reads little more than it tells."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.backwards import newest, spans, within
from chassis.errors import Problem
from chassis.listing import Asked, written

NOW = datetime(2026, 3, 5, tzinfo=UTC)
OLDEST = NOW - timedelta(weeks=104)
AGES = st.lists(st.integers(-3600_000, 104 * 7 * 86_400_000 - 1), max_size=40)


def test_the_times_follow_on_one_another_from_a_little_ahead_of_now_to_the_oldest():
    found = list(spans(NOW, OLDEST, timedelta(days=1)))
    assert found[0][1] == NOW + timedelta(days=1)
    assert found[-1][0] == OLDEST
    assert all(earlier[0] == later[1] for earlier, later in pairwise(found))
    assert found[0][0] == NOW - timedelta(seconds=5)
    assert len(found) < 15


def test_no_time_begins_before_the_oldest():
    assert list(spans(OLDEST + timedelta(seconds=2), OLDEST)) == [(OLDEST, OLDEST + timedelta(seconds=2))]
    assert list(spans(OLDEST - timedelta(seconds=2), OLDEST)) == []


def rows_of(ages):
    return [{"_id": f"r{number}", "at": NOW - timedelta(milliseconds=age)} for number, age in enumerate(ages)]


def reader(rows, read=None):
    async def find(span):
        after, to = within(span)["at"]["$gt"], within(span)["at"]["$lte"]
        found = [row for row in rows if after < row["at"] <= to]
        if read is not None:
            read.extend(found)
        return found

    return find


def walk(rows, limit):
    pages, after = [], None
    while True:
        page = asyncio.run(newest(reader(rows), Asked("-at", after, limit), NOW, OLDEST))
        pages.append(page.items)
        if (after := page.next) is None:
            return pages


@given(AGES, st.integers(1, 7))
def test_all_pages_together_are_the_list_in_its_order(ages, limit):
    rows = rows_of(ages)
    pages = walk(rows, limit)
    assert [row for page in pages for row in page] == sorted(rows, key=lambda r: (r["at"], r["_id"]), reverse=True)
    assert all(len(page) == limit for page in pages[:-1])


def test_a_page_of_a_long_list_reads_a_few_times_what_it_tells():
    read = []
    rows = rows_of(range(0, 10_000_000, 1000))
    page = asyncio.run(newest(reader(rows, read), Asked("-at", None, 50), NOW, OLDEST))
    assert len(page.items) == 50
    assert len(read) < 400


@pytest.mark.parametrize("key", [(1,), ("x", "y"), (-1, "y"), (1e12, "y"), (float("nan"), "y"), (1, 2)])
def test_a_position_that_was_not_given_out_is_refused(key):
    with pytest.raises(Problem, match="unknown_position"):
        asyncio.run(newest(reader([]), Asked("-at", written("-at", key), 5), NOW, OLDEST))
