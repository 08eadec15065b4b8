"""Alerts and cases through any life, beside a model of a few dictionaries: what is refused, and what never happens."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from alert_life import AGENCIES, PERSONS, AlertLife
from casework import START, STEP, do
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from alerts.cases.case import Case, opened
from alerts.cases.clock import read_limits, ticked
from alerts.cases.closing import UNDECIDED, decided
from alerts.cases.merging import merged, unmerged
from alerts.cases.record import By, CaseRefused
from alerts.cases.seats import may
from contracts.casework import OpenCase

LIMITS = read_limits()
CONFERENCE = {"held_on": "2026-03-01", "number": "BA-1", "decided_by": "Kepala"}
NUMBER = st.integers(0, 7)
GROUPS = st.lists(st.sampled_from(PERSONS), min_size=1, max_size=2, unique=True)


@dataclass
class Model:
    """One case, as simply as it can be said."""

    state: str = "open"
    holder: str = "imigrasi"
    offer: str | None = None
    into: str | None = None
    tasks: dict[str, str] = field(default_factory=dict)
    """By id: planned, begun or over. A task stays with the case that planned it, also while that one is merged."""
    acted: bool = False


class Life(AlertLife):
    """Cases and the alerts in them, and the models beside them."""

    def __init__(self):
        super().__init__()
        self.made = 0
        self.cases: dict[str, Case] = {}
        self.model: dict[str, Model] = {}
        self.proceed: set[str] = set()

    def by(self, agency="imigrasi"):
        return By("ani", agency, self.later())

    def pick(self, number, likely=lambda _: True):
        """One of the cases; mostly one of those that are likely to allow it, where there are any."""
        all_of_them = sorted(self.cases)
        some = [id for id in all_of_them if likely(id)] if number % 4 else []
        return (some or all_of_them)[number % len(some or all_of_them)]

    def tree(self, id):
        """The model's cases that this one carries: itself, and what was merged into it."""
        carried = [id]
        for one in carried:
            carried += [name for name, other in self.model.items() if other.into == one]
        return carried

    def tasks(self, id):
        return {name: state for one in self.tree(id) for name, state in self.model[one].tasks.items()}

    def attempt(self, allowed, step):
        """The next revision where the model allows it; a refusal where it does not."""
        if allowed:
            return step()
        with pytest.raises(CaseRefused):
            step()
        return None

    @initialize(first=GROUPS, second=GROUPS, third=GROUPS)
    def begin(self, first, second, third):
        for persons in (first, second, third):
            self.open(persons)

    def open(self, persons):
        self.made += 1
        wanted = OpenCase.model_validate({"groups": [{"kind": "person", "id": one} for one in persons]})
        id = f"c{self.made}"
        self.cases[id], self.model[id] = opened(id, wanted, 1, self.by()), Model()

    @rule(number=NUMBER, agency=st.sampled_from(AGENCIES))
    def hand_over(self, number, agency):
        id = self.pick(number)
        model = self.model[id]
        allowed = model.state == "open" and model.offer is None and agency != model.holder
        step = lambda: do(self.cases[id], "offer", self.by(model.holder), agency=agency, reason="Wewenang.")  # noqa: E731
        if after := self.attempt(allowed, step):
            self.cases[id], model.offer = after, agency

    @rule(number=NUMBER, agency=st.sampled_from(AGENCIES), accept=st.booleans())
    def answer(self, number, agency, accept):
        id = self.pick(number, lambda id: self.model[id].offer)
        model, name = self.model[id], "accept" if accept else "return"
        fields = {} if accept else {"reason": "Bukan kami."}
        mine = model.offer == agency or (not accept and model.holder == agency)
        seen = may(self.cases[id], agency, STEP.validate_python({"step": name, **fields}))
        assert seen or not (model.state == "open" and model.offer and mine)
        if not seen:
            return
        allowed = model.state == "open" and model.offer is not None and mine
        if after := self.attempt(allowed, lambda: do(self.cases[id], name, self.by(agency), **fields)):
            self.cases[id], model.offer = after, None
            model.holder = agency if accept else model.holder

    @precondition(lambda self: sum(len(model.tasks) for model in self.model.values()) < 6)
    @rule(number=NUMBER, kind=st.sampled_from(["lookup", "field_check", "administrative_action"]), ready=st.booleans())
    def plan(self, number, kind, ready):
        id = self.pick(number)
        self.made += 1
        task = f"t{self.made}"
        needs = {"field_check": {"basis": {"order_no": "SP-1"}}, "administrative_action": {"conference": CONFERENCE}}
        fields = {
            "kind": kind,
            "what": "Kerjakan.",
            "due": START + timedelta(days=9),
            **(needs.get(kind, {}) if ready else {}),
        }
        step = lambda: do(self.cases[id], "plan", self.by(), id=task, **fields)  # noqa: E731
        if after := self.attempt(self.model[id].state == "open", step):
            self.cases[id] = after
            self.model[id].tasks[task] = "planned"

    @rule(number=NUMBER, which=NUMBER, name=st.sampled_from(["begin", "finish", "cancel"]))
    def work(self, number, which, name):
        id = self.pick(number, lambda id: {*self.tasks(id).values()} - {"over"})
        tasks = self.tasks(id)
        if not tasks:
            return
        task = sorted(tasks)[which % len(tasks)]
        found = next(one for one in self.cases[id].tasks if one.id == task)
        unanswered = {group.id for group in self.cases[id].groups} - self.proceed
        gated = found.kind != "lookup"
        ready = {"lookup": True, "field_check": found.basis is not None}.get(
            found.kind, found.conference is not None and not unanswered
        )
        states = {
            "begin": {"planned"},
            "finish": {"begun"} if gated else {"planned", "begun"},
            "cancel": {"planned", "begun"},
        }
        allowed = self.model[id].state == "open" and tasks[task] in states[name] and (ready or name == "cancel")
        fields = {"begin": {}, "finish": {"result": "Sudah."}, "cancel": {"reason": "Tidak perlu."}}[name]
        step = lambda: do(self.cases[id], name, self.by(), task=task, unanswered=unanswered, **fields)  # noqa: E731
        if after := self.attempt(allowed, step):
            self.cases[id] = after
            owner = next(one for one in self.tree(id) if task in self.model[one].tasks)
            self.model[owner].tasks[task] = "begun" if name == "begin" else "over"
            self.model[owner].acted |= name == "finish" and found.kind == "administrative_action"

    @rule(person=st.sampled_from(PERSONS), answer=st.booleans())
    def ask(self, person, answer):
        (self.proceed.add if answer else self.proceed.discard)(person)

    @rule(number=NUMBER, outcome=st.sampled_from(["left", "deported"]), forget=st.booleans())
    def close(self, number, outcome, forget):
        id = self.pick(number, lambda id: self.model[id].state == "open")
        model, case = self.model[id], self.cases[id]
        persons = sorted({group.id for group in case.groups})
        mine = [self.alerts[person] for person in persons]
        waiting = [self.alerts[person] for person in persons if self.told[person].state in UNDECIDED]
        verdicts = [{"alert": one.id, "revision": one.revision, "code": "late_report"} for one in waiting[forget:]]
        fields = {"outcome": outcome, "reason": "Selesai.", "verdicts": verdicts}
        who = self.by(model.holder)

        def both():
            after = do(case, "close", who, **fields)
            return after, decided(case, mine, STEP.validate_python({"step": "close", **fields}), who)

        over = all(state == "over" for state in self.tasks(id).values())
        acted = any(self.model[one].acted for one in self.tree(id))
        given = len(verdicts) == len(waiting)
        allowed = model.state == "open" and not model.offer and over and (acted or outcome == "left") and given
        if result := self.attempt(allowed, both):
            self.cases[id], pairs = result
            model.state = "closed"
            for before, after in pairs:
                person = before.subject.id
                assert self.told[person].state in UNDECIDED
                self.alerts[person], self.decisions[person] = after, after.decision
                self.told[person].stage = "dismissed"

    @rule(number=NUMBER)
    def reopen(self, number):
        id = self.pick(number, lambda id: self.model[id].state == "closed")
        step = lambda: do(self.cases[id], "reopen", self.by(), reason="Bukti baru.")  # noqa: E731
        if after := self.attempt(self.model[id].state == "closed", step):
            self.cases[id], self.model[id].state = after, "open"

    @rule(one=NUMBER, two=NUMBER)
    def merge(self, one, two):
        a, b = self.pick(one), self.pick(two)
        free = all(self.model[id].state == "open" and not self.model[id].offer for id in (a, b))
        allowed = a != b and free and self.model[a].holder == self.model[b].holder
        if pair := self.attempt(allowed, lambda: merged(self.cases[a], self.cases[b], self.by())):
            self.cases[a], self.cases[b] = pair
            self.model[b].state, self.model[b].into = "merged", a

    @rule(one=NUMBER, two=NUMBER)
    def unmerge(self, one, two):
        b = self.pick(two, lambda id: self.model[id].into)
        a = self.pick(one, lambda id: id == self.model[b].into)
        allowed = self.model[a].state == "open" and self.model[b].into == a
        if pair := self.attempt(allowed, lambda: unmerged(self.cases[a], self.cases[b], (), self.by())):
            self.cases[a], self.cases[b] = pair
            self.model[b].state, self.model[b].into, self.model[b].holder = "open", None, self.model[a].holder

    @rule(days=st.integers(0, 70))
    def pass_time(self, days):
        self.hours += 24 * days
        now = self.by().at
        for id, case in self.cases.items():
            after = ticked(case, LIMITS, now)
            assert ticked(after, LIMITS, now) is after
            assert after is case or self.model[id].state == "open"
            self.cases[id] = after

    @invariant()
    def each_case_is_as_the_model_says(self):
        for id, model in self.model.items():
            case = self.cases[id]
            offered = case.offered.agency if case.offered else None
            assert (case.state, case.agency, offered, case.merged_into) == (
                model.state,
                model.holder,
                model.offer,
                model.into,
            )
            states = {task.id: "over" if task.state in ("done", "cancelled") else task.state for task in case.tasks}
            assert model.state == "merged" or states == self.tasks(id)

    @invariant()
    def no_part_is_lost_or_twice(self):
        parts = [part.id for id, case in self.cases.items() if self.model[id].state != "merged" for part in case.parts]
        assert sorted(parts) == sorted(self.cases)

    @invariant()
    def history_is_whole_and_every_limit_passes_once(self):
        for case in self.cases.values():
            assert [entry.revision for entry in case.history] == list(range(1, case.revision + 1))
            passed = [(one.clock, one.level) for one in case.escalated]
            assert len(passed) == len(set(passed))
            assert Case.model_validate_json(case.model_dump_json(exclude_defaults=True)).parts == case.parts


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
