"""A listing that may be several persons, and a person who comes to live on under another id: R25 and its decisions."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as some

from alerts.alert import Alert
from alerts.facts import WIB
from contracts.snapshots import PersonChanged

NOW = datetime(2026, 3, 2, 11, tzinfo=WIB)
LISTED = {"ref": "l1", "list": "entry_ban", "agency": "imigrasi", "match": "strong", "evidence": ("l1",)}


def crossed(*keys: str) -> list[dict[str, Any]]:
    return [{"action": "entry", "at": NOW, "post": "BADAU", "evidence": (key,)} for key in keys]


def somebody(id: str, version: int, *keys: str, **more: Any) -> PersonChanged:
    said = {"person": id, "version": version, "crossings": crossed(*keys), "watchlist": [LISTED], **more}
    return PersonChanged.model_validate(said)


def listed(memory: Any) -> list[Alert]:
    return [alert for alert in memory.live if alert.rule == "R25"]


def dismissed(memory: Any, alert: Alert) -> Alert:
    decided = replace(alert, stage="dismissed")
    memory.alerts[alert.id] = decided
    return decided


def test_two_namesakes_of_one_listing_have_an_alert_each(memory: Any) -> None:
    memory.tell(somebody("p1", 1, "a"), NOW)
    memory.tell(somebody("p2", 1, "b"), NOW)
    assert sorted(alert.subject.id for alert in listed(memory)) == ["p1", "p2"]


def test_two_who_were_met_at_one_check_have_an_alert_each(memory: Any) -> None:
    for id in ("p1", "p2"):
        check = {"ref": f"c/{id}", "kind": "premises", "basis": "order", "at": NOW, "evidence": ("c",)}
        paper = {"ref": "c", "kind": "passport", "state": "held", "evidence": ("c",)}
        memory.tell(somebody(id, 1, checks=[check], documents=[paper]), NOW)
    assert sorted(alert.subject.id for alert in listed(memory)) == ["p1", "p2"]


def test_a_decision_survives_that_the_person_lives_on_under_another_id(memory: Any) -> None:
    memory.tell(somebody("p1", 1, "a"), NOW)
    decided = dismissed(memory, listed(memory)[0])
    memory.tell(somebody("p1", 2, merged_into="p2", crossings=[], watchlist=[]), NOW)
    memory.tell(somebody("p2", 1, "b", "a"), NOW)
    assert [(alert.id, alert.stage, alert.subject.id) for alert in listed(memory)] == [(decided.id, "dismissed", "p2")]


def test_of_two_alerts_the_decided_one_stands_after_a_merge(memory: Any) -> None:
    memory.tell(somebody("p1", 1, "a"), NOW)
    memory.tell(somebody("p2", 1, "b"), NOW)
    decided = dismissed(memory, next(alert for alert in listed(memory) if alert.subject.id == "p1"))
    memory.tell(somebody("p1", 2, merged_into="p2", crossings=[], watchlist=[]), NOW)
    memory.tell(somebody("p2", 2, "b", "a"), NOW)
    assert [(alert.id, alert.stage) for alert in listed(memory)] == [(decided.id, "dismissed")]


@given(some.permutations([1, 1, 2, 3, 3]))
def test_order_and_repetition_change_nothing(new_memory: Callable[[], Any], versions: list[int]) -> None:
    told = {1: ("b",), 2: ("a", "b"), 3: ("a", "b", "c")}
    memory = new_memory()
    for version in versions:
        memory.tell(somebody("p1", version, *told[version]), NOW)
    [alert] = listed(memory)
    assert (alert.stage, alert.evidence, alert.subject.id) == ("open", ("l1",), "p1")
