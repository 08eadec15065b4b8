"""What the data-protection officer does at the door: holds, proofs, everything held about one person."""

import json
from datetime import UTC, datetime, timedelta

import pytest

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
NOW = datetime.now(UTC)
HERE = "/v1/data-protection"
ORDER = {"order_no": "SP-7/2026", "reason": "Permintaan salinan oleh yang bersangkutan."}
DOORS = (
    ("GET", "/holds"),
    ("POST", "/persons/person-1/holds"),
    ("POST", "/holds/hold-1/lift"),
    ("GET", "/erasures"),
    ("GET", "/erasures/upcoming"),
    ("POST", "/persons/person-1/everything"),
    ("GET", "/everything/wish-1"),
)


async def asked(stand, person="person-1"):
    answer = await stand.post(f"{HERE}/persons/{person}/everything", "dpo", ORDER)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def agreed(stand, wish):
    answer = await stand.post(f"/v1/consents/{wish}/answer", "inspektur", {"allowed": True})
    assert answer.json()["state"] == "allowed", answer.text


async def rows(stand, action):
    return [row for row in await stand.audit() if row["action"] == action]


@pytest.mark.parametrize(("method", "path"), DOORS)
async def test_the_doors_are_for_the_data_protection_officer_alone(stand, method, path):
    for account in ("operator", "supervisor", "admin", "inspektur", "perlindungan"):
        async with await stand.client(account) as client:
            answer = await client.request(method, HERE + path, json=ORDER if method == "POST" else None)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert stand.world.asked == []


async def test_a_hold_is_set_and_lifted_by_an_order_on_record(stand):
    made = await stand.post(f"{HERE}/persons/person-1/holds", "dpo", ORDER)
    assert (made.status_code, made.json()) == (201, {"id": "hold-1"})
    [(_, told, actor)] = stand.world.asked
    assert told == f"hold person-1 {ORDER['order_no']} {ORDER['reason']}"
    assert (actor.role, actor.purpose) == ("data_protection_officer", "order:SP-7/2026")
    assert (await stand.get(f"{HERE}/holds", "dpo")).json()["items"][0]["on"] is True
    assert (await stand.post(f"{HERE}/holds/hold-1/lift", "dpo", ORDER)).status_code == 200
    again = await stand.post(f"{HERE}/holds/hold-1/lift", "dpo", ORDER)
    assert (again.status_code, again.json()["code"]) == (409, "lifted")
    kept = await rows(stand, "legal_holds.keep")
    assert [row["ids"] for row in kept] == [["person-1"], ["hold-1"], ["hold-1"]]
    assert {row["purpose"] for row in kept} == {"order:SP-7/2026"}


async def test_a_call_sent_again_names_itself_to_the_registry(stand):
    for key in ("k-1", "k-1", "k-2", None):
        named = {"idempotency_key": key} if key else {}
        assert (await stand.post(f"{HERE}/persons/person-1/holds", "dpo", ORDER, **named)).status_code == 201
    first, again, other, none = stand.world.holds_named
    assert (first == again, first == other, none) == (True, False, None)


async def test_without_an_order_nothing_is_held_and_nothing_asked_for(stand):
    for path in ("/persons/person-1/holds", "/holds/hold-1/lift", "/persons/person-1/everything"):
        assert (await stand.post(HERE + path, "dpo", {"reason": "Tanpa surat."})).status_code == 422
    assert stand.world.asked == []


async def test_nothing_is_held_where_that_cannot_be_put_on_record(stand):
    async with stand.unwritable():
        answer = await stand.post(f"{HERE}/persons/person-1/holds", "dpo", ORDER)
    assert (answer.status_code, stand.world.legal_holds) == (503, {})


async def test_proofs_of_erasure_are_read_on_record(stand):
    found = (await stand.get(f"{HERE}/erasures?person=person-9", "dpo")).json()["items"]
    assert [row["rule"] for row in found] == ["closed_lawful_stay"]
    assert (await stand.get(f"{HERE}/erasures/upcoming", "dpo")).json()["items"][0]["person"] == "person-2"
    assert [row["ids"] for row in await rows(stand, "erasures.read")] == [["person-9"], []]


async def test_everything_takes_a_second_person_and_is_given_once(stand):
    wish = await asked(stand)
    path = f"{HERE}/everything/{wish}"
    assert (await stand.get(path, "dpo")).json()["code"] == "second_person"
    own = await stand.post(f"/v1/consents/{wish}/answer", "dpo", {"allowed": True})
    assert own.json()["code"] == "second_person"
    listed = (await stand.get("/v1/consents", "inspektur")).json()["items"]
    assert [(row["what"], row["about"]) for row in listed] == [("everything", "person-1")]
    assert (await stand.get("/v1/consents", "supervisor")).json()["items"] == []
    await agreed(stand, wish)
    given = await stand.get(path, "dpo")
    assert (given.status_code, given.json()["dossier"]["name"]) == (200, "SAMPLE ALIA")
    # Also what is kept under ids that it had before.
    assert {tuple(row["of"]) for part in ("alerts", "cases") for row in given.json()[part]} == {
        ("person-1", "person-1-before")
    }
    assert (await stand.get(path, "dpo")).json()["code"] == "second_person"
    [row] = await rows(stand, "persons.everything")
    assert (row["ids"], row["purpose"]) == (["person-1", "person-1-before"], "order:SP-7/2026")
    looked = (await stand.get("/v1/audit/persons/person-1", "dpo")).json()["items"]
    assert "persons.everything" in {item["action"] for item in looked}


async def test_a_consent_to_an_export_opens_nobody(stand):
    await stand.database.consents.insert_one(
        {
            **{"_id": "wish-2", "what": "export", "about": "alerts", "reason": "Rapat.", "order_no": "SP-1"},
            **{"asked_by": "dpo", "agency": "imigrasi", "state": "allowed", "answered_by": "x", "answered_at": None},
            **{"at": NOW, "until": NOW + timedelta(hours=1)},
        }
    )
    assert (await stand.get(f"{HERE}/everything/wish-2", "dpo")).json()["code"] == "second_person"


async def test_a_person_nobody_knows_is_refused_on_record_and_the_consent_stays(stand):
    wish = await asked(stand, "person-404")
    await agreed(stand, wish)
    for _ in range(2):
        answer = await stand.get(f"{HERE}/everything/{wish}", "dpo")
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_person")
    assert [row["outcome"] for row in await rows(stand, "persons.everything")] == ["refused:unknown_person"] * 2


async def test_a_breach_report_counts_what_was_taken(stand):
    wish = await asked(stand)
    await agreed(stand, wish)
    await stand.get(f"{HERE}/everything/{wish}", "dpo")
    span = {"since": (NOW - timedelta(hours=1)).isoformat(), "until": (NOW + timedelta(hours=1)).isoformat()}
    async with await stand.client("dpo") as client:
        told = (await client.get("/v1/audit/breach", params=span)).json()
    [one] = [row for row in told["subjects"] if row["id"] == "person-1"]
    assert "events as received" in one["fields"]
    assert "SAMPLE" not in json.dumps(told)
