"""Why an alert is there: every condition of its rule with its value, and what would end it."""

from datetime import datetime

import pytest

from alerts.explain import conditions, parts
from alerts.facts.around import Around
from alerts.facts.tables import read_tables
from alerts.rulebook import load
from alerts.rules import Rule
from alerts.subjects import KINDS

RULES, TABLES = load(), read_tables()


@pytest.mark.parametrize(
    ("condition", "cut"),
    [
        ("a.b && !a.c && (a.d || a.e)", ["a.b", "!a.c", "(a.d || a.e)"]),
        ("a.b || a.c && a.d", ["a.b || a.c && a.d"]),
        ("a.b == ' && ' && size([1, 2]) > 1", ["a.b == ' && '", "size([1, 2]) > 1"]),
        ("a.b\n  && a.c", ["a.b", "a.c"]),
    ],
)
def test_a_condition_is_cut_where_every_part_has_to_be_true(condition: str, cut: list[str]) -> None:
    assert parts(condition) == cut


@pytest.mark.parametrize("rule", [item.rule for item in RULES.compiled.values()], ids=lambda rule: rule.id)
def test_where_a_rule_fires_no_part_of_it_is_false(rule: Rule) -> None:
    for twin in rule.twins.must_fire:
        parties = {party.party: party for party in twin.parties}
        around = Around(twin.now, TABLES, {}, parties, twin.shares)
        items = KINDS[twin.key.split(":", maxsplit=1)[0]].judged_on(twin.told(), around)
        found = [conditions(rule, item.facts, twin.now) for item in items if item.anchor == rule.anchor]
        assert any(all(part["holds"] is not False for part in one) for one in found), twin.name


def test_a_plain_part_says_what_would_end_it_and_any_other_names_its_facts() -> None:
    rule = RULES.compiled["R02a"].rule
    now = datetime.fromisoformat("2026-03-03T00:00:00+07:00")
    found = {one["text"]: one for one in conditions(rule, {"stay.open": True, "stay.impeded": False}, now)}
    assert (found["stay.open"]["holds"], found["stay.open"]["ends"]) == (True, False)
    assert (found["!stay.impeded"]["holds"], found["!stay.impeded"]["ends"]) == (True, True)
    assert found["!stay.impeded"]["facts"][0]["label"]["en"] == "Lawful impediment"
    late = found["now >= stay.ends + duration('24h')"]
    assert (late["holds"], late["ends"], [fact["name"] for fact in late["facts"]]) == (None, None, ["stay.ends"])
