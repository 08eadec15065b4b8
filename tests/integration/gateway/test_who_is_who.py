"""Doubtful pairs: the queue has no names, a pair is a read of two persons, and only a supervisor decides."""

import pytest

pytestmark = [pytest.mark.integration, pytest.mark.anyio]

BODY = {"verdict": "same", "reason": "Paspor asli diperiksa."}


async def test_the_queue_has_no_names_and_needs_no_purpose(stand):
    answer = await stand.get("/v1/reviews", "operator")
    assert answer.status_code == 200
    assert "SAMPLE" not in answer.text
    assert await stand.audit() == []


async def test_a_pair_is_on_record_as_a_read_of_both(stand):
    pair = (await stand.get("/v1/reviews/review-1", "operator")).json()
    assert [side["name"] for side in pair["sides"]] == ["SAMPLE ALIA", "SAMPLE BRAM"]
    [row] = await stand.audit()
    assert (row["action"], row["purpose"]) == ("reviews.read", "review:review-1")
    assert row["ids"] == ["person-1", "person-2"]


async def test_a_pair_leads_to_its_two_persons_and_to_nobody_else(stand):
    purpose = {"tapal_purpose": "review:review-1"}
    assert (await stand.get("/v1/persons/person-2", "operator", **purpose)).status_code == 200
    refused = await stand.get("/v1/persons/person-3", "operator", **purpose)
    assert refused.json()["code"] == "purpose_does_not_hold"
    stand.world.review_open = False
    assert (await stand.get("/v1/persons/person-2", "operator", **purpose)).status_code == 403


async def test_a_settled_pair_shows_nobody(stand):
    stand.world.review_open = False
    answer = await stand.get("/v1/reviews/review-1", "operator")
    assert (answer.json()["open"], answer.json()["sides"]) == (False, [])
    assert "SAMPLE" not in answer.text
    assert await stand.audit() == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/reviews/review-1/verdict", BODY),
        ("/v1/persons/person-1/merge", {"other": "person-2", "reason": "Paspor asli."}),
        ("/v1/persons/person-1/split", {"nodes": ["node-1"], "reason": "Paspor asli."}),
        ("/v1/persons/person-1/verdicts/v1/withdraw", {"reason": "Keliru."}),
        ("/v1/persons/person-1/events/k3/stands", {"reason": "Buku tamu dilihat."}),
    ],
    ids=["verdict", "merge", "split", "withdraw", "decide"],
)
async def test_only_a_supervisor_decides_who_is_who(stand, path, body):
    purpose = {"tapal_purpose": "order:SP/12/2026"}
    refused = await stand.post(path, "operator", body, **purpose)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    answer = await stand.post(path, "supervisor", body, **purpose)
    assert answer.status_code == 200, answer.text
    assert set(answer.json()) == {"people"}
    assert "given" in [row["outcome"] for row in await stand.audit()]


async def test_an_operator_contests_an_event_for_the_person(stand):
    path = "/v1/persons/person-1/events/k3/contest"
    answer = await stand.post(path, "operator", {"reason": "Tidak pernah di sana."}, tapal_purpose="alert:alert-1")
    assert answer.status_code == 200
    assert ("registry", "events/k3/contest person-1") in [asked[:2] for asked in stand.world.asked]


async def test_a_decision_needs_a_reason(stand):
    answer = await stand.post("/v1/reviews/review-1/verdict", "supervisor", {"verdict": "same", "reason": ""})
    assert answer.status_code == 422
