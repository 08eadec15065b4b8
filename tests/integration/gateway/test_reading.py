"""Alerts, names and persons: who sees what, and what is on record before they do."""

import asyncio

import pytest

pytestmark = [pytest.mark.integration, pytest.mark.anyio]


def ids(answer):
    return [item["id"] for item in answer.json()["items"]]


async def test_an_agency_sees_its_alerts_and_never_a_protection_alert(stand):
    assert ids(await stand.get("/v1/alerts", "operator")) == ["alert-1", "alert-2", "alert-3", "alert-6"]
    assert ids(await stand.get("/v1/alerts", "polisi")) == ["alert-2", "alert-5"]
    for account in ("admin", "perlindungan"):
        assert (await stand.get("/v1/alerts", account)).json()["code"] == "not_allowed"


@pytest.mark.parametrize("account", ["dpo", "inspektur"])
async def test_what_watches_the_readers_is_for_those_who_watch_over_data_protection_alone(stand, account):
    assert ids(await stand.get("/v1/alerts", account)) == ["alert-7"]
    assert (await stand.get("/v1/alerts/alert-7", account)).status_code == 200
    assert (await stand.get("/v1/alerts/alert-1", account)).status_code == 404
    step = '"1"'
    assert (await stand.post("/v1/alerts/alert-7/acknowledge", account, if_match=step)).status_code == 200
    assert (await stand.post("/v1/alerts/alert-1/acknowledge", account, if_match=step)).status_code == 404
    for other in ("operator", "polisi", "supervisor"):
        assert (await stand.get("/v1/alerts/alert-7", other)).status_code == 404
        assert (await stand.post("/v1/alerts/alert-7/acknowledge", other, if_match=step)).status_code == 404


async def test_an_alert_of_others_does_not_exist(stand):
    for alert in ("alert-5", "alert-4", "no-such"):
        answer = await stand.get(f"/v1/alerts/{alert}", "operator")
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_alert")


async def test_names_are_joined_for_open_rows_by_one_row_of_audit(stand):
    answer = await stand.get("/v1/alerts", "operator", tapal_purpose="desk")
    names = [item["subject_name"] for item in answer.json()["items"]]
    assert names == ["SAMPLE ALIA", "SAMPLE BRAM", None, None]
    [row] = await stand.audit()
    assert row["ids"] == ["person-1", "person-2"]
    assert (row["account"], row["role"], row["agency"]) == ("operator", "operator", "imigrasi")
    assert (row["action"], row["purpose"], row["outcome"]) == ("persons.names", "desk", "given")
    [listed] = await stand.database.unsealed.find({}).to_list(None)
    assert listed["keys"] == [row["_id"]]


async def test_without_a_purpose_there_are_no_names_and_no_record(stand):
    answer = await stand.get("/v1/alerts", "operator")
    assert {item["subject_name"] for item in answer.json()["items"]} == {None}
    assert await stand.audit() == []


async def test_the_list_goes_on_without_the_registry(stand):
    stand.world.away.add("registry")
    answer = await stand.get("/v1/alerts", "operator", tapal_purpose="desk")
    assert answer.status_code == 200
    assert answer.json()["away"] == ["registry"]
    assert len(answer.json()["items"]) == 4
    away = await stand.get("/v1/persons/person-1", "operator", tapal_purpose="alert:alert-1")
    assert (away.status_code, away.json()["part"], away.headers["retry-after"]) == (503, "registry", "5")


@pytest.mark.parametrize(
    ("account", "person", "purpose", "code"),
    [
        ("operator", "person-1", "", "purpose_required"),
        ("operator", "person-1", "desk", "purpose_required"),
        ("operator", "person-1", "matter:task-1", "purpose_required"),
        ("operator", "person-1", "alert:alert-2", "purpose_does_not_hold"),
        ("operator", "person-3", "alert:alert-3", "purpose_does_not_hold"),
        ("operator", "person-5", "alert:alert-5", "purpose_does_not_hold"),
        ("operator", "person-4", "alert:alert-4", "purpose_does_not_hold"),
        ("operator", "person-1", "alert:no-such", "purpose_does_not_hold"),
        ("admin", "person-1", "order:SP/12/2026", "not_allowed"),
        ("dpo", "person-1", "order:SP/12/2026", "not_allowed"),
        ("perlindungan", "person-1", "order:SP/12/2026", "purpose_required"),
        ("perlindungan", "person-1", "matter:task-1", "purpose_does_not_hold"),
        ("perlindungan", "person-2", "matter:task-1", "second_person"),
    ],
)
async def test_a_read_without_a_reason_is_refused_and_on_record(stand, account, person, purpose, code):
    answer = await stand.get(f"/v1/persons/{person}", account, **({"tapal_purpose": purpose} if purpose else {}))
    assert (answer.status_code, answer.json()["code"]) == (403, code)
    [row] = await stand.audit()
    assert (row["outcome"], row["ids"], row["account"]) == (f"refused:{code}", [person], account)
    assert ("registry", f"read {person}") not in [asked[:2] for asked in stand.world.asked]


@pytest.mark.parametrize(
    ("account", "person", "purpose"),
    [
        ("operator", "person-1", "alert:alert-1"),
        ("polisi", "person-2", "alert:alert-2"),
        ("operator", "person-3", "order:SP/12/2026"),
        ("perlindungan", "person-2", "matter:task-1"),
    ],
)
async def test_a_read_with_a_reason_is_given_and_on_record(stand, account, person, purpose):
    await stand.revealed("task-1")
    await stand.database.audit.delete_many({})
    answer = await stand.get(f"/v1/persons/{person}", account, tapal_purpose=purpose)
    assert answer.status_code == 200
    assert answer.json()["id"] == person
    [row] = await stand.audit()
    assert (row["outcome"], row["ids"], row["purpose"]) == ("given", [person], purpose)
    assert row["protection"] is (account == "perlindungan")
    assert len(row["trace"]) == 32
    [actor] = [asked[2] for asked in stand.world.asked if asked[1] == f"read {person}"]
    assert (actor.name, actor.purpose) == (account, purpose)


async def test_a_dossier_is_read_as_of_a_day_and_as_known_at_a_time(stand):
    then = "as_of=2026-11-01&known_at=2026-11-02T08:00:00%2B07:00"
    answer = await stand.get(f"/v1/persons/person-1?{then}", "operator", tapal_purpose="alert:alert-1")
    assert (answer.json()["as_of"], answer.json()["known_at"]) == ("2026-11-01", "2026-11-02T08:00:00+07:00")
    assert [row["outcome"] for row in await stand.audit()] == ["given"]
    refused = await stand.get("/v1/persons/person-1?known_at=2026-11-02", "operator", tapal_purpose="alert:alert-1")
    assert refused.status_code == 422


async def test_an_event_is_read_as_its_person_is_and_is_on_record(stand):
    path = "/v1/persons/person-1/events/k1"
    refused = await stand.get(path, "operator", tapal_purpose="alert:alert-2")
    given = await stand.get(path, "operator", tapal_purpose="alert:alert-1")
    assert (refused.status_code, given.status_code) == (403, 200)
    assert (given.json()["block"]["n"], given.json()["raw"]["id"]) == (7, "e-1")
    rows = [(row["action"], row["ids"], row["outcome"]) for row in await stand.audit()]
    assert rows == [
        ("persons.event", ["person-1"], "refused:purpose_does_not_hold"),
        ("persons.event", ["person-1"], "given"),
    ]


async def test_nothing_is_shown_when_the_record_cannot_be_written(stand):
    async with stand.unwritable():
        answer = await stand.get("/v1/persons/person-1", "operator", tapal_purpose="alert:alert-1")
    assert (answer.status_code, answer.json()["code"]) == (503, "audit_unavailable")
    assert "SAMPLE" not in answer.text


async def test_many_readers_share_a_write_and_each_has_a_row(stand):
    async with await stand.client("operator", **{"tapal-purpose": "alert:alert-1"}) as client:
        answers = await asyncio.gather(*(client.get("/v1/persons/person-1") for _ in range(40)))
    assert {answer.status_code for answer in answers} == {200}
    rows = await stand.audit()
    assert len(rows) == 40
    assert len({row["trace"] for row in rows}) == 40


async def test_a_document_is_looked_for_under_an_order_only(stand):
    body = {"document": {"number": "X0000001", "issuer": "UTO"}}
    refused = await stand.post("/v1/persons/find", "operator", body, tapal_purpose="alert:alert-1")
    found = await stand.post("/v1/persons/find", "operator", body, tapal_purpose="order:SP/12/2026")
    assert refused.json()["code"] == "purpose_required"
    assert found.json() == {"id": "person-1"}
    assert [row["outcome"] for row in await stand.audit()] == ["refused:purpose_required", "given"]


@pytest.mark.parametrize("path", ["/v1/persons/..%2Fsources", "/v1/persons/a%20b", "/v1/alerts/%2e%2e"])
async def test_an_id_cannot_lead_elsewhere(stand, path):
    answer = await stand.get(path, "operator", tapal_purpose="order:SP/12/2026")
    assert answer.status_code in (404, 422)
    assert stand.world.asked == []
