"""Decisions, the protection desk, the audit log, the office."""

import pytest

pytestmark = [pytest.mark.integration, pytest.mark.anyio]


async def test_work_on_an_alert_goes_by_the_revision_that_was_seen(stand):
    path = "/v1/alerts/alert-1"
    assert (await stand.get(path, "operator")).headers["etag"] == '"1"'
    assert (await stand.post(f"{path}/acknowledge", "operator")).status_code == 428
    assert (await stand.post(f"{path}/acknowledge", "operator", if_match='"1"')).json()["revision"] == 2
    stale = await stand.post(f"{path}/review", "supervisor", if_match='"1"')
    assert (stale.status_code, stale.json()["code"]) == (412, "old_revision")
    verdict = {"outcome": "dismissed", "reason": "Terlihat di sistem nasional.", "code": "late_report"}
    decided = await stand.post(f"{path}/decide", "operator", verdict, if_match='"2"')
    assert (decided.json()["decision"]["by"], decided.json()["decision"]["code"]) == ("operator", "late_report")


async def test_nobody_works_on_an_alert_they_may_not_see(stand):
    for account, status in (("polisi", 404), ("admin", 403), ("perlindungan", 403)):
        answer = await stand.post("/v1/alerts/alert-1/acknowledge", account, if_match='"1"')
        assert answer.status_code == status
    assert stand.world.alerts["alert-1"]["revision"] == 1


async def test_what_is_put_aside_is_listed_for_the_own_agency_alone(stand):
    aside = {"fact": "stay.application_pending", "days": 30, "reason": "Menunggu keputusan."}
    path = "/v1/alerts/alert-1/snooze"
    assert (await stand.post(path, "operator", aside)).status_code == 428
    assert (await stand.post(path, "polisi", aside, if_match='"1"')).status_code == 404
    assert (await stand.post(path, "operator", aside | {"reason": ""}, if_match='"1"')).status_code == 422
    assert (await stand.post(path, "operator", aside, if_match='"1"')).json()["state"] == "held"
    (mine,) = (await stand.get("/v1/snoozes", "supervisor")).json()["items"]
    assert (mine["alert"]["id"], mine["by"], mine["reason"]) == ("alert-1", "operator", aside["reason"])
    assert (await stand.get("/v1/snoozes", "polisi")).json()["items"] == []
    assert (await stand.get("/v1/snoozes", "perlindungan")).status_code == 403
    again = await stand.post("/v1/alerts/alert-1/wake", "operator", if_match='"2"')
    assert again.json()["state"] == "open"


async def test_a_decision_needs_a_reason(stand):
    answer = await stand.post("/v1/alerts/alert-1/decide", "operator", {"outcome": "confirmed"}, if_match='"1"')
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


@pytest.mark.parametrize("account", ["operator", "supervisor", "polisi", "dpo", "admin"])
async def test_the_protection_desk_is_for_protection_officers_alone(stand, account):
    for path in ("/v1/protection/tasks", "/v1/protection/tasks/task-1"):
        answer = await stand.get(path, account, tapal_purpose="matter:task-1")
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    body = {"reason": "Tidak perlu ditahan lagi."}
    assert (await stand.post("/v1/protection/tasks/task-1/release", account, body)).status_code == 403
    assert stand.world.tasks["task-1"]["state"] == "open"


async def test_a_protection_officer_reads_and_releases_a_matter(stand):
    assert len((await stand.get("/v1/protection/tasks", "perlindungan")).json()["items"]) == 2
    path = "/v1/protection/tasks/task-1"
    assert (await stand.get(path, "perlindungan")).json()["code"] == "purpose_required"
    other = await stand.get(path, "perlindungan", tapal_purpose="matter:task-2")
    assert other.json()["code"] == "purpose_does_not_hold"
    told = await stand.get(path, "perlindungan", tapal_purpose="matter:task-1")
    assert told.json()["event"]["kind"] == "help"
    body = {"reason": "Orang itu aman dan setuju."}
    released = await stand.post(f"{path}/release", "perlindungan", body, if_match='"1"')
    assert released.json()["state"] == "released"
    late = await stand.get("/v1/persons/person-2", "perlindungan", tapal_purpose="matter:task-1")
    assert late.json()["code"] == "purpose_does_not_hold"
    assert all(row["protection"] for row in await stand.audit())


async def test_an_officer_takes_a_sign_and_reads_the_dossiers_of_everyone_in_it(stand):
    path = "/v1/protection/tasks/task-2"
    assert (await stand.post(f"{path}/take", "operator", if_match='"1"')).json()["code"] == "not_allowed"
    taken = await stand.post(f"{path}/take", "perlindungan", if_match='"1"')
    assert (taken.json()["taken_by"], taken.json()["revision"]) == ("perlindungan", 2)
    assert (await stand.post(f"{path}/take", "perlindungan", if_match='"1"')).status_code == 412
    sign = (await stand.get(path, "perlindungan", tapal_purpose="matter:task-2")).json()
    assert (sign["lapsed"], sign["people"], sign["sign"]["evidence"]) == (True, ["person-1", "person-3"], ["k7"])
    await stand.revealed("task-2")
    for person, status in (("person-1", 200), ("person-3", 200), ("person-2", 403)):
        answer = await stand.get(f"/v1/persons/{person}", "perlindungan", tapal_purpose="matter:task-2")
        assert answer.status_code == status, person
    rows = await stand.audit()
    assert [row["ids"] for row in rows if row["action"] == "matters.read"] == [["task-2", "person-1", "person-3"]]
    assert "matters.take" in {row["action"] for row in rows}
    assert all(row["protection"] for row in rows)
    assert {row["action"] for row in (await stand.get("/v1/audit", "supervisor")).json()["items"]} == set()


async def test_a_protection_officer_whom_the_rota_does_not_name_gets_nothing_and_that_is_on_record(stand):
    stand.world.members.clear()
    for path in ("/v1/protection/tasks", "/v1/protection/tasks/task-1", "/v1/persons/person-2"):
        answer = await stand.get(path, "perlindungan", tapal_purpose="matter:task-1")
        assert (answer.status_code, answer.json()["code"]) == (403, "not_a_member"), path
    answer = await stand.post("/v1/protection/tasks/task-1/take", "perlindungan", if_match='"1"')
    assert answer.json()["code"] == "not_a_member"
    outcomes = [row["outcome"] for row in await stand.audit()]
    assert outcomes.count("refused:not_a_member") == 4


async def test_before_a_step_an_officer_asks_of_whom_an_alert_or_an_order_is_about(stand):
    asked = {"person": "person-1", "action": "detention"}
    assert (await stand.post("/v1/asks", "operator", asked)).json()["code"] == "purpose_required"
    strange = await stand.post("/v1/asks", "operator", asked, tapal_purpose="alert:alert-2")
    assert strange.json()["code"] == "purpose_does_not_hold"
    for account, code in (("dpo", "not_allowed"), ("perlindungan", "not_allowed"), ("hotel", "not_allowed")):
        assert (await stand.post("/v1/asks", account, asked, tapal_purpose="order:SP/1/2026")).json()["code"] == code
    first = await stand.post("/v1/asks", "operator", asked, tapal_purpose="alert:alert-1")
    assert (first.status_code, first.json()["state"], first.json()["answer"]) == (201, "pending", None)
    held = {"person": "person-2", "action": "hand_over"}
    assert (await stand.post("/v1/asks", "polisi", held, tapal_purpose="alert:alert-2")).status_code == 201
    assert (await stand.get(f"/v1/asks/{first.json()['id']}", "operator")).json()["person"] == "person-1"
    assert len((await stand.get("/v1/asks?person=person-1", "operator")).json()["items"]) == 1
    rows = [row for row in await stand.audit() if row["action"].startswith("asks.") and row["outcome"] == "given"]
    assert [(row["action"], row["ids"]) for row in rows] == [
        ("asks.ask", ["person-1"]),
        ("asks.ask", ["person-2"]),
        ("asks.read", ["person-1", "ask-1"]),
        ("asks.read", ["person-1", "ask-1"]),
    ]


async def test_audit_readers_see_their_agency_and_no_protection_reads(stand):
    await stand.get("/v1/alerts", "operator", tapal_purpose="desk")
    await stand.get("/v1/alerts", "polisi", tapal_purpose="desk")
    await stand.get("/v1/protection/tasks", "perlindungan")
    supervisor = (await stand.get("/v1/audit", "supervisor")).json()["items"]
    assert {row["account"] for row in supervisor} == {"operator"}
    everything = (await stand.get("/v1/audit", "dpo")).json()["items"]
    assert [row["account"] for row in everything] == ["supervisor", "perlindungan", "polisi", "operator"]
    await stand.revealed("task-1")
    await stand.get("/v1/protection/tasks/task-1", "perlindungan", tapal_purpose="matter:task-1")
    await stand.get("/v1/persons/person-2", "perlindungan", tapal_purpose="matter:task-1")
    looks = (await stand.get("/v1/audit", "dpo")).json()["items"][:2]
    assert [(row["action"], row["purpose"], row["ids"]) for row in looks] == [
        ("persons.read", "matter", []),
        ("matters.read", "matter", []),
    ]
    kept = [row["ids"] for row in await stand.audit() if row["action"] == "persons.read"]
    assert kept == [["person-2"]]
    for account in ("operator", "admin", "perlindungan"):
        assert (await stand.get("/v1/audit", account)).status_code == 403


async def test_quarantine_is_the_own_agencys_and_for_administrators_without_contents(stand):
    own = (await stand.get("/v1/quarantine", "polisi")).json()["items"]
    assert "SAMPLE DODO" in own[0]["raw"]
    assert (await stand.get("/v1/quarantine", "operator")).json()["items"] == []
    everything = (await stand.get("/v1/quarantine", "admin")).json()["items"]
    assert [item["raw"] for item in everything] == [None]
    [row] = await stand.audit()
    assert (row["account"], row["action"], row["ids"]) == ("polisi", "quarantine.read", ["ab12.cd34"])


async def test_the_office_is_answered_by_the_services(stand):
    assert len((await stand.get("/v1/sources", "operator")).json()["items"]) == 4
    assert (await stand.get("/v1/rules", "perlindungan")).json()["items"][0]["id"] == "R02a"
    assert (await stand.get("/v1/reports/presence", "dpo")).json()["total"] == 7
    assert (await stand.get("/v1/reports/alerts", "operator")).json()["total"] == 1
    assert (await stand.get("/v1/counts?from=2026-07-01&to=2026-07-02", "operator")).json()["items"][0]["n"] == 3
    for account, path in (("naker", "/v1/counts?from=2026-07-01&to=2026-07-02"), ("karantina", "/v1/reports/presence")):
        assert (await stand.get(path, account)).json()["code"] == "not_in_remit"
    assert (await stand.post("/v1/reannounce", "admin")).json()["persons"] == 3
    assert (await stand.post("/v1/reannounce", "supervisor")).status_code == 403
