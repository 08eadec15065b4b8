"""The queue on disk."""

import json
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from contracts.events import Refused
from tapal_client.disk import Queue
from tapal_client.entries import Outcome

from .conftest import Clock, check_in

ACCEPTED = Outcome(True, "accepted", "2026-07-01T08:00:01Z")
REFUSED = Outcome(False, "missing_field", "2026-07-01T08:00:02Z", "data.person", "wajib", "required")


def states(queue):
    return {entry.id: entry.state for entry in reversed(queue.listed())}


def test_events_are_numbered_in_order_and_the_number_is_part_of_the_event(queue):
    assert [queue.add(check_in(name)).sequence for name in "abc"] == [1, 2, 3]
    assert [json.loads(entry.body)["sequence"] for entry in queue.take(10, 10**6)] == [1, 2, 3]


def test_the_same_event_again_adds_nothing(queue):
    first = queue.add(check_in("a"))
    again = queue.add(check_in("a"))
    assert (again.sequence, again.repeat) == (first.sequence, True)
    assert queue.numbers() == {"waiting": 1}


def test_other_content_under_a_known_id_is_a_conflict_and_uses_no_number(queue):
    queue.add(check_in("a"))
    with pytest.raises(Refused, match="id_conflict"):
        queue.add(check_in("a", receipt_no="7"))
    assert queue.add(check_in("b")).sequence == 2


def test_a_refused_event_stays_in_sight_until_it_is_corrected(queue):
    queue.add(check_in("a"))
    queue.sent([1])
    queue.settle("a/check_in", [REFUSED])
    [shown] = queue.listed("refused")
    assert (shown.code, shown.field, shown.reason_en) == ("missing_field", "data.person", "required")
    assert queue.add(check_in("a", receipt_no="7")).sequence == 2
    assert queue.numbers() == {"corrected": 1, "waiting": 1}
    queue.settle("a/check_in", [REFUSED])  # the first one's outcome says nothing of the second
    assert queue.numbers() == {"corrected": 1, "waiting": 1}
    queue.settle("a/check_in", [REFUSED, ACCEPTED])
    assert queue.numbers() == {"corrected": 1, "accepted": 1}


def test_a_refused_event_is_accepted_after_all_when_an_operator_replays_it(queue, clock):
    queue.add(check_in("a"))
    queue.sent([1])
    queue.settle("a/check_in", [REFUSED])
    assert [entry.id for entry in queue.unanswered(5)] == ["a/check_in"]
    assert queue.unanswered(5) == []
    clock.later(hours=2)
    assert [entry.id for entry in queue.unanswered(5)] == ["a/check_in"]
    queue.settle("a/check_in", [REFUSED, ACCEPTED])
    assert queue.numbers() == {"accepted": 1}


def test_what_was_refused_goes_out_again_when_it_is_added_again_and_what_was_accepted_does_not(queue):
    queue.add(check_in("a"))
    queue.settle("a/check_in", [REFUSED])
    again = queue.add(check_in("a"))
    assert (again.sequence, again.repeat) == (2, False)
    assert queue.add(check_in("a")).repeat
    assert [json.loads(entry.body)["sequence"] for entry in queue.take(9, 10**6)] == [2]
    queue.settle("a/check_in", [REFUSED, ACCEPTED])
    assert queue.numbers() == {"corrected": 1, "accepted": 1}
    assert queue.add(check_in("a")).repeat


def test_an_event_that_names_the_refused_one_corrects_it(queue):
    queue.add(check_in("a"))
    queue.settle("a/check_in", [REFUSED])
    queue.add({**check_in("a2"), "corrects": "a/check_in"})
    assert states(queue) == {"a/check_in": "corrected", "a2/check_in": "waiting"}


def test_accepted_stands_whatever_was_said_besides(queue):
    queue.add(check_in("a"))
    queue.settle("a/check_in", [ACCEPTED, Outcome(False, "id_conflict", "2026-07-01T09:00:00Z")])
    assert states(queue) == {"a/check_in": "accepted"}


def test_a_batch_is_bounded_by_number_and_size_and_never_empty(queue):
    for name in "abcd":
        queue.add(check_in(name))
    assert [entry.sequence for entry in queue.take(3, 10**6)] == [1, 2, 3]
    assert [entry.sequence for entry in queue.take(3, 10)] == [1]


def test_what_never_went_out_is_marked_as_carried_and_stays_the_same_event(queue):
    queue.add(check_in("a"))
    queue.take(1, 10**6)
    queue.add(check_in("b"))
    channels = {e["id"]: e["channel"] for e in (json.loads(entry.body) for entry in queue.carry())}
    assert channels == {"a/check_in": "system", "b/check_in": "usb"}
    assert [entry.body for entry in queue.carry()] == [entry.body for entry in queue.take(9, 10**6)]
    assert queue.add(check_in("b")).repeat


def test_what_settled_events_said_is_deleted_later_and_their_outcome_stays(queue, clock):
    queue.add(check_in("a"))
    queue.settle("a/check_in", [ACCEPTED])
    clock.later(days=31)
    queue.forget(clock.now - timedelta(days=30))
    [entry] = queue.listed()
    assert (entry.body, entry.state, entry.code) == (None, "accepted", "accepted")
    assert queue.add(check_in("a")).repeat


def test_what_is_settled_by_being_taken_over_is_not_sent_again_and_its_number_stays(queue, clock):
    queue.add(check_in("a"))
    queue.sent([1])
    queue.rest()
    clock.later(days=31)
    queue.again(clock.now)
    assert queue.take(9, 10**6) == queue.carry() == queue.unanswered(9) == []
    queue.forget(clock.now - timedelta(days=30))
    [entry] = queue.listed()
    assert (entry.sequence, entry.state, entry.body) == (1, "sent", None)
    assert queue.add(check_in("a")).repeat
    with pytest.raises(Refused, match="id_conflict"):
        queue.add(check_in("a", receipt_no="7"))
    queue.settle("a/check_in", [REFUSED])
    assert states(queue) == {"a/check_in": "refused"}


def test_an_event_too_large_for_the_wire_is_refused_and_uses_no_number(queue):
    with pytest.raises(Refused, match="too_large"):
        queue.add(check_in("a", receipt_no="x" * 70_000))
    assert queue.add(check_in("b")).sequence == 1


class Model(RuleBasedStateMachine):
    """Adding, sending, crashing and restarting in any order, beside a list of what was added."""

    @staticmethod
    def fresh(folder):
        return Queue(folder / "queue.sqlite", Clock())

    def __init__(self):
        super().__init__()
        self.folder = self.new_folder()
        self.queue = self.fresh(self.folder)
        self.added: list[str] = []
        self.received: list[bytes] = []
        self.settled: dict[str, bool] = {}

    @rule(name=st.integers(0, 30).map(str))
    def add(self, name):
        refused = f"{name}/check_in" in {entry.id for entry in self.queue.listed("refused")}
        said = self.queue.add(check_in(name))
        assert said.repeat == (name in self.added and not refused)
        if not said.repeat:
            self.added.append(name)
            assert said.sequence == len(self.added)

    @rule(most=st.integers(1, 5), arriving=st.integers(0, 5), confirmed=st.integers(0, 5))
    def send(self, most, arriving, confirmed):
        """Some of the batch arrives; of that, some is confirmed; then the link, or the machine, is gone."""
        entries = self.queue.take(most, 10**6)[:arriving]
        self.received += [entry.body for entry in entries]
        self.queue.sent([entry.sequence for entry in entries[:confirmed]])

    @precondition(lambda self: self.received)
    @rule(accepted=st.booleans(), data=st.data())
    def settle(self, accepted, data):
        event_id = json.loads(data.draw(st.sampled_from(self.received)))["id"]
        outcome = self.settled.setdefault(event_id, accepted)
        self.queue.settle(event_id, [ACCEPTED if outcome else REFUSED])

    @rule()
    def carry(self):
        self.received += [entry.body for entry in self.queue.carry()]

    @rule()
    def restart(self):
        self.queue.close()
        self.queue = self.fresh(self.folder)

    @invariant()
    def nothing_is_lost_and_nothing_is_said_twice_in_different_words(self):
        listed = {entry.sequence: entry for entry in self.queue.listed()}
        assert {n: entry.id for n, entry in listed.items()} == {
            n: f"{name}/check_in" for n, name in enumerate(self.added, 1)
        }
        arrived = {json.loads(body)["sequence"] for body in self.received}
        assert {n for n, entry in listed.items() if entry.state != "waiting"} <= arrived
        assert len(set(self.received)) == len(arrived)

    def teardown(self):
        entries = self.queue.take(1000, 10**9)
        self.received += [entry.body for entry in entries]
        assert {json.loads(body)["id"] for body in self.received} == {f"{name}/check_in" for name in self.added}
        self.queue.close()


@pytest.fixture(autouse=True)
def _folders(tmp_path_factory):
    Model.new_folder = staticmethod(lambda: tmp_path_factory.mktemp("queue"))


class TestQueueInAnyOrder(Model.TestCase):
    settings = settings(max_examples=30, stateful_step_count=30, deadline=None)
