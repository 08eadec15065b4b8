"""An event as evidence: as it was received, by whom and when, and in which block."""

import pytest
from synthetic import AGENCIES, HASHER, NOW, day, entry, event, moment, passport

from chassis.errors import Problem
from chassis.sealer import Sealer
from registry.sealer import chains_of, kept_log

pytestmark = [pytest.mark.integration, pytest.mark.anyio]

A = passport("A1", name={"full": "Amir bin Sintetis"}, birth_date="1990-04-02")
B = passport("B7", name={"full": "Li Wei Contoh"}, birth_date="1971-12-31")


async def seal(stand):
    await Sealer(stand.client, stand.database, kept_log(HASHER), lambda: NOW).turn(chains_of(AGENCIES))


async def events_of(stand, number):
    person = await stand.find(number)
    seen = await stand.queries.dossier(person)
    return person, [one["key"] for one in seen["events"]]


async def test_an_event_is_shown_as_received_with_its_block(stand):
    await stand.receive(entry(A, 0, 29))
    person, [key] = await events_of(stand, "A1")
    waiting = await stand.queries.event(person, key)
    assert waiting["block"] is None
    assert waiting["raw"]["data"]["person"] == A
    assert (waiting["agency"], waiting["source"], waiting["received_at"]) == ("plbn-badau", "pos", NOW)
    await seal(stand)
    sealed = (await stand.queries.event(person, key))["block"]
    assert (sealed["chain"], sealed["n"], sealed["sound"]) == ("plbn-badau", 1, True)
    await stand.database.log.update_one({"_id": key}, {"$set": {"body": b'{"data":{}}'}})
    assert (await stand.queries.event(person, key))["block"]["sound"] is False


async def test_an_event_shows_only_the_person_whose_dossier_is_read(stand):
    found = {"documents_shown": "seen", "staying": "mess", "activity": "none", "activity_basis": "seen"}
    data = {"kind": "person", "basis": "order", "order_no": "O1", "village": "61.06.14.2001", "screening": "done"}
    data["persons"] = [{**found, "person": A}, {**found, "person": B}]
    await stand.receive(event("polres", "check", data, moment(3)))
    person, [key] = await events_of(stand, "B7")
    raw = (await stand.queries.event(person, key))["raw"]
    assert raw["data"]["persons"] == [None, data["persons"][1]]
    assert "Amir" not in str(raw)


async def test_the_document_that_an_event_is_about_is_filled_back(stand):
    data = {"action": "lost", "document": A["documents"][0]}
    await stand.receive(event("imigrasi", "document", data, moment(3)))
    person, [key] = await events_of(stand, "A1")
    assert (await stand.queries.event(person, key))["raw"]["data"] == data


async def test_the_number_of_a_listing_is_withheld(stand):
    data = {"action": "listed", "list": "wanted", "listing_no": "L-7", "person": A, "authority": "X", "ground": "Y"}
    data |= {"from": day(0), "review_by": day(90)}
    await stand.receive(event("polres", "watchlist", data, moment(1)))
    person, [key] = await events_of(stand, "A1")
    shown = await stand.queries.event(person, key)
    assert "L-7" not in str(shown)
    assert shown["withheld"] == ("listing_no",)


async def test_an_event_of_somebody_else_is_unknown(stand):
    await stand.receive(entry(A, 0, 29), entry(B, 0, 29))
    _, [key] = await events_of(stand, "A1")
    other, _ = await events_of(stand, "B7")
    with pytest.raises(Problem, match="unknown_event"):
        await stand.queries.event(other, key)
