"""A sender who corrects a report changes the alert on it and raises none anew: a decision stands, and a review goes on.

Over the registry's own fold, as events arrive.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from memory import Memory as Registry
from synthetic import SPONSOR, day, event, moment, passport

from alerts.alert import Alert, Decision
from contracts.snapshots import PersonChanged

WHO, OTHER = passport("A100"), passport("B200")
PASS = {"documents": [{"kind": "plb", "number": "PL1", "issuer": "MYS"}]}
PLACE = "61.06.14.2001"
GROUP = {"size": 3, "citizens": 0, "minors": 0, "off_post": "yes", "guide": "yes", "payment": "no", "hidden": "no"}


def entered(hour: int, **way: Any) -> Any:
    said = {"action": "entry", "person": WHO, "post": "BADAU", "permit_kind": "B1", "valid_until": day(29)}
    return event("plbn-badau", "crossing", said, moment(0, hour), **way)


def on_a_pass(hour: int, **way: Any) -> Any:
    said = {"action": "entry", "person": PASS, "post": "BADAU", "permit_kind": "PLB"}
    return event("plbn-badau", "crossing", said, moment(0, hour), **way)


def granted(hour: int, **way: Any) -> Any:
    said = {"action": "granted", "person": WHO, "kind": "E31", "permit_no": "T1", "village": PLACE}
    dates = {"issued_on": day(10), "valid_from": day(10), "valid_until": day(374)}
    guarantor = {**SPONSOR, "name": f"Sponsor Sintetis {hour}"}
    return event("imigrasi", "permit", {**said, **dates, "sponsor": guarantor}, moment(10, hour), **way)


def scanned(hour: int, **way: Any) -> Any:
    said = {"action": "checked", "document": WHO["documents"][0], "person": WHO, "check": "mrz", "result": "fail"}
    return event("plbn-badau", "document", said, moment(5, hour), **way)


def met(hour: int, *before: dict[str, Any], kind: str = "person", **way: Any) -> Any:
    found = {"documents_shown": "seen", "staying": "unknown", "activity": "none", "activity_basis": "seen"}
    people = [found | {"person": who, "role": "passenger"} for who in before]
    people.append(found | {"person": WHO, "role": "guide"})
    said = {"kind": kind, "basis": "order", "order_no": "OR-1", "village": PLACE, "screening": "done"}
    said |= {"persons": people} | ({"group": {**GROUP, "size": hour}} if kind == "patrol" else {})
    return event("polres", "check", said, moment(10, hour), **way)


def led(hour: int, **way: Any) -> Any:
    # The one who was met second in the first report comes first or second in the others.
    return met(hour, *([OTHER] if hour % 2 else []), kind="patrol", **way)


def not_found() -> Any:
    said = {"action": "checked", "document": WHO["documents"][0], "person": WHO, "result": "no_record"}
    said |= {"check": "national_movement", "looked_for": "entry"}
    return event("imigrasi", "document", said, moment(10, 20))


def listed() -> Any:
    said = {"action": "listed", "list": "entry_ban", "listing_no": "L1", "authority": "imigrasi", "ground": "75"}
    return event("imigrasi", "watchlist", {**said, "from": day(0), "until": day(300), "person": WHO}, moment(1))


CASES: dict[str, tuple[Callable[..., Any], datetime, list[Any]]] = {
    "R02a": (entered, moment(32), []),
    "R12": (granted, moment(30), []),
    "R15": (on_a_pass, moment(40), []),
    "R21b": (led, moment(30), []),
    "R23": (scanned, moment(30), []),
    "R24": (met, moment(30), [not_found()]),
    "R25": (entered, moment(20), [listed()]),
}
ORDERS = {"as they were written": "abc", "the correction first": "bac", "the last one first": "cab", "twice": "abbcabc"}


class Play:
    """A registry, and the alerts on what it tells."""

    def __init__(self, rule: str, memory: Any) -> None:
        self.rule, self.alerts, self.registry = rule, memory, Registry()
        self.told, self.now, beside = CASES[rule]
        self.say(*beside)

    def say(self, *events: Any) -> None:
        _, announcements = self.registry.receive(*events)
        for message in announcements.messages:
            if isinstance(message, PersonChanged):
                self.alerts.tell(message, self.now)

    def version(self, name: str) -> Any:
        """The first report, its correction, and the correction of that one."""
        corrects = {"b": {"corrects": "a"}, "c": {"corrects": "b"}}.get(name, {})
        return self.told(9 + "abc".index(name), id=name, **corrects)

    def as_told_before(self, name: str) -> PersonChanged:
        """What this version changes, told as it was before alerts were found again by earlier versions."""
        _, announcements = self.registry.receive(self.version(name))
        [told] = [one for one in announcements.messages if isinstance(one, PersonChanged) and one.corrections]
        self.alerts.tell(told.model_copy(update={"corrections": ()}), self.now)
        return told

    def tell_now(self, told: PersonChanged) -> None:
        self.alerts.people.clear()
        self.alerts.tell(told, self.now)

    @property
    def mine(self) -> list[Alert]:
        return [alert for alert in self.alerts.live if alert.rule == self.rule]

    def only(self) -> Alert:
        [alert] = self.mine
        return alert

    def dismiss(self) -> Alert:
        alert = self.only().commanded("review", "ani", self.now)
        decision = Decision("dismissed", "looked up, nothing to ask", "ani", self.now)
        self.alerts.alerts[alert.id] = alert.decided(decision)
        return self.alerts.alerts[alert.id]


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
@pytest.mark.parametrize("rule", CASES)
def test_a_decision_stands_when_what_it_was_about_is_corrected(rule: str, order: str, memory: Any) -> None:
    play = Play(rule, memory)
    play.say(play.version(order[0]))
    decided = play.dismiss()
    for name in order[1:]:
        play.say(play.version(name))
        assert memory.alerts[decided.id].stage == "dismissed"
    # Before the version between them came, the first and the last were two reports.
    assert [alert.id for alert in play.mine] == [decided.id]


@pytest.mark.parametrize("rule", CASES)
def test_a_review_goes_on_when_what_it_is_about_is_corrected(rule: str, memory: Any) -> None:
    play = Play(rule, memory)
    play.say(play.version("a"))
    alert = play.only().commanded("review", "ani", play.now)
    memory.alerts[alert.id] = alert
    play.say(play.version("b"), play.version("c"))
    assert (play.only().id, play.only().stage) == (alert.id, "in_review")


@pytest.mark.parametrize("rule", CASES)
def test_what_is_made_again_is_tied_to_the_first_report(rule: str, memory: Any, new_memory: Callable[..., Any]) -> None:
    play = Play(rule, memory)
    play.say(play.version("a"))
    before = play.only().id
    again = Play(rule, new_memory())
    again.say(*map(again.version, "cab"))
    assert again.only().id == before


@pytest.mark.parametrize("rule", CASES)
def test_an_alert_that_is_tied_to_a_correction_already_keeps_its_name(rule: str, memory: Any) -> None:
    play = Play(rule, memory)
    play.registry.receive(play.version("a"))
    told = play.as_told_before("b")
    decided = play.dismiss()
    play.tell_now(told)
    play.say(play.version("c"))
    assert (play.only().id, play.only().stage) == (decided.id, "dismissed")


# A listing that names the passport leads to its alert by itself.
@pytest.mark.parametrize("rule", sorted(CASES.keys() - {"R25"}))
def test_what_was_raised_anew_by_a_correction_gives_way_to_the_decision(rule: str, memory: Any) -> None:
    play = Play(rule, memory)
    play.say(play.version("a"))
    decided = play.dismiss()
    told = play.as_told_before("b")
    assert len(play.mine) == 2
    play.tell_now(told)
    assert [alert.id for alert in play.mine] == [decided.id]


def test_what_was_decided_about_somebody_else_is_not_decided_about_who_was_meant(memory: Any) -> None:
    play = Play("R24", memory)
    play.say(play.version("a"))
    decided = play.dismiss()
    found = {"documents_shown": "seen", "staying": "unknown", "activity": "none", "activity_basis": "seen"}
    said = {"kind": "person", "basis": "order", "order_no": "OR-1", "village": PLACE, "screening": "done"}
    query = {"action": "checked", "document": OTHER["documents"][0], "person": OTHER, "result": "no_record"}
    query |= {"check": "national_movement", "looked_for": "entry"}
    play.say(event("imigrasi", "document", query, moment(10, 21)))
    told = event("polres", "check", said | {"persons": [found | {"person": OTHER}]}, moment(10), id="b", corrects="a")
    play.say(told)
    assert {alert.id: alert.stage for alert in play.mine} == {
        decided.id: "dismissed",
        **{alert.id: "open" for alert in play.mine if alert.subject != decided.subject},
    }
    assert len(play.mine) == 2
