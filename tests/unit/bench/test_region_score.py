"""The account of the labelled region: what is found, missed, false, taken back; what the reports say and is not so."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from region import visits
from region.clock import Clock
from region.fact import differing, flaws
from region.people import crowd
from region.places import at
from region.score import Found, scored
from region.telling import Life
from region.truth import Expected, expected

DAYS = 60
CLOCK = Clock(DAYS)


def due(begins: int, ends: int | None = None, event: str = "L1/0") -> Expected:
    return Expected("R06", "thing", frozenset({event}), at(begins), None if ends is None else at(ends), "L1")


def alert(begins: int, ends: int | None = None, event: str = "L1/0", hours: float = 0) -> Found:
    until = None if ends is None else at(ends)
    return Found(f"a-{begins}", "R06", frozenset({event}), at(begins) + timedelta(hours=hours), until, at(begins + 1))


@pytest.mark.parametrize(
    ("should", "seen", "account"),
    [
        pytest.param([due(3)], [alert(3)], (1, 0, 0, 0), id="there and stands"),
        pytest.param([due(3)], [], (0, 1, 0, 0), id="never raised"),
        pytest.param([due(3)], [alert(3, 9)], (0, 1, 0, 1), id="should stand, was taken back"),
        pytest.param([], [alert(3)], (0, 0, 1, 0), id="without ground"),
        pytest.param([due(3, 9)], [alert(3)], (1, 0, 1, 0), id="should have ended and goes on"),
        pytest.param([due(3, 9)], [alert(3, 9)], (1, 0, 0, 0), id="ends as it should"),
        pytest.param([], [alert(3, 9)], (0, 0, 0, 1), id="without ground, takes itself back"),
        pytest.param([due(3)], [alert(3, event="L2/0")], (0, 1, 1, 0), id="about somebody else"),
        pytest.param([due(3, 5)], [alert(9, 12)], (0, 1, 0, 1), id="too late"),
    ],
)
def test_each_alert_is_found_or_missed_or_false_or_taken_back(should, seen, account):
    score = scored(should, should, seen)["R06"]
    assert (score.found, len(score.missed), len(score.false), len(score.withdrew)) == account


def test_time_runs_from_when_the_evidence_was_there():
    score = scored([due(3)], [], [alert(3, hours=2)])["R06"]
    assert (score.raised, score.opened) == ([2.0], [24.0])


def test_the_second_of_two_about_the_same_is_false():
    score = scored([due(3)], [], [alert(3), alert(4)])["R06"]
    assert (score.found, [one.alert for one in score.false]) == (1, ["a-4"])


def visitor(flaw: str) -> tuple[Life, list]:
    """Came and left in time; `flaw` is what happened to the report of the exit."""
    life = Life("lawful", "L1", next(crowd(Random(3))), Random(1))
    visits.often(life, 330)
    told = [replace(said, at=at(number), sent=at(number)) for number, said in enumerate(life.said[:2])]
    told[0] = replace(told[0], data={**told[0].data, "valid_until": at(20).date().isoformat()})
    told[1] = replace(told[1], flaw=flaw)
    return life, [replace(said, arrived=None if said.flaw == "lost" else CLOCK.after(said.at)) for said in told]


@pytest.mark.parametrize(("flaw", "not_so"), [("lost", ["R02a"]), ("", [])])
def test_a_lost_exit_makes_an_alert_that_is_right_by_the_reports_and_not_so(flaw, not_so):
    life, told = visitor(flaw)
    stands = expected({"L1": life}, [said for said in told if said.arrived], CLOCK)
    wrong, untold = differing({"L1": life}, told, CLOCK, stands)
    assert ([one.rule for one in wrong], untold, flaws(told, "L1")) == (not_so, [], flaw)
