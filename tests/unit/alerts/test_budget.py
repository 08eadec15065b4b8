"""A rule that asks more of an agency than it can look at in a week is told of, by rule and agency."""

from dataclasses import replace
from datetime import date, timedelta

from alerts_made import NOW, alert

from alerts.alert import Alert
from alerts.budget import Overdrawn, overdrawn
from alerts.facts.budget import Budget

BUDGET = Budget(as_of=date(2026, 1, 1), source="uji", signed_off_by=None, per_week=2, agencies={"polres": 3})


def many(count: int, rule: str = "R12", **fields: object) -> list[Alert]:
    return [replace(alert(rule, f"p{number}"), **fields) for number in range(count)]


def test_it_counts_by_rule_and_agency_what_was_raised_in_seven_days() -> None:
    old = many(9, opened_at=NOW - timedelta(days=7))
    both = many(3, agencies=("imigrasi", "polres"))
    assert overdrawn([*old, *both, *many(2, rule="R11")], BUDGET, NOW) == [Overdrawn("R12", "imigrasi", 3, 2)]


def test_what_withdrew_counts_as_well_it_had_to_be_looked_at() -> None:
    assert overdrawn(many(3, stage="withdrawn"), BUDGET, NOW) == [Overdrawn("R12", "imigrasi", 3, 2)]
