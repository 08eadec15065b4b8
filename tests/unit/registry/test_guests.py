"""A guest without a document: arrival and departure, told by one house under one reference, are one person."""

from itertools import permutations

import pytest
from memory import after
from synthetic import event, moment, passport

HOUSE = {"kind": "lodging", "id": "H-1", "village": "61.06.14.2001"}
GUEST = {"name": {"full": "Tan Mei Sintetis"}}


def night(action="check_in", who=GUEST, ref="A-1", source="/phri-kh/hotel-kapuas", **more):
    told = {"establishment": HOUSE, "person": who, "stay_ref": ref, "check_in_at": moment(3, 18).isoformat()}
    at = moment(3, 18) if action == "check_in" else moment(5, 7)
    out = {"check_out_at": moment(5, 7).isoformat()} if action == "check_out" else {}
    return event("phri-kh", "lodging", {"action": action, **told, **out, **more}, at, source=source)


def nights(memory):
    return [
        [one.check_out_at is not None for one in memory.settler.dossier(state).history.lodgings]
        for state in memory.living()
    ]


@pytest.mark.parametrize("order", [*permutations([night(), night("check_out")])], ids=["in order", "departure first"])
def test_arrival_and_departure_are_one_person_at_once(order):
    memory = after(*order)
    assert nights(memory) == [[True]]
    assert memory.on_hold() == set()


def test_the_order_of_the_names_and_their_letters_do_not_matter():
    assert len(after(night(), night("check_out", {"name": {"full": "SINTETIS, Tan Mei"}})).living()) == 1


@pytest.mark.parametrize(
    "other",
    [
        night("check_out", {"name": {"full": "Tan Wei Sintetis"}}),
        night("check_out", ref="A-2"),
        night("check_out", establishment={**HOUSE, "id": "H-2"}),
        night("check_out", passport("B200")),
    ],
    ids=["another guest of the same party", "another stay", "another house", "a guest without a name"],
)
def test_nothing_less_makes_them_one(other):
    assert len(after(night(), other).living()) == 2


def test_two_birth_dates_are_shown_to_a_human_as_with_a_document():
    born = [{**GUEST, "birth_date": date} for date in ("1990-04-02", "1971-12-31")]
    memory = after(night(who=born[0]), night("check_out", born[1]))
    assert len(memory.living()) == 2
    assert len(memory.on_hold()) == 2
