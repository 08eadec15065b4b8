"""People met together: one incident for a check and its corrections, whatever order they arrive in."""

from itertools import permutations

import pytest
from memory import Memory
from synthetic import event, moment, passport

from registry.incidents import announced

A, B = passport("A1"), passport("B7")
GROUP = {"size": 5, "citizens": 2, "minors": 1, "off_post": "yes", "guide": "yes", "payment": "unknown", "hidden": "no"}


def found(person, role="passenger"):
    said = {"documents_shown": "seen", "staying": "unknown", "activity": "none", "activity_basis": "seen", "role": role}
    return {"person": person, **said}


def patrol(*people, id="p1", kind="patrol", **more):
    data = {"kind": kind, "basis": "order", "order_no": "SP-1", "village": "61.06.14.2001", "screening": "done"}
    data |= {"persons": list(people)} | ({"group": {**GROUP, "size": 3 + len(people)}} if kind == "patrol" else {})
    return event("polres", "check", data, moment(9), id=id, **more)


def void(of, id="v"):
    return event("polres", "check", None, moment(10), voids=of, id=id)


def told(announcements):
    return [message for message in announcements.messages if message.TYPE == "incident.changed"]


def state(memory):
    return sorted(
        announced(i, memory.world).model_dump_json(exclude={"version", "people"})
        for i in memory.world.incidents.values()
        if i.merged_into is None
    )


def test_a_patrol_is_announced_with_the_group_and_opaque_ids():
    memory = Memory()
    _, announcements = memory.receive(patrol(found(A), found(B, "guide")))
    [incident] = told(announcements)
    assert (incident.kind, incident.village, incident.group.citizens) == ("patrol", "61.06.14.2001", 2)
    holders = {one.id for one in memory.living()}
    assert {met.person for met in incident.people} == holders
    assert sorted(met.role for met in incident.people) == ["guide", "passenger"]
    assert "A1" not in incident.model_dump_json()


@pytest.mark.parametrize(
    ("child", "role"),
    [
        (found({**A, "birth_date": "2011-05-05"}, "guide") | {"minor_with": "relative"}, "passenger"),
        (found(A, "driver") | {"minor_with": "alone"}, "passenger"),
        (found(A, "driver") | {"minor_with": "not_asked"}, "driver"),
        (found({**A, "birth_date": "2008-01-10"}, "guide"), "guide"),
        (found({**A, "birth_date": "2008-01-11"}, "guide") | {"minor_with": "relative"}, "passenger"),
    ],
    ids=["by the birth date", "by being asked", "not asked", "eighteen that day", "eighteen the day after"],
)
def test_a_minor_is_a_passenger_whatever_the_role(child, role):
    _, announcements = Memory().receive(patrol(child))
    [incident] = told(announcements)
    assert [met.role for met in incident.people] == [role]


def test_a_check_of_one_person_is_no_incident():
    _, announcements = Memory().receive(patrol(found(A), kind="person"))
    assert told(announcements) == []


def test_a_correction_changes_the_incident_and_makes_no_second():
    memory = Memory()
    memory.receive(patrol(found(A)))
    _, announcements = memory.receive(patrol(found(A), found(B), id="p2", corrects="p1"))
    [incident] = told(announcements)
    assert (incident.version, len(incident.people)) == (2, 2)


def test_an_incident_that_was_taken_back_is_withdrawn():
    memory = Memory()
    memory.receive(patrol(found(A)))
    _, announcements = memory.receive(void("p1"))
    assert [incident.withdrawn for incident in told(announcements)] == [True]


CHAIN = [patrol(found(A)), patrol(found(A), found(B), id="p2", corrects="p1"), patrol(found(B), id="p3", corrects="p2")]


@pytest.mark.parametrize("tail", [[], [void("p3")]], ids=["corrected twice", "and taken back"])
def test_any_order_of_a_chain_ends_in_one_incident(tail):
    ends = []
    for order in permutations([*CHAIN, *tail]):
        memory = Memory()
        for incoming in order:
            memory.receive(incoming)
        ends.append(state(memory))
    assert all(end == ends[0] for end in ends)
    assert len(ends[0]) == 1


def test_a_repeat_of_a_second_correction_announces_the_incident_again():
    memory = Memory()
    for incoming in CHAIN:
        memory.receive(incoming)
    _, announcements = memory.receive(CHAIN[2])
    assert [(incident.version, incident.merged_into) for incident in told(announcements)] == [(3, None)]


def test_a_repeat_announces_the_incident_again():
    memory = Memory()
    memory.receive(patrol(found(A)))
    _, announcements = memory.receive(patrol(found(A)))
    assert [incident.version for incident in told(announcements)] == [1]
