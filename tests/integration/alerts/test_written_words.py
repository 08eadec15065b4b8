"""What people write on cases and alerts is read by whoever may, and rests nowhere in clear."""

import bson
import pytest
from alerts_stand import days, person
from casework_http import did, opened, read, step, verdicts

from chassis.drawers import drawers_of
from chassis.keyring import Keyring, line_of_new_master
from chassis.rewrapping import rewrap

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
WORDS = (
    "Budi menelepon",
    "Budi terlihat",
    "Kunjungi Budi",
    "Budi sudah pulang",
    "Budi ditemui",
    "Surat Budi",
    "Budi pamit",
)


@pytest.fixture
async def one(running):
    """One person with an alert, and a case that much was written on."""
    running.now = days(1)
    await running.send(person(1))
    await running.until(state="open")
    case = await opened(running, "p1")
    case = await did(running, case, "note", text=WORDS[0])
    grade = {"reliability": "B", "credibility": 2, "expires_at": days(30).isoformat()}
    case = await did(running, case, "assess", text=WORDS[1], **grade)
    task = {"kind": "lookup", "what": WORDS[2], "due": days(9).isoformat(), "officer": None}
    case = await did(running, case, "plan", **task)
    case = await did(running, case, "finish", task=case["tasks"][0]["id"], result=WORDS[4])
    paper = {"title": WORDS[5], "reference": "arsip/12", "sha256": "0" * 64}
    return running, await did(running, case, "attach", **paper)


async def stored(stand):
    """All that rests in the service's databases."""
    client, name = stand.database.client, stand.database.name
    found = b""
    for database in (client[name], client[f"{name}_keys"]):
        for collection in await database.list_collection_names():
            found += b"".join(bson.encode(row) for row in await database[collection].find({}).to_list(None))
    return found


async def test_what_is_written_on_a_case_and_its_alerts_is_shown_and_rests_sealed(one):
    stand, case = one
    alert = case["alerts"][0]["id"]
    case = await did(stand, case, "close", outcome="no_issue", reason=WORDS[6], verdicts=verdicts(case))
    shown = (await read(stand, case)).text
    assert [word for word in (*WORDS[:3], *WORDS[4:]) if word not in shown] == []
    assert (await stand.call("GET", f"/alerts/{alert}")).json()["decision"]["reason"] == WORDS[6]
    held = await stored(stand)
    assert alert.encode() in held
    assert b"Budi" not in held


async def test_why_an_alert_was_put_aside_and_dismissed_is_shown_and_rests_sealed(running):
    running.now = days(1)
    await running.send(person(1))
    row = await running.until(state="open")
    aside = {"fact": "stay.application_pending", "days": 5, "reason": WORDS[0]}
    row = (await running.step(row, "snooze", json=aside)).json()
    listed = (await running.call("GET", "/snoozes")).json()["items"]
    assert [one["reason"] for one in listed] == [WORDS[0]]
    row = (await running.step(row, "wake")).json()
    row = (await running.step(row, "acknowledge")).json()
    told = (await running.step(row, "decide", json={"outcome": "dismissed", "reason": WORDS[3]})).json()
    assert told["decision"]["reason"] == WORDS[3]
    assert b"Budi" not in await stored(running)


async def test_a_refused_step_writes_nothing_and_a_destroyed_key_leaves_nothing_to_read(one):
    stand, case = one
    assert (await step(stand, {**case, "revision": 1}, "note", text="Budi lagi")).status_code == 412
    drawers = drawers_of(stand.database, Keyring(stand.settings.texts_key_file))
    await drawers.destroy("cases", [case["id"]])
    [row] = await stand.database.cases.find({}).to_list(None)
    assert await drawers.opened("cases", [(row["_id"], row["b"])]) == [None]


async def test_the_master_key_is_changed_and_all_is_read_on(one):
    stand, case = one
    file = stand.settings.texts_key_file
    new = line_of_new_master()
    file.write_text(file.read_text() + new)
    drawers = drawers_of(stand.database, Keyring(file))
    assert (await rewrap(drawers.keys))[1] == 0
    file.write_text(new)
    [row] = await stand.database.cases.find({}).to_list(None)
    [said] = await drawers_of(stand.database, Keyring(file)).opened("cases", [(row["_id"], row["b"])])
    assert said is not None
    assert WORDS[0].encode() in said
    assert WORDS[0] in (await read(stand, case)).text


async def test_a_case_of_an_older_home_is_read_and_sealed_when_it_is_next_written(one):
    stand, case = one
    [row] = await stand.database.cases.find({}).to_list(None)
    drawers = drawers_of(stand.database, Keyring(stand.settings.texts_key_file))
    [said] = await drawers.opened("cases", [(row["_id"], row.pop("b"))])
    assert said is not None
    await stand.database.cases.replace_one({"_id": row["_id"]}, {**row, "body": said.decode()})
    assert (await read(stand, case)).json()["notes"][0]["text"] == WORDS[0]
    await did(stand, case, "take_up")
    [row] = await stand.database.cases.find({}).to_list(None)
    assert ("body" in row, "b" in row) == (False, True)
