import base64
import json
import random
from itertools import count

import pytest

from chassis.errors import Problem
from chassis.listing import Asked, written

ROWS = [(n % 3, f"id-{n}") for n in range(12)]


def walked(rows, order, limit, between=lambda: None):
    """All pages, one after the other; `between` them something happens to the rows."""
    found, after = [], None
    while True:
        page = Asked(order, after, limit).page(rows, lambda row: row)
        found += page.items
        if page.next is None:
            return found
        after = page.next
        between()


@pytest.mark.parametrize("limit", [1, 2, 5, 11, 12, 500])
@pytest.mark.parametrize("order", ["n", "-n"])
def test_pages_make_the_whole_list_in_order(order, limit):
    rows = random.Random(limit).sample(ROWS, len(ROWS))
    assert walked(rows, order, limit) == sorted(ROWS, reverse=order == "-n")


@pytest.mark.parametrize("order", ["n", "-n"])
def test_what_comes_or_goes_meanwhile_neither_repeats_nor_hides_what_was_there(order):
    chance, rows, number = random.Random(1), list(ROWS), count()

    def happen():
        rows.extend((chance.randrange(3), f"new-{next(number)}") for _ in range(2))
        rows.remove(chance.choice([row for row in rows if row[1].startswith("new-")]))

    found = walked(rows, order, 2, happen)
    assert len(found) == len(set(found))
    assert set(ROWS) <= set(found)


def test_what_is_not_known_comes_before_everything_and_is_paged_like_it():
    rows = [(None, "a"), (2, "b"), (None, "c"), (1, "d")]
    assert walked(rows, "n", 1) == [(None, "a"), (None, "c"), (1, "d"), (2, "b")]
    assert walked(rows, "-n", 1) == [(2, "b"), (1, "d"), (None, "c"), (None, "a")]


@pytest.mark.parametrize(
    "after",
    [
        "",
        "?",
        "é",
        "bm90IGpzb24=",
        written("-n", (1, "id-1")),
        written("n", ()),
        written("n", ("one", "id-1")),
        written("n", (1, 1)),
        base64.urlsafe_b64encode(json.dumps({"n": 1}).encode()).decode(),
        base64.urlsafe_b64encode(json.dumps(["n", [1], {}]).encode()).decode(),
        base64.urlsafe_b64encode(b"[" * 5000).decode(),
    ],
)
def test_a_position_that_was_not_given_out_for_this_order_is_refused(after):
    with pytest.raises(Problem) as refused:
        Asked("n", after, 5).page(ROWS, lambda row: row)
    assert (refused.value.status, refused.value.code) == (422, "unknown_position")
