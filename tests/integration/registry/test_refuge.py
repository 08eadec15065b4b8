"""A refugee's or stateless person's paper, shown to anybody, stops what goes against its holder: as a call would."""

import json
from datetime import timedelta, timezone

import pytest
from papers import CARD, arrived, check, held, shown
from synthetic import AGENCIES, HASHER, NOW, entry, event, moment, night, passport

from alerts.facts.matter import read_event
from chassis.boxes import unlock
from chassis.bus import Incoming
from contracts.messages import MatterOpened, MatterReleased
from registry.matters import Matters
from registry.refuge import PAPER_SHOWN
from registry.sealed import MATTERS, Sealed

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
KEY = bytes(32)
LETTER = {"documents": [{"kind": "travel_letter", "number": "SL-1", "issuer": "XXA"}]}


@pytest.fixture
def sealed(stand):
    matters = Matters(stand.database, stand.database, KEY)
    return Sealed(AGENCIES, matters, HASHER, HASHER, KEY, stand.publish, lambda: NOW)


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


async def test_whoever_hears_the_news_could_hear_of_the_hold_first(stand):
    await stand.receive(check(CARD))
    kinds = [letter.type for letter in stand.sent]
    assert kinds.index(PAPER_SHOWN) < kinds.index("person.changed")


async def test_a_paper_shown_again_says_nothing_of_what_became_of_the_hold(stand, sealed):
    async def heard(number):
        stand.sent.clear()
        await stand.receive(night(CARD, number, ref=f"T-{number}"))
        first = [letter.type for letter in stand.sent if letter.exchange == "registry"]
        await arrived(sealed, shown(stand))
        return [*first, *(letter.type for letter in stand.sent if letter.exchange == "registry")]

    assert "hold.changed" in await heard(0)
    while_held = await heard(1)
    (matter,) = [row["_id"] async for row in stand.database.matters.find({})]
    await sealed.obey([MatterReleased(matter=matter)])
    assert await heard(2) == while_held


async def test_a_family_that_shows_one_paper_is_a_task_for_each_of_them(stand, sealed):
    await stand.receive(check({**CARD, "birth_date": "1985-01-01"}))
    await arrived(sealed, shown(stand))
    (matter,) = [row["_id"] async for row in stand.database.matters.find({})]
    await sealed.obey([MatterReleased(matter=matter)])
    await stand.receive(check({**CARD, "name": {"full": "SAMPLE BABY"}, "birth_date": "2007-05-05"}, at=moment(5)))
    await arrived(sealed, shown(stand))
    assert await stand.database.matters.count_documents({"state": "open"}) == 1


async def test_the_zone_of_a_refugee_counts_with_a_wrong_digit_too(stand):
    zone = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36XXB7408122F1204159ZE184226B<<<<<10"
    for digits, result in (("7408122", "ok"), ("7408123", "fail")):
        data = {
            **{"action": "checked", "check": "mrz", "result": result},
            "document": {"kind": "travel_letter", "number": "L898902C3", "issuer": "UTO"},
            "person": {"mrz": zone.replace("7408122", digits)},
        }
        await stand.receive(event("imigrasi", "document", data, moment(0)))
        assert len(shown(stand)) == 1


SARAWAK = NOW.astimezone(timezone(timedelta(hours=8)))
MANY = {
    **CARD,
    "documents": [*({"kind": "other", "number": f"N{n}", "issuer": "UTO"} for n in range(9)), *CARD["documents"]],
}
KEPT = {"action": "lost", "person": MANY, "document": {"kind": "passport", "number": "A1", "issuer": "UTO"}}
HOTEL = {"kind": "lodging", "id": "H-1", "village": "61.06.14.2001"}
GUEST = {"action": "check_in", "establishment": HOTEL, "person": CARD, "stay_ref": "9"}


@pytest.mark.parametrize(
    "told",
    [
        check(CARD),
        check(CARD, at=SARAWAK, timeprecision="day"),
        entry(CARD, 0, 29),
        night(CARD, 1),
        event("imigrasi", "document", KEPT, moment(0)),
        event("imigrasi", "document", {"action": "lost", "document": CARD["documents"][0]}, moment(1)),
        event("phri-kh", "lodging", {**GUEST, "check_in_at": moment(2).isoformat()}, moment(2)),
    ],
    ids=["check", "to the day, in Sarawak", "entry", "night", "eleven papers", "a paper without a person", "guest"],
)
async def test_the_desk_can_read_whatever_it_is_told(stand, sealed, told):
    await stand.receive(told)
    (letter,) = shown(stand)
    assert sealed.read(Incoming(letter.routing_key, letter.body, type=letter.type)).refused is None
    await arrived(sealed, [letter])
    assert len(await held(stand)) == 1


async def test_of_an_event_that_was_refused_the_desk_is_told_nothing(stand):
    await stand.receive(check(passport("A1"), id="c"))
    await stand.receive(check(CARD, id="c"))
    assert shown(stand) == []


async def test_an_agencys_own_call_is_answered_whatever_it_names_itself(stand, sealed):
    def call(note):
        data = {"kind": "help", "note": note, "person": CARD}
        return event("polres", "protection", data, moment(0), id="P1").body

    await sealed.take([sealed.read(Incoming("sealed.polres", call("one")))])
    stand.sent.clear()
    await sealed.take([sealed.read(Incoming("sealed.polres", call("danger now"), type=PAPER_SHOWN))])
    assert await stand.database.matters.count_documents({}) == 2
    assert "receipts.issued" in {letter.type for letter in stand.sent}
