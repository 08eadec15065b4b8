"""A person asks for a correction: a deadline, the contested events, one answer, all on record, and no word in clear."""

from datetime import UTC, datetime, timedelta

import pytest
from gateway_at_rest import drawers, stored
from gateway_stand import audit_rows

from gateway.corrections import rights
from gateway.retention import Retention, terms

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
HERE = "/v1/data-protection"
WRONG = {"reason": "Saya keluar lewat Badau pada 3 Maret."}
ORDER = {"tapal_purpose": "order:SP-9/2026"}
TERM = timedelta(hours=rights().correction_hours)


@pytest.fixture(autouse=True)
async def clean(stand):
    yield
    for name in ("corrections", "erasures"):
        await stand.database[name].delete_many({})


async def asked(stand, who="operator", person="person-1", **more):
    purpose = ORDER if who != "dpo" else {}
    return await stand.post(f"{HERE}/persons/{person}/corrections", who, {**WRONG, **more}, **purpose)


async def listed(stand, who="dpo", query=""):
    return (await stand.get(f"{HERE}/corrections{query}", who)).json()["items"]


async def test_an_officer_takes_it_in_and_the_events_are_contested(stand):
    made = await asked(stand, events=["k1", "k2"])
    told = made.json()
    assert (made.status_code, told["state"], told["overdue"], told["reason"]) == (201, "open", False, WRONG["reason"])
    due = datetime.fromisoformat(told["due_at"]) - datetime.fromisoformat(told["received_at"])
    assert due == TERM == timedelta(days=3)
    contested = {("person-1", "k1"): "contested", ("person-1", "k2"): "contested"}
    assert stand.world.decisions.items() >= contested.items()
    rows = [(row["account"], row["action"], row["purpose"]) for row in await stand.audit()]
    assert rows[0] == ("operator", "corrections.ask", "order:SP-9/2026")
    assert rows.count(("operator", "persons.contest_event", "order:SP-9/2026")) == 2
    assert b"Badau pada" not in await stored(stand)


async def test_without_a_purpose_that_leads_there_nothing_is_taken_in_and_that_is_on_record(stand):
    answer = await stand.post(f"{HERE}/persons/person-1/corrections", "operator", WRONG)
    assert (answer.status_code, answer.json()["code"]) == (403, "purpose_required")
    refused = await stand.post(f"{HERE}/persons/person-1/corrections", "operator", WRONG, tapal_purpose="alert:alert-2")
    assert refused.status_code == 403
    outcomes = [(row["action"], row["outcome"].partition(":")[0]) for row in await stand.audit()]
    assert outcomes == [("corrections.ask", "refused")] * 2
    assert await listed(stand) == []
    for who in ("inspektur", "admin", "hotel", "perlindungan"):
        assert (await stand.get(f"{HERE}/corrections", who)).status_code == 403


async def test_the_officer_sees_what_is_overdue_first_and_answers_once(stand):
    late = (datetime.now(UTC) - TERM - timedelta(minutes=1)).isoformat()
    fresh = (await asked(stand)).json()["id"]
    old = (await asked(stand, "dpo", received_at=late)).json()["id"]
    assert [(row["id"], row["overdue"]) for row in await listed(stand)] == [(old, True), (fresh, False)]
    said = {"outcome": "corrected", "reason": "Cap paspor dilihat."}
    for who in ("operator", "supervisor"):
        assert (await stand.post(f"{HERE}/corrections/{old}/decide", who, said)).json()["code"] == "not_allowed"
    told = (await stand.post(f"{HERE}/corrections/{old}/decide", "dpo", said)).json()
    assert (told["state"], told["overdue"], told["decision"]["reason"]) == ("corrected", True, said["reason"])
    again = await stand.post(f"{HERE}/corrections/{old}/decide", "dpo", {**said, "outcome": "refused"})
    assert (again.status_code, again.json()["code"]) == (409, "already_answered")
    assert [row["id"] for row in await listed(stand, query="?state=open")] == [fresh]
    assert [row["id"] for row in await listed(stand, query="?state=corrected")] == [old]
    unknown = await stand.post(f"{HERE}/corrections/none/decide", "dpo", said)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_ticket")


async def test_each_agency_sees_its_own_and_a_moment_to_come_is_refused(stand):
    await asked(stand)
    assert [row["person"] for row in await listed(stand, "supervisor")] == ["person-1"]
    assert await listed(stand, "polisi") == []
    soon = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    assert (await asked(stand, received_at=soon)).json()["code"] == "not_yet"


async def test_sent_again_it_is_one_request_and_a_year_after_its_answer_its_words_are_gone(stand):
    for _ in range(2):
        path = f"{HERE}/persons/person-1/corrections"
        made = await stand.post(path, "operator", WRONG, **ORDER, idempotency_key="kiriman-1")
    [row] = await listed(stand)
    assert row["id"] == made.json()["id"]
    later = datetime.now(UTC) + timedelta(days=terms().reasons_days + 1)
    retention = Retention(stand.database, drawers(stand), audit_rows(stand), lambda: later)
    await retention.tick()
    assert (await listed(stand))[0]["reason"] == WRONG["reason"], "it is not answered yet"
    answered = {"outcome": "refused", "reason": "Cap berkata lain."}
    await stand.post(f"{HERE}/corrections/{row['id']}/decide", "dpo", answered)
    await retention.tick()
    [row] = await listed(stand)
    assert (row["reason"], row["decision"]["reason"], row["state"]) == ("", "", "refused")
