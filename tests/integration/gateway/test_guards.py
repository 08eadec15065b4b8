"""Area and remit, breaking the glass, and what takes two people."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
ORDER = {"tapal_purpose": "order:SP/12/2026"}
WHY = {"person": "person-1", "reason": "Korban dapat dipindahkan malam ini.", "minutes": 30}


async def outcomes(stand):
    return [(row["action"], row["ids"], row["outcome"]) for row in await stand.audit()]


async def flags(stand):
    queue = await stand.channel.get_queue("alerts.gateway", ensure=False)
    found = []
    while (message := await queue.get(no_ack=True, fail=False)) is not None:
        found.append(json.loads(message.body))
    return found


async def revealed(stand, task="task-2"):
    asked = await stand.post(f"/v1/protection/tasks/{task}/reveal", "perlindungan", {"reason": "Menjemput."})
    assert asked.status_code == 201, asked.text
    return asked.json()


async def test_of_a_dossier_each_agency_sees_its_remit(stand):
    whole = (await stand.get("/v1/persons/person-1", "operator", **ORDER)).json()
    police = (await stand.get("/v1/persons/person-1", "polisi", **ORDER)).json()
    workers = (await stand.get("/v1/persons/person-1", "naker", **ORDER)).json()
    assert [item["key"] for item in whole["events"]] == ["k1", "k2", "k3"]
    assert (whole["not_shown"], police["not_shown"]) == ([], ["work"])
    assert [item["key"] for item in workers["events"]] == ["k2"]
    assert (workers["snapshot"]["lodgings"], bool(workers["snapshot"]["permits"])) == ([], True)
    assert "Hotel Contoh" not in json.dumps(workers)
    assert workers["documents"] == whole["documents"]


async def test_whoever_has_no_remit_is_refused_on_record(stand):
    stand.world.alerts["alert-1"]["agencies"] = ["karantina"]
    answer = await stand.get("/v1/persons/person-1", "karantina", tapal_purpose="alert:alert-1")
    assert (answer.status_code, answer.json()["code"]) == (403, "no_remit")
    assert await outcomes(stand) == [("persons.read", ["person-1"], "refused:no_remit")]


async def test_an_event_outside_of_the_remit_is_refused_on_record(stand):
    answer = await stand.get("/v1/persons/person-1/events/k3", "naker", **ORDER)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_in_remit")
    assert (await stand.get("/v1/persons/person-1/events/k2", "naker", **ORDER)).status_code == 200
    assert [row[2] for row in await outcomes(stand)] == ["refused:not_in_remit", "given"]


async def test_an_order_leads_to_nobody_outside_of_the_area(stand):
    stand.world.village = "61.06.01.1001"
    for path, action in (("/v1/persons/person-1", "persons.read"), ("/v1/persons/person-1/events/k1", "persons.event")):
        answer = await stand.get(path, "kapuas", **ORDER)
        assert (answer.status_code, answer.json()["code"]) == (403, "outside_area")
        assert "SAMPLE" not in answer.text
        assert (await outcomes(stand))[-1] == (action, ["person-1"], "refused:outside_area")
    found = await stand.post("/v1/persons/search", "kapuas", {"text": "sample 1990"}, **ORDER)
    assert (found.json()["items"], found.json()["outside"]) == ([], 3)
    party = await stand.get("/v1/parties/party-2", "kapuas", **ORDER)
    assert (party.status_code, party.json()["code"]) == (403, "outside_area")
    assert "Contoh" not in party.text


async def test_by_an_order_nobody_of_another_area_is_asked_about_corrected_or_found(stand):
    stand.world.village = "61.06.01.1001"
    ask = {"person": "person-1", "action": "detention"}
    wrong = {"reason": "Nama salah.", "events": ["k1"]}
    for path, body in (("/v1/asks", ask), ("/v1/data-protection/persons/person-1/corrections", wrong)):
        answer = await stand.post(path, "kapuas", body, **ORDER)
        assert (answer.status_code, answer.json()["code"]) == (403, "outside_area")
    document = {"document": {"number": "X0000001", "issuer": "UTO"}}
    assert (await stand.post("/v1/persons/find", "kapuas", document, **ORDER)).json() == {"id": None}
    assert {asked[1] for asked in stand.world.asked} == {"read person-1"}
    assert await stand.database.corrections.count_documents({}) == 0
    actions = ("asks.ask", "corrections.ask", "persons.find")
    assert await outcomes(stand) == [(action, ["person-1"], "refused:outside_area") for action in actions]
    stand.world.village = "61.06.14.2001"
    assert (await stand.post("/v1/persons/find", "kapuas", document, **ORDER)).json() == {"id": "person-1"}


async def test_an_emergency_opens_one_dossier_to_one_person_and_whoever_watches_is_told(stand):
    stand.world.village = "61.06.01.1001"
    made = (await stand.post("/v1/emergencies", "kapuas", WHY)).json()
    purpose = {"tapal_purpose": f"emergency:{made['id']}"}
    given = await stand.get("/v1/persons/person-1", "kapuas", **purpose)
    assert given.status_code == 200
    assert (given.json()["not_shown"], len(given.json()["events"])) == ([], 3)
    for path, account in (("person-2", "kapuas"), ("person-1", "polisi")):
        refused = await stand.get(f"/v1/persons/{path}", account, **purpose)
        assert refused.json()["code"] == "purpose_does_not_hold"
    assert (await outcomes(stand))[0] == ("emergencies.begin", [made["id"], "person-1"], "given")
    [flag] = await flags(stand)
    assert (flag["kind"], flag["count"]) == ("break_glass", 1)
    assert "kapuas" not in json.dumps(flag)
    assert "person-1" not in json.dumps(flag)
    await stand.database.emergencies.update_one({}, {"$set": {"until": datetime.now(UTC) - timedelta(seconds=1)}})
    over = await stand.get("/v1/persons/person-1", "kapuas", **purpose)
    assert over.json()["code"] == "purpose_does_not_hold"


async def test_an_emergency_is_judged_once_by_the_data_protection_officer(stand):
    made = (await stand.post("/v1/emergencies", "operator", WHY)).json()
    path = f"/v1/emergencies/{made['id']}/review"
    [seen] = (await stand.get("/v1/emergencies", "dpo")).json()["items"]
    assert (seen["id"], seen["person"], seen["reason"]) == (made["id"], None, WHY["reason"])
    assert (await stand.get("/v1/emergencies", "polisi")).json()["items"] == []
    assert (await stand.post(path, "supervisor", {"justified": True, "reason": "Ya."})).status_code == 403
    said = await stand.post(path, "dpo", {"justified": False, "reason": "Perintah sudah ada."})
    assert (said.json()["review"]["justified"], said.json()["review"]["by"]) == (False, "dpo")
    again = await stand.post(path, "dpo", {"justified": True, "reason": "Lain."})
    assert (again.status_code, again.json()["code"]) == (409, "already_reviewed")
    assert (
        await stand.post("/v1/emergencies/none/review", "dpo", {"justified": True, "reason": "Ya."})
    ).status_code == 404


async def test_an_emergency_that_cannot_be_recorded_opens_nothing(stand):
    async with stand.unwritable():
        answer = await stand.post("/v1/emergencies", "operator", WHY)
    assert (answer.status_code, answer.json()["code"]) == (503, "audit_unavailable")
    assert await stand.database.emergencies.count_documents({}) == 0
    assert await flags(stand) == []


@pytest.mark.parametrize("account", ["hotel", "admin", "dpo", "inspektur"])
async def test_whoever_reads_no_persons_breaks_no_glass(stand, account):
    assert (await stand.post("/v1/emergencies", account, WHY)).json()["code"] == "not_allowed"


async def test_the_persons_of_a_matter_are_shown_once_a_second_officer_agrees(stand):
    purpose = {"tapal_purpose": "matter:task-2"}
    refused = await stand.get("/v1/persons/person-1", "perlindungan", **purpose)
    assert (refused.status_code, refused.json()["code"]) == (403, "second_person")
    wish = await revealed(stand)
    answer = f"/v1/consents/{wish['id']}/answer"
    alone = await stand.post(answer, "perlindungan", {"allowed": True})
    assert (alone.status_code, alone.json()["code"]) == (403, "second_person")
    for account in ("supervisor", "dpo", "operator"):
        assert (await stand.post(answer, account, {"allowed": True})).status_code in (403, 404)
    assert (await stand.get("/v1/persons/person-1", "perlindungan", **purpose)).status_code == 403
    assert (await stand.post(answer, "wakil", {"allowed": True})).json()["state"] == "allowed"
    assert (await stand.post(answer, "wakil", {"allowed": False})).json()["code"] == "already_answered"
    for account in ("perlindungan", "wakil"):
        assert (await stand.get("/v1/persons/person-1", account, **purpose)).status_code == 200
    other = await stand.get("/v1/persons/person-2", "perlindungan", tapal_purpose="matter:task-1")
    assert other.json()["code"] == "second_person"
    assert {row["protection"] for row in await stand.audit() if row["role"] == "protection_officer"} == {True}
    assert (await stand.get("/v1/consents", "dpo")).json()["items"] == []


async def test_a_refusal_opens_nothing(stand):
    wish = await revealed(stand)
    await stand.post(f"/v1/consents/{wish['id']}/answer", "wakil", {"allowed": False})
    read = await stand.get("/v1/persons/person-1", "perlindungan", tapal_purpose="matter:task-2")
    assert read.json()["code"] == "second_person"


async def test_only_members_of_the_desk_ask_and_agree(stand):
    stand.world.members = {"perlindungan"}
    wish = await revealed(stand)
    foreign = await stand.post(f"/v1/consents/{wish['id']}/answer", "wakil", {"allowed": True})
    assert foreign.status_code == 403
    unknown = await stand.post("/v1/protection/tasks/task-9/reveal", "perlindungan", {"reason": "Menjemput."})
    assert unknown.status_code == 404


async def test_a_person_of_a_matter_is_told_in_words(stand):
    paper = {"kind": "unhcr", "number": "816-22C00001", "issuer": "UNO"}
    stand.world.shown = {"kind": "unhcr_document", "person": {"name": {"full": "SAMPLE ALIA"}, "documents": [paper]}}
    await stand.get("/v1/me", "perlindungan")
    page = await stand.get("/protection/task-1", "perlindungan", cookie=f"tapal_session={stand.tokens['perlindungan']}")
    assert page.status_code == 200
    assert "SAMPLE ALIA<br>Kartu UNHCR 816-22C00001 (UNO)" in page.text
    assert "<dd>Dokumen UNHCR</dd>" in page.text
    stand.world.shown = {"kind": "screening", "person": {"name": {"surname": "CONTOH"}, "birth_date": "1999"}}
    page = await stand.get("/protection/task-1", "perlindungan", cookie=f"tapal_session={stand.tokens['perlindungan']}")
    assert "CONTOH<br>tanggal lahir 1999" in page.text


async def test_whoever_left_the_rota_sees_no_wish_about_a_matter(stand):
    wish = await revealed(stand)
    [seen] = (await stand.get("/v1/consents", "wakil")).json()["items"]
    assert (seen["id"], seen["reason"]) == (wish["id"], "Menjemput.")
    stand.world.members = {"perlindungan"}
    assert (await stand.get("/v1/consents", "wakil")).json()["items"] == []
    page = await stand.get("/guards", "wakil", cookie=f"tapal_session={stand.tokens['wakil']}")
    assert (page.status_code, "Menjemput." in page.text) == (200, False)
    stand.world.away.add("protection")
    assert (await stand.get("/v1/consents", "perlindungan")).json()["items"] == []
    rows = [row for row in await stand.audit() if row["action"] == "consents.read"]
    told = [(row["account"], row["outcome"], row["ids"], row["protection"]) for row in rows]
    assert told == [("wakil", "given", ["task-2"], True), *[("wakil", "refused:not_a_member", [], True)] * 2]
    assert {row["purpose"] for row in rows} == {"desk"}


async def test_an_export_takes_an_order_and_a_second_person_and_goes_out_once(stand):
    assert (await stand.post("/v1/exports", "supervisor", {"reason": "Rapat."})).status_code == 422
    assert (await stand.post("/v1/exports", "operator", {"order_no": "SP-1", "reason": "Rapat."})).status_code == 403
    wish = (await stand.post("/v1/exports", "supervisor", {"order_no": "SP-1/2026", "reason": "Rapat."})).json()
    path = f"/v1/exports/{wish['id']}"
    assert (await stand.get(path, "supervisor")).json()["code"] == "second_person"
    stand.world.alerts["alert-1"]["title"] = {"id": "=HYPERLINK(1)", "en": "x"}
    answer = f"/v1/consents/{wish['id']}/answer"
    assert (await stand.post(answer, "supervisor", {"allowed": True})).status_code == 403
    assert (await stand.post(answer, "dpo", {"allowed": True})).json()["state"] == "allowed"
    assert (await stand.get(path, "kepala")).json()["code"] == "second_person"
    given = await stand.get(path, "supervisor")
    rows = list(csv.DictReader(io.StringIO(given.text)))
    assert [row["name"] for row in rows if row["id"] == "alert-1"] == ["SAMPLE ALIA"]
    assert [row["title"] for row in rows if row["id"] == "alert-1"] == ["'=HYPERLINK(1)"]
    assert {row["state"] for row in rows} <= {"open", "held"}
    listed = next(row for row in await stand.audit() if row["action"] == "exports.take")
    assert (listed["ids"], listed["purpose"]) == ([wish["id"], "person-1", "person-2"], "order:SP-1/2026")
    assert (await stand.get(path, "supervisor")).json()["code"] == "second_person"
