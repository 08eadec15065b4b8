"""Put aside while a fact stays as it is: it lapses with the fact, in time, and when the alert grows more urgent."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.alert import Alert, Refused, Snooze
from alerts.facts import WIB
from alerts.rulebook import load
from alerts.snooze import active, asleep, bindable, hidden, woken
from contracts.snapshots import Lodging, PersonChanged, Presence, Stay

People = Callable[..., PersonChanged]
Stays = Callable[..., Stay]
Memory = Any
END = datetime(2026, 3, 1, tzinfo=WIB)
SEEN = (Presence(kind="check", at=END + timedelta(hours=30), evidence=("e9",)),)


def days(number: float) -> datetime:
    return END + timedelta(days=number)


def aside(alert: Alert, at: datetime, fact: str = "stay.application_pending", for_days: float = 90) -> Snooze:
    until = at + timedelta(days=for_days)
    return Snooze(fact, alert.facts.get(fact), alert.severity, "menunggu keputusan", "ani", "imigrasi", at, until)


@pytest.fixture
def put_aside(memory: Memory, person: People) -> Memory:
    memory.tell(person(1), days(1))
    alert = memory.only()
    memory.alerts[alert.id] = asleep(alert, aside(alert, days(1.1)))
    return memory


def test_it_is_on_hold_like_any_other_and_names_nobody(put_aside: Memory, memory: Memory, person: People) -> None:
    alert = put_aside.only()
    assert (alert.state, alert.history[-1].what, alert.history[-1].by) == ("held", "held", "")
    put_aside.look("p1", days(1.5))
    assert put_aside.only().revision == alert.revision
    with pytest.raises(Refused):
        alert.commanded("acknowledge", "ani", days(2))


def test_it_lapses_with_its_fact(put_aside: Memory, person: People, stay: Stays) -> None:
    put_aside.tell(person(2, stay(ends=date(2026, 2, 28), application_pending=True), presences=SEEN), days(1.5))
    assert put_aside.alerts[next(iter(put_aside.alerts))].stage == "withdrawn"
    put_aside.tell(person(3, stay()), days(1.7))
    (alert,) = put_aside.live
    assert (alert.state, active(alert)) == ("open", None)


def test_another_fact_does_not_wake_it(put_aside: Memory, person: People) -> None:
    put_aside.tell(person(2, presences=SEEN[:0]), days(1.5))
    assert put_aside.only().state == "held"


def test_it_ends_in_time(put_aside: Memory) -> None:
    until = days(1.1) + timedelta(days=90)
    outcome = put_aside.look("p1", days(10))
    assert outcome.due is not None
    assert outcome.due <= until
    put_aside.look("p1", until)
    assert put_aside.only().state == "open"


def test_what_grows_more_urgent_comes_back_and_says_what_was_hidden(put_aside: Memory, person: People) -> None:
    put_aside.tell(person(2, presences=SEEN), days(1.5))
    put_aside.look("p1", days(2))
    alert = put_aside.only()
    assert (alert.rule, alert.state) == ("R02b", "open")
    assert [entry.what for entry in hidden(alert, alert.snoozes[0])] == ["rule_changed"]


def test_only_the_agency_that_put_it_aside_takes_it_up_again(put_aside: Memory) -> None:
    alert = put_aside.only()
    with pytest.raises(Refused):
        woken(alert, "polres", days(2))
    again = woken(alert, "imigrasi", days(2))
    assert (again.state, again.history[-1].what, again.history[-1].by) == ("open", "resumed", "")


def test_behind_another_hold_it_does_not_show_at_all(put_aside: Memory, memory: Memory, person: People) -> None:
    put_aside.holds.add("p1")
    put_aside.look("p1", days(1.5))
    alert = put_aside.only()
    assert alert.held_for == {"hold", "snooze"}
    again = woken(alert, "imigrasi", days(1.6))
    assert (again.revision, again.history, again.state) == (alert.revision, alert.history, "held")
    put_aside.alerts[alert.id] = again
    both = asleep(again, aside(again, days(1.7)))
    assert (both.revision, both.history, both.state) == (alert.revision, alert.history, "held")


def test_no_snooze_is_bound_to_the_clock() -> None:
    for compiled in load().compiled.values():
        assert not {"now", "stay.days_past", "stay.days_left"} & set(bindable(compiled))
    assert "stay.application_pending" in bindable(load().compiled["R02a"])


@given(st.lists(st.sampled_from(["seen", "lodged", "hold", "free", "aside", "wake", "tick"]), max_size=12))
def test_a_snooze_and_a_hold_look_the_same_in_any_order(new_memory: Callable[[], Memory], steps: list[str]) -> None:
    """Whoever reads states and revisions alone cannot tell which of the two it was."""
    worlds = [new_memory(), new_memory()]
    for memory, (on, off) in zip(worlds, (("hold", "free"), ("aside", "wake")), strict=True):
        at, version, told = days(1), 1, dict[str, Any]()
        memory.tell(PersonChanged(person="p1", version=1, stays=(STAY,)), at)
        for step in steps:
            at += timedelta(minutes=30)
            if step in ("seen", "lodged"):
                told |= {"presences": SEEN} if step == "seen" else {"lodgings": LODGED}
                version += 1
                memory.tell(PersonChanged(person="p1", version=version, stays=(STAY,), **told), at)
            elif step in ("hold", "aside"):
                _hold(memory, on, at)
            elif step in ("free", "wake"):
                _free(memory, off, at)
            else:
                memory.look("p1", at)
    faces = [[(one.state, one.revision, [e.what for e in one.history]) for one in memory.live] for memory in worlds]
    assert faces[0] == faces[1]


STAY = Stay(
    keys=("k1",),
    opened_on=date(2026, 1, 30),
    opened_by="entry",
    permit_family="visit",
    ends=date(2026, 2, 28),
    ends_basis="printed",
)
LODGED = (Lodging(ref="l1", check_in_at=END + timedelta(hours=31), evidence=("e8",)),)


def _hold(memory: Memory, how: str, at: datetime) -> None:
    alert = memory.only()
    if how == "hold":
        memory.holds.add("p1")
        memory.look("p1", at)
    elif active(alert) is None:
        memory.alerts[alert.id] = asleep(alert, aside(alert, at))


def _free(memory: Memory, how: str, at: datetime) -> None:
    alert = memory.only()
    if how == "free":
        memory.holds.discard("p1")
        memory.look("p1", at)
    elif active(alert) is not None:
        memory.alerts[alert.id] = woken(alert, "imigrasi", at)
