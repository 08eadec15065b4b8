"""Every rule finds its cases and leaves its look-alikes alone; a rule that profiles does not compile."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from alerts.decide import Known, Outcome
from alerts.facts import FACTS
from alerts.facts.tables import read_tables
from alerts.rehearsal import answer
from alerts.rulebook import load
from alerts.rules import Rule, RuleError, compile_rule
from alerts.ruleset import Ruleset
from alerts.twins import Twin
from alerts.world import World

RULES, TABLES = load(), read_tables()
CASES = [
    pytest.param(item.rule, twin, fires, id=f"{item.rule.id}: {twin.name}")
    for item in RULES.compiled.values()
    for fires, twins in ((True, item.rule.twins.must_fire), (False, item.rule.twins.must_not_fire))
    for twin in twins
]


@pytest.mark.parametrize(("rule", "twin", "fires"), CASES)
def test_a_rule_finds_its_cases_and_leaves_its_look_alikes_alone(rule: Rule, twin: Twin, fires: bool) -> None:
    assert answer(rule.id, twin, RULES, TABLES) == (("held" if twin.held else "open") if fires else None)


def changed(**fields: Any) -> Rule:
    return RULES.compiled["R02a"].rule.model_copy(update=fields)


@pytest.mark.parametrize(
    "name",
    ["citizenship", "person.citizenship", "religion", "ethnicity", "sex", "person.sex", "language", "document.issuer",
     "phone.country", "permit.kind", "stay.opne"],
)  # fmt: skip
def test_a_rule_that_names_what_is_not_in_the_table_is_refused(name: str) -> None:
    with pytest.raises(RuleError, match=r"R02a: .*undeclared reference"):
        compile_rule(changed(condition=f"stay.open && {name} == 'X'"))


@pytest.mark.parametrize("condition", ["stay.ends", "stay.open == 'yes'", "stay.open &&", "source.due < now"])
def test_a_mistyped_or_misplaced_condition_is_refused(condition: str) -> None:
    with pytest.raises(RuleError, match="R02a"):
        compile_rule(changed(condition=condition))


def test_two_rules_of_one_id_are_refused() -> None:
    with pytest.raises(RuleError):
        Ruleset([changed(), changed()])


def test_no_fact_is_about_who_somebody_is() -> None:
    names = " ".join(name for table in FACTS.values() for name in table)
    assert not any(word in names for word in ("citizen", "nation", "relig", "ethn", "sex", "lang", "issuer", "phone"))


def test_an_expired_rule_raises_nothing(world: Callable[..., World], judge: Callable[..., Outcome]) -> None:
    rule = RULES.compiled["R02a"].rule
    twin = rule.twins.must_fire[0].model_copy(update={"now": datetime.fromisoformat("2027-11-24T00:00:00+07:00")})
    assert not judge(twin.told(), Known("person:1", {}, {}), world(), twin.now).alerts


def test_every_rule_says_in_both_languages_that_it_asks() -> None:
    for item in RULES.compiled.values():
        assert "klarifikasi" in item.rule.wording.id
        assert "eeds clarification" in item.rule.wording.en
        for words in (item.rule.title, item.rule.wording):
            assert not any(word in f"{words.id} {words.en}".lower() for word in ("illegal", "ilegal", "overstay"))
