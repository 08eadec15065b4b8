"""What a human says of who is who holds, is reversible, and loses nothing."""

from datetime import timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from memory import Memory, after
from synthetic import HASHER, MATCHER, NOW, READER, entry, event, leaving, moment, night, passport

from chassis.statement import Actor
from registry.clusters import Rulings, cut
from registry.decisions import Decider

OFFICER = Actor("sup", "supervisor", "imigrasi", "order:1")
AMIR = passport("A1", name={"full": "Amir Sintetis"}, birth_date="1990-04-02")
MISTYPED = passport("A1", name={"full": "Amir Sintetis"}, birth_date="1990-04-20")
OTHER = passport("B7", name={"full": "Li Wei Contoh"}, birth_date="1971-12-31")


def decider(minutes=1):
    return Decider(HASHER, OFFICER, NOW + timedelta(minutes=minutes))


def holding(memory, number):
    """Whoever holds a passport of this number."""
    return [s for s in memory.living() if any(d[2] == number for n in s.nodes.values() for d in n.profile.documents)]


def judged(memory, verdict, one, other, minutes=1):
    return memory.take(decider(minutes).verdict(verdict, set(one.nodes), set(other.nodes), "why"))[1]


def two():
    memory = after(entry(AMIR, 0, 29), leaving(AMIR, 5), entry(OTHER, 2, 31), night(OTHER, 3))
    [one], [other] = holding(memory, "A1"), holding(memory, "B7")
    return memory, one, other


def test_two_persons_judged_the_same_are_one_with_all_events():
    memory, one, other = two()
    announced = judged(memory, "same", one, other)
    assert len(memory.only().stays) == 2
    assert sum(m.TYPE == "person.changed" and m.merged_into is not None for m in announced.messages) == 1


@pytest.mark.parametrize("undone", ["different", "withdrawn"])
def test_a_split_after_a_merge_restores_both_dossiers_and_their_ids(undone):
    memory, one, other = two()
    before = memory.by_id()
    left, right = set(one.nodes), set(other.nodes)
    judged(memory, "same", one, other)
    assert memory.by_id() != before
    memory.take(decider(2).verdict(undone, left, right, "why"))
    assert memory.by_id() == before


def test_what_arrives_after_a_split_finds_its_way():
    memory, one, other = two()
    left, right = set(one.nodes), set(other.nodes)
    judged(memory, "same", one, other)
    memory.take(decider(2).verdict("different", left, right, "why"))
    memory.receive(leaving(OTHER, 9), leaving(passport("B7"), 10))
    assert sorted(len(state.lines) for state in memory.living()) == [2, 4]


def test_a_contradiction_that_a_human_settles_stays_settled_for_what_arrives_later():
    memory = after(entry(AMIR, 0, 29), night(MISTYPED, 5))
    one, other = memory.living()
    assert memory.on_hold() == {one.id, other.id}
    judged(memory, "same", one, other)
    memory.receive(night(MISTYPED, 7, ref="2"), night({**AMIR, "citizenship": "UTO"}, 8, ref="3"), leaving(AMIR, 9))
    assert len(memory.living()) == 1
    assert memory.on_hold() == set()


def named(name, number=None, born=None):
    documents = (
        {"documents": [{"kind": "passport", "number": number, "issuer": "UTO"}]} if number else {"documents": []}
    )
    return {**documents, **({"name": {"full": name}} if name else {}), **({"birth_date": born} if born else {})}


def test_what_was_judged_of_others_settles_no_contradiction_here():
    """Found by the stateful test: whether it did hung on whether the others were at hand."""
    held = named("Li Wei Contoh", "A1", "1990-02-04")
    similar = named("Amir bin Sintetis", born="1990-04-02")
    memory = after(entry(held, 0, 29), entry(similar, 0, 29))
    judged(memory, "different", *memory.living())
    memory.receive(entry(named("Amir bin Sintetis", born="1990-02-04"), 0, 29))
    known = {state.id for state in memory.living()}
    memory.receive(entry(named("Budi Contoh", born="1990-02-04"), 0, 29))
    (budi,) = [state for state in memory.living() if state.id not in known]
    amir = next(s for s in memory.living() if s.id in known and _says(s, "Amir bin Sintetis", "1990-02-04"))
    judged(memory, "same", amir, budi, minutes=2)
    memory.receive(entry(named(None, "A1", "1990-02-04"), 0, 29), entry(named("Amir bin Sintetis", "A1"), 0, 29))
    nodes = [node for state in memory.living() for node in state.nodes.values()]
    edges = [edge for one, other in combinations(nodes, 2) if (edge := MATCHER.edge(one, other))]
    verdicts = {verdict.key: verdict for state in memory.living() for verdict in state.verdicts.values()}
    afresh = cut(nodes, edges, Rulings(verdicts.values()), MATCHER.contradict)
    assert sorted(sorted(state.nodes) for state in memory.living()) == sorted(map(sorted, afresh))
    assert len(holding(memory, "A1")) == 2


def _says(state, name, born):
    return any((node.profile.full, node.profile.birth_date) == (name, born) for node in state.nodes.values())


def test_two_persons_judged_different_stay_apart_and_nobody_waits():
    memory = after(entry(AMIR, 0, 29), night(MISTYPED, 5))
    judged(memory, "different", *memory.living())
    assert (len(memory.living()), memory.on_hold()) == (2, set())


def test_a_verdict_put_off_decides_nothing():
    memory = after(entry(AMIR, 0, 29), night(MISTYPED, 5))
    judged(memory, "later", *memory.living())
    assert (len(memory.living()), len(memory.on_hold())) == (2, 2)


def test_a_document_that_joins_whom_a_human_parted_asks_again():
    memory, one, other = two()
    judged(memory, "different", one, other)
    memory.receive(event("imigrasi", "document", replaced("A1", "B7"), moment(8)))
    assert len(memory.living()) == 2
    assert len(memory.on_hold()) == 2


def replaced(old, new):
    papers = ({"kind": "passport", "number": number, "issuer": "UTO"} for number in (old, new))
    return {"action": "replaced", **dict(zip(("document", "new_document"), papers, strict=True)), "person": NAMELESS}


NAMELESS = {"name": {"full": "Amir Sintetis"}}


def test_a_contested_event_holds_until_a_human_decides_and_stays_on_record():
    memory = after(entry(AMIR, 0, 29), night(AMIR, 40))
    [state] = memory.living()
    [line] = [line for line in state.parsed() if line.kind == "lodging"]
    memory.take(decider(1).on_event("contested", line.key, {line.node}, "was not there"))
    assert memory.on_hold() == {state.id}
    assert len(memory.only().presences) == 1
    memory.take(decider(2).on_event("set_aside", line.key, {line.node}, "hotel mixed up rooms"))
    assert (memory.on_hold(), len(memory.only().presences)) == (set(), 0)
    assert line.claim in state.lines
    memory.take(decider(3).on_event("stands", line.key, {line.node}, "hotel showed the book"))
    assert len(memory.only().presences) == 1


PEOPLE = [passport(f"A{n}", name={"full": f"Nama{n} Contoh"}, birth_date=f"19{70 + n}-01-0{n + 1}") for n in range(4)]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PEOPLE), st.integers(0, 60), st.booleans()), min_size=2, max_size=10))
def test_any_two_persons_come_out_of_merge_and_split_as_they_went_in(told):
    memory = Memory()
    for who, on, lodging in told:
        memory.receive(night(who, on, ref=str(on)) if lodging else entry(who, on, on + 29))
    living = memory.living()
    if len(living) < 2:
        return
    before, sides = memory.by_id(), (set(living[0].nodes), set(living[1].nodes))
    memory.take(decider(1).verdict("same", *sides, "why"))
    memory.take(decider(2).verdict("different", *sides, "why"))
    assert memory.by_id() == before


def test_a_verdict_delivered_twice_counts_once():
    memory, one, other = two()
    said = decider().verdict("same", set(one.nodes), set(other.nodes), "why")
    memory.take(said)
    before = memory.by_id()
    [outcome], _ = memory.take(said)
    assert outcome.repeat
    assert memory.by_id() == before
    assert READER.read(entry(AMIR, 0, 29)).subjects[0].node.id in memory.living()[0].nodes
