"""The life of alerts beside a model of a few words: what people and news may do to them, in any order."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from casework import START
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from alerts.alert import LIVE, Alert, Decision, Refused, Snooze
from alerts.snooze import active, asleep, awake, settled, woken
from contracts.messages import Subject

AGENCIES = ("imigrasi", "polres")
PERSONS = ("p1", "p2", "p3")
FACT = "stay.open"
LONGEST = timedelta(days=30)
ALLOWED = {
    "acknowledge": {"open"},
    "review": {"open", "acknowledged"},
    "confirmed": {"acknowledged", "in_review"},
    "dismissed": {"acknowledged", "in_review"},
}
BECOMES = {"acknowledge": "acknowledged", "review": "in_review"}


def alert(id, person):
    return Alert(
        id=id,
        revision=1,
        rule="R02a",
        rule_version=1,
        series="stay-end",
        side="administrative",
        severity=1,
        stage="open",
        subject=Subject(kind="person", id=person),
        keeper=f"person:{person}",
        anchor="k",
        village=None,
        agencies=AGENCIES,
        reading="",
        facts={FACT: True},
        evidence=(),
        opened_at=START,
        updated_at=START,
    )


@dataclass
class Told:
    """One alert, as simply as it can be said."""

    stage: str = "open"
    on_hold: bool = False
    fact: bool = True
    aside: tuple[str, bool, datetime] | None = None
    """Put aside: by whom, while which value of the fact, until when."""

    @property
    def state(self):
        return "held" if self.stage in LIVE and (self.on_hold or self.aside) else self.stage


class AlertLife(RuleBasedStateMachine):
    """One alert for each person."""

    def __init__(self):
        super().__init__()
        self.hours = 0
        self.alerts = {person: alert(f"a-{person}", person) for person in PERSONS}
        self.told = {person: Told() for person in PERSONS}
        self.decisions: dict[str, Decision] = {}

    def later(self):
        self.hours += 1
        return START + timedelta(hours=self.hours)

    def try_on(self, person, allowed, step):
        """Whether it was done; refused where the model does not allow it."""
        if allowed:
            self.alerts[person] = step()
        else:
            with pytest.raises(Refused):
                step()
        return allowed

    @rule(person=st.sampled_from(PERSONS), name=st.sampled_from(sorted(ALLOWED)))
    def command(self, person, name):
        told, found, now = self.told[person], self.alerts[person], self.later()

        def step():
            if name in BECOMES:
                return found.commanded(name, "ani", now)
            return found.decided(Decision(name, "Diperiksa.", "ani", now))

        if self.try_on(person, told.state in ALLOWED[name], step):
            told.stage = BECOMES.get(name, name)
            if name not in BECOMES:
                self.decisions[person] = self.alerts[person].decision

    @rule(person=st.sampled_from(PERSONS), agency=st.sampled_from(AGENCIES), days=st.integers(1, LONGEST.days))
    def put_aside(self, person, agency, days):
        told, now = self.told[person], self.later()
        snooze = Snooze(FACT, told.fact, 1, "Menunggu.", "ani", agency, now, now + timedelta(days=days))
        allowed = told.stage in LIVE and not told.aside
        if self.try_on(person, allowed, lambda: asleep(self.alerts[person], snooze)):
            told.aside = agency, told.fact, snooze.until

    @rule(person=st.sampled_from(PERSONS), agency=st.sampled_from(AGENCIES))
    def take_again(self, person, agency):
        told, now = self.told[person], self.later()
        allowed = told.aside is not None and told.aside[0] == agency
        if self.try_on(person, allowed, lambda: woken(self.alerts[person], agency, now)):
            told.aside = None

    @rule(person=st.sampled_from(PERSONS), hold=st.booleans(), fact=st.booleans())
    def news(self, person, hold, fact):
        """What is known of the person came anew: its holds, and the fact that a snooze may be bound to."""
        told, found, now = self.told[person], self.alerts[person], self.later()
        if told.stage not in LIVE:
            return
        shaped = replace(found, held_for=frozenset({"hold"} if hold else ()), facts={FACT: fact})
        after = settled(shaped, shaped.facts, now)
        # One face for every cause: history tells of on hold and resumed, and of nobody.
        moved = "held" if after.state == "held" else "resumed"
        self.alerts[person] = after if after.state == found.state else after.became(moved, now)
        told.on_hold, told.fact = hold, fact
        if told.aside and (told.aside[1] != fact or now >= told.aside[2]):
            told.aside = None

    @rule(person=st.sampled_from(PERSONS))
    def withdraw(self, person):
        told, found, now = self.told[person], self.alerts[person], self.later()
        if told.stage not in LIVE:
            return
        gone = replace(awake(found, now), stage="withdrawn", held_for=frozenset())
        self.alerts[person] = gone.became("withdrawn", now)
        told.stage, told.aside, told.on_hold = "withdrawn", None, False

    @invariant()
    def each_alert_is_as_the_model_says(self):
        for person, told in self.told.items():
            found = self.alerts[person]
            assert found.state == told.state
            assert (active(found) is not None) is (told.aside is not None)
            assert sum(one.ended is None for one in found.snoozes) <= 1
            assert not [entry for entry in found.history if entry.what in ("held", "resumed") and entry.by]
            assert found.history == () or found.history[-1].revision == found.revision

    @invariant()
    def a_decision_stands(self):
        for person, decision in self.decisions.items():
            assert self.alerts[person].decision == decision
