"""A rule's life: no step is left out, a second person approves, one hand is enough to stop it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import yaml

from alerts.life import NotNow, SameHand, Step, Version, drafted, read_rule, shipped
from alerts.rulebook import ruleset_of, texts
from alerts.rules import RuleError

AT = datetime(2026, 11, 25, tzinfo=UTC)
WEEK = timedelta(days=7)
R12 = next(text for text in texts() if "\nid: R12\n" in f"\n{text}")


def step(what: str, by: str = "ani", days: float = 0) -> Step:
    return Step(AT + timedelta(days=days), by, what, "karena perlu")


def next_text(**fields: str) -> str:
    return yaml.safe_dump(yaml.safe_load(R12) | {"version": 2, **fields})


@pytest.fixture
def draft() -> Version:
    return drafted(next_text(), step("draft"))


@pytest.fixture
def tried(draft: Version) -> Version:
    return draft.to_be_tried(step("backtest")).tried({"hits": 3})


@pytest.fixture
def watched(tried: Version) -> Version:
    return tried.on_probation(step("probation"))


def test_from_the_draft_to_a_year_in_force(watched: Version) -> None:
    active = watched.approved(step("approve", "budi", 8), WEEK)
    assert (active.stage, active.wanted, active.author) == ("active", "sweep", "ani")
    assert active.expires == (AT + timedelta(days=8 + 365)).date()
    renewed = active.renewed(step("renew", "budi", 300))
    assert renewed.expires == (AT + timedelta(days=300 + 365)).date()
    assert [one.what for one in renewed.history] == ["draft", "backtest", "probation", "approve", "renew"]


def test_no_step_is_left_out(draft: Version, tried: Version, watched: Version) -> None:
    with pytest.raises(NotNow, match="not_tried"):
        draft.on_probation(step("probation"))
    with pytest.raises(NotNow, match="wrong_state"):
        tried.approved(step("approve", "budi", 9), WEEK)
    with pytest.raises(NotNow, match="on_probation"):
        watched.approved(step("approve", "budi", 6.9), WEEK)
    with pytest.raises(NotNow, match="wrong_state"):
        draft.killed(step("killed"))


def test_whoever_wrote_or_stopped_it_does_not_approve_it(watched: Version) -> None:
    with pytest.raises(SameHand):
        watched.approved(step("approve", "ani", 8), WEEK)
    active = watched.approved(step("approve", "budi", 8), WEEK)
    with pytest.raises(SameHand):
        active.renewed(step("renew", "ani", 9))
    stopped = active.killed(step("killed", "citra", 9))
    with pytest.raises(SameHand):
        stopped.approved(step("approve", "citra", 9), WEEK)
    assert stopped.approved(step("approve", "budi", 9), WEEK).stage == "active"


def test_what_was_stopped_on_probation_begins_its_probation_again(watched: Version) -> None:
    stopped = watched.killed(step("killed", "citra", 1))
    with pytest.raises(NotNow, match="on_probation"):
        stopped.approved(step("approve", "budi", 2), WEEK)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (next_text(condition="person.citizenship == 'UTO'"), "undeclared reference"),
        (next_text(condition="permit.valid && sex == 'F'"), "undeclared reference"),
        ("id: [", "no YAML"),
        ("42", "rule"),
        (R12.replace("severity:", "severity_of:"), "severity"),
        (R12.replace("anchor: permit", "anchor: religion"), "no table of facts"),
    ],
    ids=["citizenship", "sex", "no yaml", "no rule", "a field is missing", "no such table"],
)
def test_what_is_no_rule_or_profiles_is_refused(text: str, why: str) -> None:
    with pytest.raises(RuleError, match=why):
        read_rule(text)


def test_what_comes_with_the_software_is_in_force_once_and_later_a_draft() -> None:
    first, later = shipped(R12, "active", AT), shipped(next_text(), "draft", AT)
    assert (first.stage, later.stage) == ("active", "draft")
    with pytest.raises(NotNow):
        later.approved(step("approve", "budi", 30), WEEK)


def test_rules_in_force_on_probation_stopped_and_kept(watched: Version) -> None:
    first = shipped(R12, "active", AT)
    rules = ruleset_of([first, watched])
    assert (rules.compiled["R12"].rule.version, [one.rule.version for one in rules.shadows("permit")]) == (1, [2])
    assert rules.rule("R12", 2) == watched.rule
    stopped = ruleset_of([first.killed(step("killed")), watched])
    assert stopped.compiled["R12"].stopped
    assert stopped.digest != rules.digest
    both: list[Any] = [first.retired(step("approve")), watched.approved(step("approve", "budi", 8), WEEK)]
    assert ruleset_of(both).compiled["R12"].rule.version == 2
    assert replace(first, expires=first.expires + WEEK).in_force.expires == first.rule.expires + WEEK
