"""What twins do not reach: who has which alert, holds, and that order and repetition change nothing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from alerts.alert import Alert
from alerts.decide import Known, Outcome
from alerts.facts import WIB
from alerts.facts.around import Around
from alerts.facts.tables import read_tables
from alerts.subjects import KINDS
from contracts.messages import PartyChanged
from contracts.snapshots import PersonChanged

NOW = datetime(2026, 3, 2, 11, tzinfo=WIB)
TABLES = read_tables()
VILLAGE = "61.06.14.2001"


def check(ref: str, **more: Any) -> dict[str, Any]:
    said = {"ref": ref, "kind": "premises", "basis": "order", "at": NOW, "village": VILLAGE, "evidence": ("c",)}
    return said | {"activity": "work", "activity_basis": "seen", "screening": "done"} | more


VISIT = {
    "keys": ("k",),
    "opened_on": "2026-02-20",
    "opened_by": "entry",
    "permit_family": "visit",
    "work_allowed": False,
    "ends": "2026-03-20",
    "ends_basis": "printed",
}
LIMITED = {"ref": "t1", "kind": "E31", "family": "limited", "status": "valid", "valid_from": "2025-06-01"}
LIMITED |= {"valid_until": "2026-06-01", "sponsor": "s1", "evidence": ("t1",)}


def told(id: str = "p1", version: int = 1, **said: Any) -> PersonChanged:
    return PersonChanged.model_validate({"person": id, "version": version, **said})


def of(rule: str, memory: Any) -> list[Alert]:
    return [alert for alert in memory.live if alert.rule == rule]


def test_everyone_met_at_one_check_has_an_alert_of_their_own(memory: Any) -> None:
    for id in ("p1", "p2"):
        memory.tell(told(id, stays=[VISIT | {"keys": (f"k{id}",)}], checks=[check(f"c/{id}")]), NOW)
    assert sorted(alert.subject.id for alert in of("R08", memory)) == ["p1", "p2"]


@pytest.mark.parametrize("rule", ["R08", "R09", "R13"])
def test_a_hold_on_the_person_holds_every_contact(rule: str, memory: Any) -> None:
    approval = {"ref": "w1", "status": "approved", "employer": "pt1", "valid_until": "2026-12-31"}
    memory.holds.add("p1")
    permits = [LIMITED | {"work_allowed": False, "sponsor_withdrew_on": "2026-03-01"}]
    memory.tell(told(work=[approval], permits=permits, checks=[check("c/1", employer="pt2")]), NOW)
    assert [alert.state for alert in of(rule, memory)] == ["held"]


def test_a_check_of_a_guarantor_with_nobody_there_wakes_those_it_answers_for(
    world: Callable[..., Any], judge: Callable[..., Outcome]
) -> None:
    known, person = Known("person:p1", {}, {}), told(permits=[LIMITED])
    before = judge(person, known, world(), NOW)
    assert "party:s1" in before.waits
    assert {alert.rule for alert in before.alerts} == {"R12"}
    found = {"basis": "order", "result": "denies", "at": NOW, "evidence": ("e",)}
    party = PartyChanged.model_validate({"party": "s1", "version": 2, "kind": "company", "sponsor_checks": [found]})
    after = judge(person, known, world(), NOW, parties={"s1": party})
    assert [alert.evidence for alert in after.alerts if alert.rule == "R13"] == [("t1", "e")]


def test_a_permit_that_ends_withdraws_what_was_asked_about_its_guarantor(memory: Any) -> None:
    outcome = memory.tell(told(permits=[LIMITED | {"sponsor_withdrew_on": "2026-03-01"}]), NOW)
    ended = datetime(2026, 6, 2, tzinfo=WIB)
    assert outcome.due <= ended
    assert of("R13", memory)
    memory.look("p1", ended)
    assert not of("R13", memory)


@pytest.mark.parametrize(("hours", "fires"), [(24, False), (24.02, True)])
@pytest.mark.parametrize("zone", [UTC, WIB])
def test_a_day_is_24_hours_in_any_zone(hours: float, fires: bool, zone: Any, memory: Any) -> None:
    since = (NOW - timedelta(hours=hours)).astimezone(zone)
    memory.tell(told(checks=[check("c/1", staying="mess", present_since=since)]), NOW)
    assert bool(of("R06", memory)) is fires


SAID: dict[str, list[dict[str, Any]]] = {
    "checks": [
        check("c/1", sponsor="s1", sponsor_result="closed", evidence=("c1",)),
        check("c/2", sponsor="s1", sponsor_result="ok", at=NOW, evidence=("c2",)),
        check("c/3", at=NOW - timedelta(days=1), screening="not_done", evidence=("c3",)),
    ],
    "permits": [LIMITED, LIMITED | {"ref": "t2", "sponsor": "s2", "evidence": ("t2",)}],
    "lookups": [
        {"looked_for": "entry", "result": "no_record", "at": NOW, "evidence": ("l1",)},
        {"looked_for": "entry", "result": "found", "at": NOW + timedelta(hours=1), "evidence": ("l2",)},
    ],
    "work": [
        {"ref": "w1", "status": "approved", "employer": "pt1", "valid_until": "2026-02-28", "evidence": ("w1",)},
        {"ref": "w2", "status": "applied", "employer": "pt1", "evidence": ("w2",)},
    ],
}


def facts(said: dict[str, Any]) -> dict[tuple[str, str], object]:
    items = KINDS["person"].judged_on(told(**said), Around(NOW, TABLES))
    return {(item.anchor, item.keys[0]): dict(item.facts) for item in items}


@given(some.fixed_dictionaries({name: some.permutations(items) for name, items in SAID.items()}))
def test_the_order_in_which_a_snapshot_tells_changes_no_fact(said: dict[str, Any]) -> None:
    assert facts(said) == facts(SAID)


@given(some.permutations([1, 1, 2, 3, 3]))
def test_order_and_repetition_of_snapshots_change_nothing(new_memory: Callable[[], Any], versions: list[int]) -> None:
    found = {1: {"permits": [LIMITED]}, 2: {"permits": [LIMITED | {"sponsor_withdrew_on": "2026-03-01"}]}}
    found[3] = found[2] | {"work": SAID["work"][:1]}
    memory = new_memory()
    for version in versions:
        memory.tell(told(version=version, **found[version]), NOW)
    assert sorted(alert.rule for alert in memory.live) == ["R10", "R12", "R13"]
