"""Nothing seen means something only where every clearing source was watching."""

from datetime import datetime, timedelta

import pytest

from alerts.coverage import Period, covered, unasked, waits_for
from alerts.facts import WIB
from alerts.facts.tables import read_tables
from alerts.rules import Absence
from alerts.ruleset import Ruleset
from alerts.world import World
from contracts.agencies import Agency
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


@pytest.mark.parametrize(
    ("here", "waited"),
    [(False, {"a/two", "a/far"}), (True, {"a/two"})],
    ids=["every source that clears it", "only those of the village"],
)
def test_every_source_that_could_clear_it_must_cover_it(here: bool, waited: set[str]) -> None:
    period = Period(NOON, NOON + timedelta(hours=10))
    told = [
        source("one", "exit", (0, 10)),
        source("two", "exit", (0, 5)),
        source("far", "exit"),
        source("no", "lodging"),
    ]
    agency = {"code": "a", "names": {"id": "a", "en": "a"}, "area": ["61.06"], "may_send": {}, "contact": "c"}
    sources = [
        {"code": one.source, "uri": f"/{one.source}", "names": agency["names"], "rhythm_hours": 24, "village": village}
        for one, village in zip(told, ("61.06.01.1001", "61.06.01.1001", "61.06.02.1001", None), strict=True)
    ]
    agencies = [Agency.model_validate(agency | {"sources": sources})]
    world = World(Ruleset([]), lambda *_: "", agencies, {f"a/{one.source}": one for one in told}, read_tables())
    absence = Absence.model_validate({"clears": "exit", "from": "now", "until": {"fact": "now"}, "here": here})
    assert waits_for(world.clearing(absence, "61.06.01.1001"), period) == waited


def test_where_no_source_clears_it_nothing_can_be_said() -> None:
    assert waits_for([], Period(NOON, NOON)) is None


@pytest.mark.parametrize(
    ("there", "waited", "nobody"),
    [
        ([("new", (11, 20))], {"a/new"}, True),
        ([("new", (11, 20)), ("newer", (15, 20))], {"a/new", "a/newer"}, True),
        ([("new", (11, 20)), ("old", (0, 20))], set(), False),
        ([("new", (11, 20)), ("old", (0, 5))], {"a/old"}, False),
        ([("new", (11, 20)), ("unheard",)], {"a/unheard"}, False),
    ],
    ids=["only later", "all later", "beside one that covers it", "beside one that is late", "beside one never heard"],
)
def test_a_source_that_began_later_is_not_asked_about_what_was_before(there, waited, nobody) -> None:
    period = Period(NOON, NOON + timedelta(hours=10))
    told = [source(name, "exit", *spans) for name, *spans in there]
    assert (waits_for(told, period), unasked(told, period)) == (waited, nobody)
