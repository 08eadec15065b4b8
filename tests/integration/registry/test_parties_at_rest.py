"""A party's own dealings on the real database: every event in a batch of its own, in any order, again after a crash."""

import json
from itertools import permutations

import pytest
from synthetic import event, moment

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
