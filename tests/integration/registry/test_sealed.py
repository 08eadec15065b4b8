"""Calls for protection, readable or not: each is kept sealed, handed to the desk and answered."""

import json
from types import SimpleNamespace

import pytest
from synthetic import AGENCIES, HASHER, NOW, entry, event, moment, passport

from chassis.boxes import unlock
from chassis.bus import Incoming
from contracts.events import MAX_EVENT_BYTES
from contracts.messages import MatterOpened, MatterReleased, PeopleHeld
from registry.matters import Matters
from registry.sealed import MATTERS, Sealed, read_order

pytestmark = [pytest.mark.integration, pytest.mark.anyio]

KEY = bytes(32)
CALL = event("ppt", "protection", {"kind": "help"}, moment(0)).body


@pytest.fixture
def sealed(stand):
    matters = Matters(stand.database, stand.database, KEY)
    return Sealed(AGENCIES, matters, HASHER, HASHER, KEY, stand.publish, lambda: NOW)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (CALL, "received"),
        (CALL[:-9], "unreadable"),
        (b"", "unreadable"),
        (CALL + b" " * 17_000_000, "too_large"),
        (event("ppt", "crossing", {}, moment(0)).body, "unknown_type"),
    ],
    ids=["sound", "broken off", "empty", "larger than the database takes", "of another type"],
)
async def test_the_desk_hears_of_every_call_and_its_sender_of_the_outcome(stand, sealed, body, code):
    incoming = Incoming("sealed.ppt", body)
    for _ in range(2):
        await sealed.take([sealed.read(incoming)])
    [(matter, told), (again, _)] = [
        (MatterOpened.model_validate_json(opened.body), json.loads(receipt.body)["receipts"][0])
        for opened, receipt in zip(stand.sent[::2], stand.sent[1::2], strict=True)
    ]
    assert (stand.sent[0].routing_key, told["code"]) == (MATTERS, code)
    assert unlock(KEY, matter.sealed) == body[:MAX_EVENT_BYTES]
    assert (matter.matter, matter.unreadable) == (again.matter, code != "received")
    assert await stand.database.matters.count_documents({}) == 1


async def test_other_words_under_the_same_id_are_a_matter_of_their_own(stand, sealed):
    more = event("ppt", "protection", {"kind": "help", "danger_now": "yes"}, moment(0), id=json.loads(CALL)["id"]).body
    for body in (CALL, more, CALL, more):
        await sealed.take([sealed.read(Incoming("sealed.ppt", body))])
    opened = [MatterOpened.model_validate_json(one.body) for one in stand.sent if one.type == MatterOpened.TYPE]
    assert [unlock(KEY, one.sealed) for one in opened] == [CALL, more, CALL, more]
    assert len({one.matter for one in opened}) == 2 == await stand.database.matters.count_documents({})
    receipts = [json.loads(one.body)["receipts"][0] for one in stand.sent if one.type != MatterOpened.TYPE]
    assert [(one["code"], one.get("repeat", False)) for one in receipts] == [
        ("received", False),
        ("received", False),
        ("received", True),
        ("received", True),
    ]


async def test_a_call_that_comes_again_after_the_desk_let_go_holds_nobody(stand, sealed):
    (person,) = [state.id for state in await known(stand, 1)]
    about = event("ppt", "protection", {"kind": "help", "person": passport("A000001")}, moment(0)).body
    incoming = Incoming("sealed.ppt", about)
    await sealed.take([sealed.read(incoming)])
    assert await on_hold(stand) == {person}
    (matter,) = [row["_id"] async for row in stand.database.matters.find({})]
    await sealed.obey([order(MatterReleased(matter=matter, person=person))])
    stand.sent.clear()
    await sealed.take([sealed.read(incoming)])
    assert await on_hold(stand) == set()
    assert "hold.changed" not in {letter.type for letter in stand.sent}


def order(message):
    body = message.model_dump_json().encode()
    return read_order(Incoming("protection.holds", body, message=SimpleNamespace(type=message.TYPE)))


async def on_hold(stand):
    return {row["_id"] async for row in stand.database.holds.find({}) if row["causes"]}


async def test_whom_the_desk_holds_is_held_until_it_lets_go_and_a_late_order_comes_to_nothing(stand, sealed):
    people = sorted([state.id for state in await known(stand, 3)])
    hold = order(PeopleHeld(matter="sign", people=tuple(people[:2])))
    await sealed.obey([hold, hold])
    assert await on_hold(stand) == set(people[:2])
    assert [letter.type for letter in stand.sent] == ["hold.changed"] * 4
    await sealed.obey([order(PeopleHeld(matter="call", people=(people[1],)))])
    await sealed.obey([order(MatterReleased(matter="sign")), hold])
    assert await on_hold(stand) == {people[1]}
    told = {one["person"]: one["on"] for one in map(json.loads, (letter.body for letter in stand.sent))}
    assert told == {people[0]: False, people[1]: True}
    assert await sealed.matters.receipt("sign") is None


async def test_where_something_else_holds_a_person_already_no_message_tells_of_another_hold(stand, sealed):
    (person,) = [state.id for state in await known(stand, 1)]
    await stand.database.holds.insert_one({"_id": person, "v": 4, "causes": ["ordinary"]})
    hold = order(PeopleHeld(matter="sign", people=(person,)))
    await sealed.obey([hold, hold, order(MatterReleased(matter="sign"))])
    assert stand.sent == []
    assert (await stand.database.holds.find_one({"_id": person}))["causes"] == ["ordinary"]


async def known(stand, count):
    people = [passport(f"A{number}00001") for number in range(count)]
    await stand.receive(*(entry(who, 0, 29) for who in people))
    stand.sent.clear()
    return await stand.living()
