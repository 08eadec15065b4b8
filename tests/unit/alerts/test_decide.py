"""One alert a stay: it changes, waits, withdraws and comes back; a decision stands."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from alerts.alert import Decision, Refused
from alerts.facts import WIB
from contracts.snapshots import Lookup, PersonChanged, Presence, Stay

People = Callable[..., PersonChanged]
Stays = Callable[..., Stay]
Memory = Any
"""The memory of conftest.py, which applies outcomes as the store does."""
# The last permitted day of every stay here is 28 February.
END = datetime(2026, 3, 1, tzinfo=WIB)
SEEN = (Presence(kind="check", at=END + timedelta(hours=30), evidence=("e9",)),)


def days(number: float) -> datetime:
    return END + timedelta(days=number)


@pytest.mark.parametrize(
    ("after", "rule"),
    [(0.99, None), (1, "R02a"), (1.99, "R02a"), (2, "R02b"), (58.5, "R02b"), (59.99, "R02b"), (60, "R03"), (61, "R03")],
    ids=["before 24 h", "24 h", "before 48 h", "48 h", "day 59", "day 60", "day 61", "day 62"],
)
def test_the_series_of_the_end_by_day(memory: Memory, person: People, after: float, rule: str | None) -> None:
    memory.tell(person(1, presences=SEEN), days(after))
    assert {alert.rule for alert in memory.live} == ({rule} if rule else set())


def test_one_alert_runs_through_the_series(memory: Memory, person: People) -> None:
    memory.tell(person(1), days(1))
    first = memory.only()
    memory.tell(person(2, presences=SEEN), days(2))
    memory.look("p1", days(60))
    last = memory.only()
    assert (last.id, last.rule, last.severity, last.side) == (first.id, "R03", 3, "enforcement")
    assert [entry.what for entry in last.history] == ["raised", "rule_changed", "rule_changed"]
    assert "e9" in last.evidence
    assert last.agencies == ("imigrasi", "polres")


def test_the_reminder_changes_with_the_days_and_ends_with_the_stay(memory: Memory, person: People) -> None:
    seen = []
    due = memory.tell(person(1), days(-30)).due
    while due is not None and due <= END:
        due = memory.look("p1", due).due
        seen.append([alert.reading for alert in memory.live])
    assert seen == [["14"], ["7"], ["3"], []]
    assert due == days(1)


def test_an_extension_withdraws_and_says_what_changed(memory: Memory, person: People, stay: Stays) -> None:
    memory.tell(person(1), days(1))
    memory.tell(person(2, stay(ends=date(2026, 4, 29), extended=True)), days(3))
    (alert,) = memory.alerts.values()
    assert (alert.stage, alert.history[-1].what) == ("withdrawn", "withdrawn")
    assert ("stay.ends", END, datetime(2026, 4, 30, tzinfo=WIB)) in alert.history[-1].changed


@pytest.mark.parametrize(
    "late",
    [
        {"stays": [{"closed_on": date(2026, 2, 27), "closed_by": "exit"}]},
        {"stays": [{"application_pending": True}]},
        {"lookups": (Lookup(looked_for="exit", result="found", at=days(2)),)},
    ],
    ids=["an exit", "a paid application", "an exit found by a query"],
)
def test_late_evidence_withdraws_and_its_end_brings_the_same_alert_back(
    memory: Memory, person: People, stay: Stays, late: dict[str, Any]
) -> None:
    memory.tell(person(1, presences=SEEN), days(3))
    fields = {name: value for name, value in late.items() if name != "stays"}
    memory.tell(person(2, *(stay(**one) for one in late.get("stays", [])), presences=SEEN, **fields), days(4))
    assert not memory.live
    memory.tell(person(3, presences=SEEN), days(5))
    assert memory.only().stage == "open"
    assert [entry.what for entry in memory.only().history] == ["raised", "withdrawn", "reopened"]


def test_an_alert_waits_for_its_sources_and_then_stands(memory: Memory, person: People) -> None:
    memory.cover([(days(-60), days(0.5))])
    outcome = memory.tell(person(1), days(1))
    assert (memory.only().state, outcome.waits) == ("held", {"plbn/pos"})
    with pytest.raises(Refused):
        memory.only().commanded("acknowledge", "ani", days(1))
    memory.cover([(days(-60), days(1))])
    outcome = memory.look("p1", days(1.1))
    assert (memory.only().state, outcome.waits) == ("open", frozenset())
    assert [entry.what for entry in memory.only().history] == ["raised", "resumed"]


def test_nobody_is_asked_about_what_was_before_the_sources_began(memory: Memory, person: People) -> None:
    memory.cover([])
    memory.tell(person(1), days(1))
    assert memory.only().state == "held"
    memory.cover([(days(1.5), days(3))])
    memory.look("p1", days(3))
    assert [alert.stage for alert in memory.alerts.values()] == ["withdrawn"]
    memory.cover([(days(0.5), days(3))])
    memory.look("p1", days(3))
    assert memory.only().state == "open"


def test_a_hold_keeps_the_stage_and_gives_it_back(memory: Memory, person: People) -> None:
    memory.tell(person(1), days(1))
    alert = memory.only().commanded("acknowledge", "ani", days(1.1))
    memory.alerts[alert.id] = alert
    memory.holds.add("p1")
    memory.look("p1", days(1.2))
    assert memory.only().state == "held"
    memory.holds.clear()
    memory.look("p1", days(1.3))
    assert memory.only().state == "acknowledged"


def test_a_second_cause_of_a_hold_shows_nowhere(memory: Memory, person: People) -> None:
    memory.cover([])
    memory.tell(person(1), days(1))
    before = memory.only()
    memory.holds.add("p1")
    memory.look("p1", days(1.2))
    assert memory.only().held_for == {"coverage", "hold"}
    assert (memory.only().revision, memory.only().history) == (before.revision, before.history)
    memory.cover()
    memory.look("p1", days(1.3))
    assert (memory.only().state, memory.only().revision) == ("held", before.revision)


def test_a_decision_stands_and_the_decider_sees_new_evidence_once(memory: Memory, person: People) -> None:
    memory.tell(person(1), days(1))
    alert = memory.only().commanded("review", "ani", days(1.1))
    alert = alert.decided(Decision("dismissed", "left by another post", "ani", days(1.2)))
    memory.alerts[alert.id] = alert
    memory.tell(person(2), days(1.5))
    assert memory.only() is alert
    memory.tell(person(3, presences=SEEN), days(3))
    memory.tell(person(4, presences=SEEN), days(4))
    after = memory.only()
    assert (after.stage, after.rule) == ("dismissed", "R02a")
    assert [entry.what for entry in after.history[-2:]] == ["dismissed", "new_evidence"]


def test_nothing_can_be_decided_before_it_was_taken_up(memory: Memory, person: People) -> None:
    memory.tell(person(1), days(1))
    with pytest.raises(Refused):
        memory.only().decided(Decision("confirmed", "…", "ani", days(1)))


def test_a_change_that_no_rule_uses_changes_nothing(memory: Memory, person: People, stay: Stays) -> None:
    memory.tell(person(1, presences=SEEN), days(3))
    more = (*SEEN, Presence(kind="lodging", at=days(3.5), evidence=("e10",)))
    outcome = memory.tell(person(2, stay(evidence=("e11",)), presences=more), days(4))
    assert outcome.alerts == ()


def test_evidence_that_was_taken_back_is_no_longer_cited(memory: Memory, person: People) -> None:
    memory.tell(person(1, presences=SEEN), days(3))
    other = (Presence(kind="lodging", at=days(2), evidence=("e10",)),)
    memory.tell(person(2, presences=other), days(4))
    assert memory.only().evidence == ("k1", "e10")


def test_another_opening_key_changes_the_alert_and_makes_no_second(memory: Memory, person: People, stay: Stays) -> None:
    memory.tell(person(1), days(1))
    id = memory.only().id
    memory.tell(person(2, stay(keys=("k0", "k1"))), days(1.1))
    memory.tell(person(3, stay(keys=("k0",))), days(1.2))
    assert memory.only().id == id


def test_a_merge_keeps_the_alert_whatever_is_told_first(
    new_memory: Callable[[], Memory], person: People, stay: Stays
) -> None:
    tombstone = person(2, person="p1", merged_into="p2").model_copy(update={"stays": ()})
    survivor = person(5, stay(keys=("k1", "k7")), person="p2")
    for order in ([tombstone, survivor], [survivor, tombstone]):
        fresh = new_memory()
        fresh.tell(person(1), days(1))
        taken = fresh.only().commanded("acknowledge", "ani", days(1.1))
        fresh.alerts[taken.id] = taken
        for message in order:
            fresh.tell(message, days(1.2))
        assert (fresh.only().id, fresh.only().stage, fresh.only().subject.id) == (taken.id, "acknowledged", "p2")


def test_two_stays_that_turn_out_to_be_one_keep_the_older_alert(memory: Memory, person: People, stay: Stays) -> None:
    memory.tell(person(1, stay(keys=("k5",))), days(1))
    older = memory.only().id
    memory.tell(person(1, stay(keys=("k2",)), person="p2"), days(1.5))
    both = person(2, stay(keys=("k2", "k5")))
    memory.tell(person(2, person="p2", merged_into="p1").model_copy(update={"stays": ()}), days(2))
    memory.tell(both, days(2))
    assert memory.only().id == older
    assert [alert.stage for alert in memory.alerts.values() if alert.id != older] == ["withdrawn"]


def test_two_stays_that_turn_out_to_be_one_keep_the_decided_alert(memory: Memory, person: People, stay: Stays) -> None:
    memory.tell(person(1, stay(keys=("k5",))), days(1))
    memory.tell(person(2, stay(keys=("k5",)), stay(keys=("k2",))), days(1.5))
    younger = next(alert for alert in memory.live if alert.anchor == "k2").commanded("review", "ani", days(1.6))
    younger = younger.decided(Decision("confirmed", "…", "ani", days(1.7)))
    memory.alerts[younger.id] = younger
    memory.tell(person(3, stay(keys=("k5", "k2"))), days(2))
    assert memory.only().id == younger.id


def test_a_split_gives_each_half_its_own_alert(memory: Memory, person: People, stay: Stays) -> None:
    memory.tell(person(1, stay(keys=("k1", "k2"))), days(1))
    memory.tell(person(1, stay(keys=("k2",)), person="p2"), days(1.1))
    memory.tell(person(2, stay(keys=("k1",))), days(1.2))
    assert sorted((alert.subject.id, alert.anchor) for alert in memory.live) == [("p1", "k1"), ("p2", "k2")]


def test_a_stay_that_was_taken_back_takes_its_alert_along(memory: Memory, person: People) -> None:
    memory.tell(person(1), days(1))
    memory.tell(person(2).model_copy(update={"stays": ()}), days(1.1))
    assert not memory.live
