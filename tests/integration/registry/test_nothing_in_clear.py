"""Whoever gets hold of the registry's databases reads no name, number, day of birth or phone in them."""

import json

import bson
import pytest
from leaking import secrets_of
from registry_stand import OFFICER
from synthetic import AGENCIES, HASHER, NOW, entry, event, moment, passport

from chassis.bus import Incoming
from chassis.errors import Problem
from chassis.listing import Asked
from contracts.events import Refused
from registry.matters import Matters
from registry.replays import Replays
from registry.sealed import Sealed
from tapal_local.sample.week import sample_week

pytestmark = [pytest.mark.integration, pytest.mark.anyio]

KEY = bytes(range(32))


async def bytes_of(*databases):
    """Everything that these databases hold."""
    found = []
    for database in databases:
        for name in await database.list_collection_names():
            found += [bson.encode(row) async for row in database[name].find({})]
    return b"".join(found)


async def take(stand, agency, body):
    incoming = Incoming(f"intake.{agency}", body)
    try:
        await stand.receive(incoming)
    except Refused as error:
        await stand.intake.refuse([(incoming, error)])


async def busy(stand):
    """A week of a region, what was refused of it sent again, decisions, and calls for protection."""
    week = sample_week(NOW)
    for agency, events in week.items():
        for one in events:
            if "protection" not in one["type"]:
                await take(stand, agency, json.dumps(one).encode())
    await take(stand, "imigrasi", b'{"type": "Roswita Kunstname", "data": "Roswita Kunstname"}')
    [record] = (await stand.queries.quarantine("imigrasi", Asked("-at", None, 1))).items
    replays = Replays(stand.shelf, HASHER, lambda: NOW)
    await replays.ask(record["id"], None, "Roswita Kunstname telah menelepon", OFFICER)
    people = [state.id for state in await stand.living()]
    await stand.commands.judge((people[0], people[1]), "later", "mirip Roswita Kunstname", OFFICER)
    return week


async def test_a_busy_week_leaves_nothing_to_read(stand):
    week = await busy(stand)
    sent = [text.encode() for text in secrets_of(week) if len(text) > 6] + [b"Roswita Kunstname"]
    assert len(sent) > 60
    held = await bytes_of(stand.database, stand.shelf.keys.database)
    assert len(held) > 100_000
    assert [text for text in sent if text.lower() in held.lower()] == []


async def test_what_is_sealed_is_all_read_again(stand):
    await busy(stand)
    [record] = (await stand.queries.quarantine("imigrasi", Asked("-at", None, 1))).items
    assert "Roswita Kunstname" in record["raw"]
    assert record["replays"][0]["reason"] == "Roswita Kunstname telah menelepon"
    shown = [await stand.queries.dossier(state.id) for state in await stand.living()]
    assert sum(bool(one["name"]) for one in shown) > 10
    assert any(verdict["reason"] == "mirip Roswita Kunstname" for one in shown for verdict in one["verdicts"])


async def test_a_call_for_protection_tells_neither_what_nor_whom(stand):
    who = passport("P7654321", name={"full": "Edeltraud Erdacht"})
    await stand.receive(entry(who, 0, 29))
    [person] = await stand.living()
    call = event("ppt", "protection", {"kind": "help", "person": who}, moment(1))
    matters = Matters(stand.client[f"{stand.database.name}_sealed"], stand.database, KEY)
    sealed = Sealed(AGENCIES, matters, HASHER, HASHER, KEY, stand.publish, lambda: NOW)
    await sealed.take([sealed.read(Incoming("sealed.ppt", call.body))])
    [row] = await matters.sealed.matters.find({}).to_list(None)
    await stand.client.drop_database(matters.sealed.name)
    assert row["known"]
    stored = bson.encode(row)
    rows = [row["_id"] for row in await stand.database.rows.find({}).to_list(None)]
    for text in (person.id, "ppt", "P7654321", "Erdacht", *rows):
        assert text.encode() not in stored


async def test_no_part_opens_in_the_place_of_another(stand):
    found = {"documents_shown": "seen", "staying": "mess", "activity": "none", "activity_basis": "seen"}
    data = {"kind": "person", "basis": "order", "order_no": "O1", "village": "61.06.14.2001", "screening": "done"}
    data["persons"] = [{**found, "person": passport(number)} for number in ("A7654321", "B7654321")]
    await stand.receive(event("polres", "check", data, moment(3)))
    [row] = await stand.database.log.find({}).to_list(None)
    keys = stand.shelf.keys.database.log
    [kept] = await keys.find({}).to_list(None)
    first, second = row["parts"]
    first["bytes"], second["bytes"] = second["bytes"], first["bytes"]
    by_path = {one["p"]: one for one in kept["keys"]}
    one, other = by_path[first["path"]], by_path[second["path"]]
    one["p"], other["p"] = other["p"], one["p"]
    with pytest.raises(ValueError, match="place"):
        stand.shelf.keys.opened("log", kept)
    [entry_read] = await stand.shelf.opened("log", [row])
    assert [part["path"] for part in entry_read["parts"]] == []


async def test_a_put_back_document_whose_key_is_gone_is_nobody(stand):
    await stand.receive(entry(passport("A7654321"), 0, 29))
    [person] = await stand.living()
    await stand.shelf.keys.database.persons.delete_one({"_id": person.id})
    stand.shelf.keys.forget("persons", [person.id])
    with pytest.raises(Problem, match="erased"):
        await stand.queries.dossier(person.id)
