"""Events, verdicts, splits, withdrawals, corrections and repeats in any order, against a model that starts afresh."""

from datetime import timedelta
from itertools import combinations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from memory import Memory
from synthetic import HASHER, MATCHER, NOW, READER, entry, event, moment, night

from chassis.statement import Actor
from registry.chains import effective
from registry.clusters import Rulings, cut
from registry.decisions import Decider
from registry.lines import Line

NAMES = ("Amir bin Sintetis", "AMIR SINTETIS", "Li Wei Contoh", "Budi Contoh")
NUMBERS = ("A1", "A2", "A3")
BIRTHS = ("1990-04-02", "1990-02-04", "1971-12-31", None)
OFFICER = Actor("sup", "supervisor", "imigrasi", "order:1")


@st.composite
def persons(draw):
    numbers = draw(st.lists(st.sampled_from(NUMBERS), max_size=2, unique=True))
    said = {"documents": [{"kind": "passport", "number": number, "issuer": "UTO"} for number in numbers]}
    if not numbers or draw(st.booleans()):
        said["name"] = {"full": draw(st.sampled_from(NAMES))}
    if birth := draw(st.sampled_from(BIRTHS)):
        said["birth_date"] = birth
    return said


def taking_back(taken, number):
    return event("phri-kh", "lodging", None, moment(20), voids=taken.event_id, id=number)


class IdentityLife(RuleBasedStateMachine):
    """The registry in memory beside the plain list of what it was told."""

    def __init__(self):
        super().__init__()
        self.memory = Memory()
        self.told = []
        self.minutes = 0

    def decider(self):
        self.minutes += 1
        return Decider(HASHER, OFFICER, NOW + timedelta(minutes=self.minutes))

    def take(self, draft):
        if draft.key not in {known.key for known in self.told}:
            self.told.append(draft)
        self.memory.take(draft)

    @rule(who=persons(), on=st.integers(0, 9), lodging=st.booleans(), corrected=st.none() | st.integers(0, 9))
    def report(self, who, on, lodging, corrected):
        said = night(who, on, ref=str(on)) if lodging else entry(who, on, on + 29)
        sent = [draft for draft in self.told if draft.header.agency == ("phri-kh" if lodging else "plbn-badau")]
        if corrected is not None and corrected < len(sent):
            more = {"corrects": sent[corrected].event_id, "id": f"c{len(self.told)}"}
            said = night(who, on, ref=str(on), **more) if lodging else entry(who, on, on + 29, **more)
        self.take(READER.read(said))

    @precondition(lambda self: self.told)
    @rule(data=st.data())
    def repeat(self, data):
        self.memory.take(*data.draw(st.lists(st.sampled_from(self.told), min_size=1, max_size=3)))

    @rule(data=st.data())
    def take_back(self, data):
        sent = [draft for draft in self.told if draft.header.agency == "phri-kh"]
        if sent:
            taken = data.draw(st.sampled_from(sent))
            self.take(
                READER.read(
                    event("phri-kh", "lodging", None, moment(20), voids=taken.event_id, id=f"v{len(self.told)}")
                )
            )

    @rule(data=st.data(), verdict=st.sampled_from(("same", "different", "later")))
    def judge(self, data, verdict):
        pairs = list(combinations(self.memory.living(), 2))
        if pairs:
            one, other = data.draw(st.sampled_from(pairs))
            self.take(self.decider().verdict(verdict, one.nodes, other.nodes, "why"))

    @rule(data=st.data())
    def split(self, data):
        wide = [state for state in self.memory.living() if len(state.nodes) > 1]
        if wide:
            state = data.draw(st.sampled_from(wide))
            size = data.draw(st.integers(1, len(state.nodes) - 1))
            taken = set(sorted(state.nodes)[:size])
            rest = state.nodes.keys() - taken
            self.take(self.decider().verdict("different", taken, rest, "why"))
            living = [one.nodes.keys() - one.idle for one in self.memory.living()]
            assert not [nodes for nodes in living if nodes & taken and nodes & rest]

    @rule(data=st.data())
    def withdraw(self, data):
        given = [verdict for state in self.memory.living() for verdict in state.verdicts.values()]
        if given:
            verdict = data.draw(st.sampled_from(given))
            self.take(self.decider().verdict("withdrawn", verdict.left, verdict.right, "why"))

    @rule(data=st.data(), action=st.sampled_from(("contested", "stands", "set_aside")))
    def decide_on_event(self, data, action):
        lines = [line for state in self.memory.living() for line in state.parsed() if line.node]
        if lines:
            line = data.draw(st.sampled_from(lines))
            self.take(self.decider().on_event(action, line.key, {line.node}, "why"))

    @invariant()
    def persons_are_what_a_fresh_look_at_all_claims_finds(self):
        found = sorted(sorted(state.nodes.keys() - state.idle) for state in self.memory.living())
        assert [nodes for nodes in found if nodes] == self.clusters_afresh()

    def clusters_afresh(self):
        lines = [Line.from_bytes(stored) for state in self.memory.living() for stored in state.lines.values()]
        counted = {line.node for line in effective(lines) if line.node}
        nodes = [node for state in self.memory.living() for node in state.nodes.values() if node.id in counted]
        edges = [edge for one, other in combinations(nodes, 2) if (edge := MATCHER.edge(one, other))]
        verdicts = [draft.verdict for draft in self.told if draft.verdict]
        return sorted(sorted(cluster) for cluster in cut(nodes, edges, Rulings(verdicts), MATCHER.contradict))

    @invariant()
    def whoever_is_in_doubt_or_contested_is_on_hold_and_nobody_else(self):
        waiting = {
            state.id for state in self.memory.living() if state.in_doubt or self.memory.settler.dossier(state).contested
        }
        assert self.memory.on_hold() == waiting

    @invariant()
    def every_edge_between_two_persons_is_a_doubt(self):
        holder = {node: state.id for state in self.memory.living() for node in state.nodes}
        nodes = [node for state in self.memory.living() for node in state.nodes.values()]
        pairs = {
            edge_pair
            for one, other in combinations(nodes, 2)
            if holder[one.id] != holder[other.id] and MATCHER.edge(one, other)
            for edge_pair in [tuple(sorted((one.id, other.id)))]
        }
        assert {pair for state in self.memory.living() for pair in state.doubts} == pairs

    @invariant()
    def both_sides_of_a_doubt_know_of_it(self):
        holder = {node: state for state in self.memory.living() for node in state.nodes}
        for state in self.memory.living():
            for pair, doubt in state.doubts.items():
                [other] = {holder[node].id for node in pair} - {state.id}
                assert self.memory.world.persons[other].doubts[pair] == doubt

    def teardown(self):
        """Rebuilt from the log in other orders: the same dossiers, and the same persons in doubt."""
        events = [draft for draft in self.told if draft.header.agency != "tapal"]
        decisions = [draft for draft in self.told if draft.header.agency == "tapal"]
        for order in (events, events[::-1], events[1::2] + events[::2]):
            again = Memory()
            for draft in [*order, *decisions]:
                again.take(draft)
            assert again.people() == self.memory.people()
            assert len(again.on_hold()) == len(self.memory.on_hold())


IdentityLife.TestCase.settings = settings(max_examples=120, stateful_step_count=14, deadline=None)
test_identity_life = pytest.mark.filterwarnings("ignore")(IdentityLife.TestCase)
