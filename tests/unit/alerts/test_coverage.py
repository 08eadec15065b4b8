"""Nothing seen means something only where every clearing source was watching."""

from datetime import datetime, timedelta

import pytest

from alerts.coverage import Period, covered, waits_for
from alerts.facts import WIB
from contracts.messages import SourceChanged

NOON = datetime(2026, 3, 1, 12, tzinfo=WIB)


def hours(*pairs: tuple[float, float]) -> list[tuple[datetime, datetime]]:
    return [(NOON + timedelta(hours=start), NOON + timedelta(hours=end)) for start, end in pairs]


@pytest.mark.parametrize(
    ("intervals", "expected"),
    [
        ([], False),
        ([(0, 10)], True),
        ([(0, 9.9)], False),
        ([(0, 4), (4, 10)], True),
        ([(4, 10), (0, 4)], True),
        ([(0, 4), (4 + 1 / 60, 10)], True),
        ([(0, 4), (4.1, 10)], False),
        ([(0, 8), (2, 3), (7, 10)], True),
        ([(-9, -5), (-2, 11)], True),
        ([(-9, -5)], False),
        ([(6, 10)], True),
        ([(6, 9)], False),
        ([(11, 20)], False),
    ],
    ids=["nothing", "all", "ends early", "touching", "out of order", "to the minute", "a gap", "overlapping",
         "a gap before it", "only before it", "began within it", "began and ended early", "began after it"],
)  # fmt: skip
def test_a_period_is_covered_by_the_union_of_what_was_declared(
    intervals: list[tuple[float, float]], expected: bool
) -> None:
    assert covered(hours(*intervals), Period(NOON, NOON + timedelta(hours=10))) is expected


def source(name: str, clears: str, *pairs: tuple[float, float]) -> SourceChanged:
    return SourceChanged(
        agency="a", source=name, version=1, rhythm_hours=24, clears=(clears,), covers=tuple(hours(*pairs))
    )


def test_every_source_that_clears_it_must_cover_it() -> None:
    period = Period(NOON, NOON + timedelta(hours=10))
    sources = [source("one", "exit", (0, 10)), source("two", "exit", (0, 5)), source("three", "lodging")]
    assert waits_for(sources, "exit", period) == frozenset({"a/two"})


def test_where_no_source_clears_it_nothing_can_be_said() -> None:
    assert waits_for([source("one", "lodging", (0, 10))], "exit", Period(NOON, NOON)) is None
