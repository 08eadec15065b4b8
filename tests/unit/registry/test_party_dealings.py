"""What a party itself did: requests, checks, approvals; whatever order they arrive in, however often."""

from datetime import date
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from memory import Memory
from synthetic import HASHER, NOW, SPONSOR, day, event, extension, moment, passport

from chassis.statement import Actor
from registry.dealings import party_changed
from registry.decisions import Decider

HOTEL = {"kind": "lodging", "id": "H-1", "village": "61.06.14.2001"}
OTHER = {**HOTEL, "id": "H-2"}


def served(number="7", of=HOTEL, **more):
    data = {"action": "request_served", "establishment": of, "request_no": number, "proof_ref": "BA-9"}
    data |= {"served_at": moment(3).isoformat(), "due_at": moment(5).isoformat()}
    return event("imigrasi", "lodging", data, moment(3), **{"id": "s", **more})


def answered(number="7", on=4, **more):
    data = {"action": "request_answered", "establishment": HOTEL, "request_no": number}
    return event(
        "imigrasi", "lodging", data | {"answered_at": moment(on).isoformat()}, moment(on), **{"id": "a", **more}
    )


def sponsor_check(result="not_found", on=6, sponsor=SPONSOR, persons=(), **more):
    data = {"kind": "sponsor", "basis": "order", "order_no": "SP-1", "village": "61.06.14.2001"}
    data |= {"screening": "not_possible", "sponsor": sponsor, "sponsor_result": result}
    data |= {"persons": list(persons)} if persons else {}
    return event("imigrasi", "check", data, moment(on), **{"id": "c", **more})


def approved(number="A1", heads=4, **more):
    data = {"action": "approved", "employer": SPONSOR, "approval_no": number, "position": "3112", "headcount": heads}
    data |= {"sites": ["61.06.14.2001"], "valid_until": day(300)}
    return event("dinas-kerja", "work", data, moment(7), **more)


def void(agency, kind, of, id="v"):
    return event(agency, kind, None, moment(20), voids=of, id=id)


def of(memory):
    """Every party as it would be announced, without what depends on chance."""
    return sorted(
        party_changed(party).model_dump_json(exclude={"party", "version"}) for party in memory.world.parties.values()
    )


def told(announcements):
    return [message for message in announcements.messages if message.TYPE == "party.changed"]


def only(memory, incoming):
    [party] = told(memory.receive(incoming)[1])
    return party


def test_a_request_is_announced_with_its_party_and_no_number():
    party = only(Memory(), served())
    [request] = party.requests
    assert (request.served_at, request.due_at, request.proof, request.answered_at) == (moment(3), moment(5), True, None)
    assert not any(said in party.model_dump_json() for said in ("BA-9", "H-1", '"7"'))


def test_an_answer_belongs_to_the_request_of_its_number():
    memory = Memory()
    memory.receive(served(), served("8", id="s8"))
    party = only(memory, answered())
    assert [request.answered_at for request in party.requests] == [moment(4), None]
    assert party.version == 2


def test_a_guest_changes_nothing_of_a_hotel_that_is_known():
    memory = Memory()
    memory.receive(served())
    guest = {"action": "check_in", "establishment": HOTEL, "person": passport(), "stay_ref": "1"}
    _, announcements = memory.receive(
        event("phri-kh", "lodging", guest | {"check_in_at": moment(2).isoformat()}, moment(2))
    )
    assert told(announcements) == []


def test_a_check_of_a_guarantor_where_nobody_was_found_is_its_own():
    [check] = only(Memory(), sponsor_check()).sponsor_checks
    assert (check.result, check.at) == ("not_found", moment(6))


def test_approvals_say_for_how_many():
    memory = Memory()
    memory.receive(approved(id="w1"))
    party = only(memory, approved("A2", 30, id="w2"))
    assert sorted((one.headcount, one.valid_until) for one in party.approvals) == [
        (4, date.fromisoformat(day(300))),
        (30, date.fromisoformat(day(300))),
    ]


def test_what_was_taken_back_is_gone_and_announced():
    memory = Memory()
    memory.receive(served())
    assert only(memory, void("imigrasi", "lodging", "s")).requests == ()


def test_a_correction_that_names_another_party_is_told_to_both():
    memory = Memory()
    memory.receive(served())
    _, announcements = memory.receive(served(of=OTHER, id="s2", corrects="s"))
    assert sorted(len(party.requests) for party in told(announcements)) == [0, 1]


def test_a_check_that_turns_out_to_be_of_another_kind_is_no_check_of_a_guarantor():
    memory = Memory()
    memory.receive(sponsor_check())
    data = {"kind": "premises", "basis": "order", "order_no": "SP-1", "village": "61.06.14.2001", "screening": "done"}
    party = only(memory, event("imigrasi", "check", data, moment(7), id="c2", corrects="c"))
    assert party.sponsor_checks == ()


def test_a_repeat_announces_the_party_as_it_is():
    memory = Memory()
    memory.receive(served())
    memory.receive(void("imigrasi", "lodging", "s"))
    assert [(party.version, party.requests) for party in told(memory.receive(served())[1])] == [(2, ())]
    # The one that takes it back names no party itself.
    assert [party.version for party in told(memory.receive(void("imigrasi", "lodging", "s"))[1])] == [2]


CHAIN = [served(), served(of=OTHER, id="s2", corrects="s"), served(of=OTHER, id="s3", corrects="s2"), answered()]


@pytest.mark.parametrize("tail", [[], [void("imigrasi", "lodging", "s2")]], ids=["corrected twice", "and taken back"])
def test_any_order_of_a_chain_ends_the_same(tail):
    ends = []
    for order in permutations([*CHAIN, *tail]):
        memory = Memory()
        for incoming in order:
            memory.receive(incoming)
        ends.append([party for party in of(memory) if '"requests":[{' in party])
    assert all(end == ends[0] for end in ends)
    assert len(ends[0]) == (0 if tail else 1)


EVENTS = [*CHAIN, sponsor_check(), sponsor_check("ok", id="c2", corrects="c"), approved(id="w1"),
          approved(heads=9, id="w2", corrects="w1"), void("imigrasi", "lodging", "a", "va")]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(EVENTS), max_size=6).flatmap(lambda some: st.permutations([*EVENTS, *some])))
def test_order_and_repetition_change_nothing(arriving):
    memory, plain = Memory(), Memory()
    for incoming in arriving:
        memory.receive(incoming)
    for incoming in EVENTS:
        plain.receive(incoming)
    assert [party for party in of(memory) if "evidence" in party] == [
        party for party in of(plain) if "evidence" in party
    ]


def dealt(memory):
    return [party for party in of(memory) if "evidence" in party]


def test_a_check_that_a_human_set_aside_counts_no_more():
    memory = Memory()
    found = {"documents_shown": "seen", "staying": "unknown", "activity": "none", "activity_basis": "seen"}
    memory.receive(sponsor_check(persons=[{"person": passport(), **found}]))
    [person] = memory.living()
    [key] = {line.key for line in person.parsed()}
    decider = Decider(HASHER, Actor("sup", "supervisor", "imigrasi", "order:1"), NOW)
    [party] = told(memory.take(decider.on_event("set_aside", key, set(person.nodes), "Bukan di sana."))[1])
    assert party.sponsor_checks == ()
    assert not any(b"Bukan" in line for state in memory.world.parties.values() for line in state.lines.values())


PHONE = "+60123456789"


def permits(memory):
    found = [permit for state in memory.living() for permit in memory.settler.dossier(state).history.permits]
    return sorted(found, key=lambda permit: permit.dependant)


def test_a_phone_and_a_principal_permit_go_out_as_keyed_hashes():
    memory = Memory()
    family = {"principal_permit_no": "p-1"}
    memory.receive(
        extension(passport("A1"), 1, 60, contact_phone=PHONE, id="1"),
        extension(passport("B2"), 2, 60, contact_phone=PHONE, id="2", **family),
    )
    one, other = permits(memory)
    assert one.phone == other.phone
    assert one.principal == other.principal, "the number of its own permit is the number the other depends on"
    assert (one.dependant, other.dependant) == (False, True)
    said = one.model_dump_json() + other.model_dump_json()
    assert not any(number in said for number in (PHONE, "123456789", "P1", "p-1"))
