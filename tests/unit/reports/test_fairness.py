"""The share of a citizenship among those a rule finds, beside its share of all; nobody stands alone in a cell."""

from hypothesis import given
from hypothesis import strategies as st

from reports.fairness import OTHERS, SMALL, Share, shares

COUNTS = st.dictionaries(st.sampled_from(["UTO", "AAA", "BBB", "CCC", "DDD"]), st.integers(0, 40), min_size=1)


def test_each_share_stands_beside_the_base_rate() -> None:
    assert shares({"UTO": 60, "AAA": 40}, {"UTO": 6, "AAA": 6}) == [
        Share("UTO", 60, 5, 0.6, 0.5),
        Share("AAA", 40, 5, 0.4, 0.5),
    ]


def test_fewer_than_five_found_are_not_compared() -> None:
    assert shares({"UTO": 60}, {"UTO": 4}) == []


def test_small_cells_stand_together() -> None:
    rows = shares({"UTO": 60, "AAA": 4, "BBB": 30}, {"UTO": 20, "AAA": 3, "BBB": 2})
    assert [(row.citizenship, row.people, row.found) for row in rows] == [("UTO", 60, 20), (OTHERS, 35, 5)]


@given(COUNTS, COUNTS, st.data())
def test_no_cell_under_five_is_told_nor_follows_from_two_reports(
    people: dict[str, int], found: dict[str, int], data: st.DataObject
) -> None:
    found = {name: min(n, people.get(name, 0)) for name, n in found.items() if name in people}
    one_more = data.draw(st.sampled_from(sorted(people)))
    later = {**people, one_more: people[one_more] + 1}, {**found, one_more: found.get(one_more, 0) + 1}
    for rows in (shares(people, found), shares(*later)):
        assert all(row.found >= SMALL for row in rows)
        assert all(number % SMALL == 0 for row in rows for number in (row.people, row.found))
