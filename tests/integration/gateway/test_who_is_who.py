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


MERGE = ("/v1/persons/person-1/merge", {"other": "person-3", "reason": "Paspor asli."})
ORDER = {"tapal_purpose": "order:SP/12/2026"}


def asked_of(stand, word):
    return [asked for asked in stand.world.asked if word in asked[1]]


@pytest.mark.parametrize("purpose", ["alert:alert-1", "case:case-1", "review:review-1"])
async def test_a_merge_takes_in_nobody_to_whom_the_purpose_does_not_lead(stand, purpose):
    path, body = MERGE
    answer = await stand.post(path, "supervisor", body, tapal_purpose=purpose)
    assert (answer.status_code, answer.json()["code"]) == (403, "purpose_does_not_hold")
    assert asked_of(stand, "merge") == []
    [row] = await stand.audit()
    assert (row["outcome"], row["ids"]) == ("refused:purpose_does_not_hold", ["person-3"])


async def test_both_persons_of_a_merge_are_on_record(stand):
    path, body = MERGE
    assert (await stand.post(path, "supervisor", body, **ORDER)).status_code == 200
    [row] = await stand.audit()
    told = ("persons.change_identity", ["person-1", "person-3"], "given")
    assert (row["action"], row["ids"], row["outcome"]) == told


@pytest.mark.parametrize(
    ("path", "body"),
    [
        MERGE,
        ("/v1/persons/person-1/split", {"nodes": ["node-1"], "reason": "Paspor asli."}),
        ("/v1/persons/person-1/verdicts/v1/withdraw", {"reason": "Keliru."}),
        ("/v1/persons/person-1/events/k1/contest", {"reason": "Keliru."}),
        ("/v1/persons/person-1/events/k1/stands", {"reason": "Buku tamu dilihat."}),
    ],
    ids=["merge", "split", "withdraw", "contest", "decide"],
)
async def test_an_order_changes_nobody_of_another_area(stand, path, body):
    stand.world.village = "61.06.01.1001"
    answer = await stand.post(path, "danki", body, **ORDER)
    assert (answer.status_code, answer.json()["code"]) == (403, "outside_area")
    assert {asked[1] for asked in stand.world.asked} == {"read person-1"}
    [row] = await stand.audit()
    assert (row["outcome"], row["ids"]) == ("refused:outside_area", ["person-1"])


async def test_an_order_joins_nobody_of_another_area_to_somebody_of_this_one(stand):
    path, body = MERGE
    stand.world.villages = {"person-3": "61.06.01.1001"}
    answer = await stand.post(path, "danki", body, **ORDER)
    assert (answer.status_code, answer.json()["code"]) == (403, "outside_area")
    assert asked_of(stand, "merge") == []


async def test_nobody_contests_what_is_outside_of_their_remit(stand):
    path = "/v1/persons/person-1/events/k3/contest"
    answer = await stand.post(path, "naker", {"reason": "Keliru."}, **ORDER)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_in_remit")
    assert asked_of(stand, "contest") == []
    [row] = await stand.audit()
    assert (row["action"], row["outcome"]) == ("persons.contest_event", "refused:not_in_remit")
