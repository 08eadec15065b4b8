"""Cases at the door: whose they are, what they open, who ends them, and what is on record."""

import json

import aio_pika
import pytest
from listening import Listener, listening

from .test_uploads import browser

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
PATH = "/v1/cases/case-1"
CLOSE = {"step": "close", "outcome": "left", "reason": "Telah keluar lewat Badau."}


async def test_a_case_is_listed_and_read_by_its_agency_with_names_on_record(stand):
    plain = (await stand.get("/v1/cases", "operator")).json()
    assert ([row["id"] for row in plain["items"]], plain["names"]) == (["case-1"], {})
    assert await stand.audit() == []
    named = (await stand.get("/v1/cases", "operator", tapal_purpose="desk")).json()
    assert named["names"] == {"person-1": "SAMPLE ALIA"}
    answer = await stand.get(PATH, "operator")
    assert (answer.headers["etag"], answer.json()["names"]) == ('"1"', {"person-1": "SAMPLE ALIA"})
    # Alerts of others are not in it, though the case holds them.
    assert [row["id"] for row in answer.json()["alerts"]] == ["alert-1", "alert-2"]
    listed, read = await stand.audit()
    assert (listed["purpose"], read["purpose"], read["ids"]) == ("desk", "case:case-1", ["person-1"])
    assert (await stand.get("/v1/cases/case-9", "operator")).status_code == 404
    assert (await stand.get(PATH, "polisi")).status_code == 404
    for account in ("hotel", "dpo", "perlindungan", "admin"):
        assert (await stand.get("/v1/cases", account)).status_code == 403


async def test_an_open_case_is_a_reason_to_read_its_persons_and_nobody_else(stand):
    read = await stand.get("/v1/persons/person-1", "operator", tapal_purpose="case:case-1")
    assert read.json()["name"] == "SAMPLE ALIA"
    for person, purpose in (("person-3", "case:case-1"), ("person-3", "case:case-9"), ("person-1", "case:nothing")):
        refused = await stand.get(f"/v1/persons/{person}", "operator", tapal_purpose=purpose)
        assert (refused.status_code, refused.json()["code"]) == (403, "purpose_does_not_hold")
    assert (await stand.get("/v1/persons/person-1", "polisi", tapal_purpose="case:case-1")).status_code == 403
    asked = await stand.post(
        "/v1/asks", "operator", {"person": "person-1", "action": "administrative"}, tapal_purpose="case:case-1"
    )
    assert asked.status_code == 201
    # A case opens no guest list.
    party = await stand.get("/v1/parties/party-1", "operator", tapal_purpose="case:case-1")
    assert party.json()["code"] == "purpose_required"
    stand.world.cases["case-1"]["state"] = "closed"
    late = await stand.get("/v1/persons/person-1", "operator", tapal_purpose="case:case-1")
    assert late.json()["code"] == "purpose_does_not_hold"
    assert (await stand.get(PATH, "operator")).json()["names"] == {}
    outcomes = [(row["action"], row["outcome"]) for row in await stand.audit() if row["action"] == "persons.read"]
    assert outcomes == [
        ("persons.read", "given"),
        *[("persons.read", "refused:purpose_does_not_hold")] * 5,
    ]


async def test_to_whom_a_case_is_only_offered_it_opens_no_dossier(stand):
    stand.world.cases["case-1"]["seats"] = ["offered"]
    assert (await stand.get(PATH, "operator")).json()["seats"] == ["offered"]
    asked = {"person": "person-1", "action": "administrative"}
    under = {"tapal_purpose": "case:case-1"}
    for answer in (
        await stand.get("/v1/persons/person-1", "operator", **under),
        await stand.post("/v1/persons/search", "operator", {"text": "sample"}, **under),
        await stand.post("/v1/asks", "operator", asked, **under),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "purpose_does_not_hold")
    async with browser(stand, "operator") as client:
        assert "/persons/person-1?case=case-1" not in (await client.get("/cases/case-1")).text
        stand.world.cases["case-1"]["seats"] = ["tasked"]
        assert "/persons/person-1?case=case-1" in (await client.get("/cases/case-1")).text
    assert (await stand.get("/v1/persons/person-1", "operator", **under)).status_code == 200


async def test_steps_go_by_revision_and_only_a_supervisor_ends_a_case(stand):
    assert (await stand.post(f"{PATH}/steps", "operator", {"step": "take_up"})).status_code == 428
    taken = await stand.post(f"{PATH}/steps", "operator", {"step": "take_up"}, if_match='"1"')
    assert (taken.json()["revision"], taken.json()["officer"]) == (2, "operator")
    stale = await stand.post(f"{PATH}/steps", "operator", {"step": "take_up"}, if_match='"1"')
    assert (stale.status_code, stale.json()["revision"]) == (412, 2)
    assert (await stand.post(f"{PATH}/steps", "operator", {"step": "walk"}, if_match='"2"')).status_code == 422
    refused = await stand.post(f"{PATH}/steps", "operator", CLOSE, if_match='"2"')
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    merge = {"step": "merge", "other": "case-9", "other_revision": 1}
    assert (await stand.post(f"{PATH}/steps", "operator", merge, if_match='"2"')).status_code == 403
    closed = await stand.post(f"{PATH}/steps", "supervisor", CLOSE, if_match='"2"')
    assert closed.json()["outcome"] == "left"


async def test_who_must_be_asked_about_is_passed_on_and_the_look_is_on_record(stand):
    begin = {"step": "begin", "task": "task-1"}
    refused = await stand.post(f"{PATH}/steps", "operator", begin, if_match='"1"')
    assert (refused.status_code, refused.json()["code"], refused.json()["persons"]) == (
        409,
        "ask_required",
        ["person-1"],
    )
    (row,) = await stand.audit()
    assert (row["action"], row["purpose"], row["ids"]) == ("asks.read", "case:case-1", ["case-1", "task-1"])


async def test_opening_a_case_is_on_record_with_the_order_it_rests_on(stand):
    body = {"groups": [{"kind": "person", "id": "person-3"}], "pinned": ["alert-1"]}
    made = await stand.post("/v1/cases", "operator", body, tapal_purpose="order:SP-12/2026")
    assert made.status_code == 201
    wish, row = await stand.audit()
    assert {(one["action"], one["purpose"]) for one in (wish, row)} == {("cases.open", "order:SP-12/2026")}
    assert (wish["ids"], row["ids"]) == (["person-3", "alert-1"], [made.json()["id"], "person-3"])
    assert stand.world.asked[-1][2].purpose == "order:SP-12/2026"
    marked = await stand.post("/v1/cases", "operator", {**body, "once": "wish-1"})
    assert marked.json()["id"] == "wish-1"
    assert (await stand.post("/v1/cases", "hotel", body)).status_code == 403


async def test_an_order_opens_nobody_of_another_area_by_way_of_a_case(stand):
    stand.world.villages = {"person-3": "61.06.01.1001"}
    here, away = ({"kind": "person", "id": id} for id in ("person-1", "person-3"))
    for body in ({"groups": [away]}, {"groups": [here, away]}):
        answer = await stand.post("/v1/cases", "kapuas", body, tapal_purpose="order:SP-12/2026")
        assert (answer.status_code, answer.json()["code"]) == (403, "outside_area")
    made = (await stand.post("/v1/cases", "kapuas", {"groups": [here]}, tapal_purpose="order:SP-12/2026")).json()
    path, step = f"/v1/cases/{made['id']}/steps", {"step": "group", "add": [away]}
    more = await stand.post(path, "kapuas", step, tapal_purpose="order:SP-12/2026", if_match='"1"')
    assert (more.status_code, more.json()["code"]) == (403, "outside_area")
    assert [asked[1] for asked in stand.world.asked if asked[0] == "alerts"] == ["open case"]
    refused = "refused:outside_area"
    told = [("cases.open", refused, ["person-3"])] * 2
    told += [("cases.open", "given", ids) for ids in (["person-1"], [made["id"], "person-1"])]
    told += [("cases.work", refused, ["person-3"])]
    assert [(row["action"], row["outcome"], row["ids"]) for row in await stand.audit()] == told
    read = await stand.get("/v1/persons/person-3", "kapuas", tapal_purpose=f"case:{made['id']}")
    assert read.json()["code"] == "purpose_does_not_hold"


async def test_the_stream_tells_of_cases_to_whom_they_concern(stand):
    body = {"case": "case-1", "revision": 2, "state": "open", "severity": 2, "level": "head", "agency": "imigrasi"}
    when = {"opened_at": "2026-03-01T00:00:00Z", "updated_at": "2026-03-01T00:00:00Z"}
    exchange = await stand.channel.get_exchange("alerts")
    async with await stand.client("operator") as client, listening(client) as response:
        listener = Listener(response)
        await listener.next()
        for agencies in (["polres"], ["imigrasi", "polres"]):
            told = json.dumps({**body, **when, "agencies": agencies}).encode()
            await exchange.publish(aio_pika.Message(told), "case.changed")
        name, _, data = await listener.next()
        assert (name, data) == ("case", {"case": "case-1", "revision": 2, "state": "open", "level": "head"})
        await stand.announce(id="alert-1", revision=2)
        assert (await listener.next())[0] == "alert"


async def test_everybody_reads_how_the_rules_are_doing(stand):
    figures = (await stand.get("/v1/rules/figures", "dpo")).json()
    assert figures["items"][0]["false_positive_rate"] == 0.25
