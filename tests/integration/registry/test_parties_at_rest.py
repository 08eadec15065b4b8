"""A party's own dealings on the real database: every event in a batch of its own, in any order, again after a crash."""

import json
from itertools import permutations

import pytest
from registry_stand import OFFICER
from synthetic import SPONSOR, event, moment, passport

pytestmark = [pytest.mark.integration, pytest.mark.anyio]

HOTEL = {"kind": "lodging", "id": "H-1", "village": "61.06.14.2001"}


def served(of=HOTEL, **more):
    data = {"action": "request_served", "establishment": of, "request_no": "7", "proof_ref": "BA-9"}
    data |= {"served_at": moment(3).isoformat(), "due_at": moment(5).isoformat()}
    return event("imigrasi", "lodging", data, moment(3), **more)


CHAIN = [
    served(id="s"),
    served({**HOTEL, "id": "H-2"}, id="s2", corrects="s"),
    event("imigrasi", "lodging", None, moment(9), voids="s2", id="v"),
]


def told(stand):
    said = [json.loads(letter.body) for letter in stand.sent if letter.type == "party.changed"]
    return {one["party"]: len(one["requests"]) for one in sorted(said, key=lambda one: one["version"])}


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_what_was_corrected_and_taken_back_is_gone_from_every_party(stand, order):
    for index in order:
        await stand.receive(CHAIN[index])
    assert len(told(stand)) == 2
    assert set(told(stand).values()) == {0}


async def test_a_correction_moves_a_request_and_a_repeat_tells_both_again(stand):
    await stand.receive(CHAIN[0])
    await stand.receive(CHAIN[1])
    assert sorted(told(stand).values()) == [0, 1]
    stand.sent.clear()
    await stand.receive(CHAIN[1])
    assert sorted(told(stand).values()) == [0, 1]


async def test_a_check_that_a_human_set_aside_counts_no_more(stand):
    found = {"documents_shown": "seen", "staying": "unknown", "activity": "none", "activity_basis": "seen"}
    data = {"kind": "sponsor", "basis": "order", "order_no": "SP-1", "village": "61.06.14.2001", "screening": "done"}
    data |= {"sponsor": SPONSOR, "sponsor_result": "closed", "persons": [{"person": passport(), **found}]}
    await stand.receive(event("imigrasi", "check", data, moment(6)))
    [person] = await stand.living()
    [key] = {line.key for line in person.parsed()}
    await stand.commands.on_event((person.id, key), "contested", "Bukan saya.", OFFICER)
    await stand.commands.on_event((person.id, key), "set_aside", "Bukan di sana.", OFFICER)
    await stand.commands.outbox.flush()
    said = [json.loads(letter.body) for letter in stand.sent if letter.type == "party.changed"]
    assert [(one["version"], len(one["sponsor_checks"])) for one in said] == [(1, 1), (2, 1), (3, 0)]
