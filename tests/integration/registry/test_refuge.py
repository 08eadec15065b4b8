"""A refugee's or stateless person's paper, shown to anybody, stops what goes against its holder: as a call would."""

import json

import pytest
from synthetic import AGENCIES, HASHER, NOW, event, moment, night, passport

from alerts.facts.matter import read_event
from chassis.boxes import unlock
from chassis.bus import Incoming
from contracts.messages import MatterOpened, MatterReleased
from registry.matters import Matters
from registry.refuge import PAPER_SHOWN
from registry.sealed import MATTERS, Sealed

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
KEY = bytes(32)
CARD = {"documents": [{"kind": "unhcr", "number": "816-22C00001", "issuer": "UNO"}], "name": {"full": "SAMPLE ALIA"}}
LETTER = {"documents": [{"kind": "travel_letter", "number": "SL-1", "issuer": "XXA"}]}


@pytest.fixture
def sealed(stand):
    matters = Matters(stand.database, stand.database, KEY)
    return Sealed(AGENCIES, matters, HASHER, HASHER, KEY, stand.publish, lambda: NOW)


MET = {"documents_shown": "seen", "staying": "unknown", "activity": "visit", "activity_basis": "seen"}
CHECK = {"kind": "person", "basis": "order", "order_no": "SP-1", "village": "61.06.14.2001", "screening": "done"}


def check(*people):
    return event("polres", "check", {**CHECK, "persons": [{"person": one, **MET} for one in people]}, moment(0))


def shown(stand):
    found = [letter for letter in stand.sent if letter.type == PAPER_SHOWN]
    stand.sent.clear()
    return found


async def arrived(sealed, letters):
    for letter in letters:
        await sealed.take([sealed.read(Incoming(letter.routing_key, letter.body, type=letter.type))])


async def held(stand):
    return {row["_id"] async for row in stand.database.holds.find({}) if row["causes"]}


async def test_whoever_shows_such_a_paper_at_a_check_is_held_and_nobody_met_beside_them(stand, sealed):
    await stand.receive(check(CARD, LETTER, passport("A0000001")))
    letters = shown(stand)
    assert {letter.routing_key for letter in letters} == {"sealed.polres"}
    await arrived(sealed, [*letters, *letters])
    assert len(await held(stand)) == 2
    opened = [MatterOpened.model_validate_json(one.body) for one in stand.sent if one.routing_key == MATTERS]
    told = [read_event(one.matter, json.loads(unlock(KEY, one.sealed))) for one in opened]
    assert [(one.kind, one.refugee_code, one.stateless_code) for one in told[:2]] == [
        ("unhcr_document", True, False),
        ("stateless", False, True),
    ]
    # No sender hears of it, and each paper is one task however often it is told.
    assert {letter.type for letter in stand.sent} == {MatterOpened.TYPE, "hold.changed"}
    assert await stand.database.matters.count_documents({}) == 2


async def test_a_paper_is_one_task_of_a_source_and_once_let_go_stays_so(stand, sealed):
    for number in range(3):
        await stand.receive(night(CARD, number, ref=f"T-{number}"))
        await arrived(sealed, shown(stand))
    assert await stand.database.matters.count_documents({}) == 1
    assert len(await held(stand)) == 1
    (matter,) = [row["_id"] async for row in stand.database.matters.find({})]
    await sealed.obey([MatterReleased(matter=matter)])
    assert await held(stand) == set()
    await stand.receive(night(CARD, 3, ref="T-3"))
    await arrived(sealed, shown(stand))
    assert await held(stand) == set()


async def test_what_is_told_twice_is_passed_on_twice_and_a_passport_never(stand):
    met = check(CARD)
    await stand.receive(met)
    await stand.receive(met)
    assert len(shown(stand)) == 2
    await stand.receive(check(passport("A0000002")))
    assert shown(stand) == []


def test_a_card_in_a_screening_is_a_refugees_paper():
    told = read_event("m1", {"data": {"kind": "screening", "person": CARD, "indicators": []}})
    assert (told.refugee_code, told.stateless_code) == (True, False)
