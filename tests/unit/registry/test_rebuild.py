"""The log alone is enough: from its entries, in any order, come the same persons, doubts and decisions."""

from datetime import timedelta
from random import Random

import pytest
from memory import Memory
from synthetic import HASHER, NOW, READER, entry, event, leaving, moment, night, passport

from chassis.statement import Actor
from registry.decisions import Decider
from registry.rebuild import rebuild

OFFICER = Actor("sup", "supervisor", "imigrasi", "order:1")
AMIR = passport("A1", name={"full": "Amir Sintetis"}, birth_date="1990-04-02")
MISTYPED = passport("A1", name={"full": "Amir Sintetis"}, birth_date="1990-04-20")
OTHER = passport("B7", name={"full": "Li Wei Contoh"}, birth_date="1971-12-31")
CITIZEN = passport("C1", "IDN", name={"full": "Warga Sintetis"})
ZONE = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"


def found(person, **more):
    said = {"documents_shown": "seen", "staying": "own_home", "activity": "none", "activity_basis": "seen", **more}
    return {"person": person, **said}


def check(*people):
    data = {"kind": "premises", "basis": "order", "order_no": "SP-1", "village": "61.06.14.2001", "screening": "done"}
    return event("polres", "check", {**data, "persons": list(people)}, moment(12))


HISTORY = [
    entry(AMIR, 0, 29, id="1"),
    night(MISTYPED, 5, id="1"),
    night({"name": {"full": "SINTETIS AMIR"}, "birth_date": "1990-04-02"}, 6, ref="2"),
    leaving(OTHER, 9),
    check(found(CITIZEN), found(AMIR), found(OTHER, employer={"kind": "company", "id": "C-9", "name": "PT Contoh"})),
    entry({"mrz": ZONE}, 1, 29),
    entry({**AMIR, "sex": "M"}, 0, 31, id="2", corrects="1"),
    event("phri-kh", "lodging", None, moment(7), voids="1", id="v"),
    event("plbn-badau", "crossing", {"action": "exit", "person": CITIZEN, "post": "BADAU"}, moment(3)),
    event(
        "plbn-badau",
        "source.status",
        {"covers_from": moment(0).isoformat(), "covers_until": moment(9).isoformat()},
        moment(9),
    ),
]


@pytest.mark.parametrize("seed", range(20))
def test_whatever_order_the_log_is_read_in(seed):
    memory = Memory()
    for incoming in HISTORY:
        memory.receive(incoming)
    chance = Random(seed)
    for minutes in range(3):
        one, other = chance.sample(memory.living(), 2)
        decider = Decider(HASHER, OFFICER, NOW + timedelta(minutes=minutes))
        memory.take(decider.verdict(chance.choice(("same", "different")), set(one.nodes), set(other.nodes), "why"))
    state = next(state for state in memory.living() if any(line.kind == "crossing" for line in state.parsed()))
    line = next(line for line in state.parsed() if line.kind == "crossing" and line.node)
    memory.take(Decider(HASHER, OFFICER, NOW).on_event("contested", line.key, {line.node}, "was not there"))

    entries = chance.sample(memory.log, len(memory.log))
    again = Memory()
    again.world = rebuild(entries, READER, again.joining)
    assert again.people() == memory.people()
    assert doubts(again) == doubts(memory)
    assert len(again.world.sources) == len(memory.world.sources)


def doubts(memory):
    return sorted(sorted((doubt.pair, doubt.kind, doubt.open) for doubt in s.doubts.values()) for s in memory.living())
