"""Where a larger question of the same subject is asked, the smaller one stands behind it and calls nobody."""

from dataclasses import replace

import pytest
from alerts_made import NOW, RULES, alert

from alerts.alert import Alert
from alerts.announce import letters_of
from alerts.inhibition import ranked


def test_the_smaller_question_stands_behind_and_comes_in_front_again() -> None:
    larger, smaller = alert("R02b"), alert("R12")
    first = {one.rule: one for one in ranked([smaller, larger], [], RULES, NOW)}
    assert (first["R12"].behind, first["R12"].history[-1].what, first["R12"].state) == (larger.id, "put_behind", "open")
    assert first["R02b"] is larger
    (again,) = ranked([first["R12"]], [replace(larger, stage="withdrawn")], RULES, NOW)
    assert (again.behind, again.history[-1].what) == ("", "in_front")


def test_it_is_seen_by_readers_and_calls_no_agency() -> None:
    (smaller,) = ranked([alert("R12")], [alert("R02b")], RULES, NOW)
    assert [letter.exchange for letter in letters_of(smaller)] == ["alerts"]
    assert {letter.routing_key for letter in letters_of(alert("R12"))} == {"alert.changed", "to.imigrasi"}


@pytest.mark.parametrize(
    "other",
    [
        alert("R02b", subject="p2"),
        alert("R02b", stage="dismissed"),
        alert("R02b", held_for=frozenset({"hold"})),
        alert("R08"),
    ],
    ids=["of another person", "decided", "on hold", "of another series"],
)
def test_nothing_else_puts_it_behind(other: Alert) -> None:
    smaller = alert("R12")
    assert ranked([smaller], [other], RULES, NOW) == [smaller]


def test_a_rule_names_only_series_that_there_are_and_never_its_own() -> None:
    series = {item.rule.series for item in RULES.compiled.values()}
    for item in RULES.compiled.values():
        assert set(item.rule.behind) <= series - {item.rule.series}
