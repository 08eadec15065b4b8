"""Parties: who may read their history, for which purpose, and whom they see in it."""

import pytest
from gateway_peers import row

pytestmark = [pytest.mark.integration, pytest.mark.anyio]

PATH = "/v1/parties/party-2"
ORDER = {"tapal_purpose": "order:SP/12/2026"}


async def outcomes(stand):
    return [(row["action"], row["ids"], row["outcome"]) for row in await stand.audit()]


async def test_an_order_shows_the_whole_history_and_everybody_in_it_is_on_record(stand):
    answer = await stand.get(PATH, "operator", **ORDER)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert [item["value"] for item in told["names"]] == ["PT Contoh", "PT. CONTOH"]
    assert told["persons"] == {"person-1": "SAMPLE ALIA", "person-2": "SAMPLE BRAM", "person-3": "SAMPLE CHEN"}
    assert (told["only"], told["others"], told["complete"]) == (None, 0, True)
    assert await outcomes(stand) == [("parties.read", ["party-2", "person-1", "person-2", "person-3"], "given")]


async def test_a_hotel_that_is_coached_opens_no_guest_list(stand):
    stand.world.alerts["alert-7"] = row(7, subject={"kind": "party", "id": "party-2"})
    told = (await stand.get(PATH, "supervisor", tapal_purpose="alert:alert-7")).json()
    assert (told["persons"], told["people"], told["only"], told["others"]) == ({}, [], None, 3)
    assert not [who for event in told["events"] for who in event["people"]]
    assert await outcomes(stand) == [("parties.read", ["party-2"], "given")]


async def test_an_alert_of_enforcement_about_the_party_shows_the_same(stand):
    stand.world.alerts["alert-7"] = row(7, subject={"kind": "party", "id": "party-2"}, side="enforcement")
    answer = await stand.get(PATH, "supervisor", tapal_purpose="alert:alert-7")
    assert len(answer.json()["persons"]) == 3
    [read] = await stand.audit()
    assert (read["purpose"], read["ids"][0], len(read["ids"])) == ("alert:alert-7", "party-2", 4)


async def test_an_alert_about_one_of_its_people_shows_that_person_alone(stand):
    answer = await stand.get(PATH, "operator", tapal_purpose="alert:alert-1")
    told = answer.json()
    assert (told["only"], told["others"], told["people"]) == ("person-1", 2, ["person-1"])
    assert told["persons"] == {"person-1": "SAMPLE ALIA"}
    assert [item["people"] for item in told["events"]] == [[], [], ["person-1"], []]
    assert not [who for who in ("person-2", "person-3", "BRAM", "CHEN") if who in answer.text]
    assert await outcomes(stand) == [("parties.read", ["party-2", "person-1"], "given")]


@pytest.mark.parametrize(
    ("account", "party", "purpose", "code"),
    [
        ("operator", "party-2", "", "purpose_required"),
        ("operator", "party-2", "desk", "purpose_required"),
        ("operator", "party-2", "review:review-1", "purpose_required"),
        ("operator", "party-2", "matter:task-1", "purpose_required"),
        ("operator", "party-9", "alert:alert-1", "purpose_does_not_hold"),
        ("operator", "party-2", "alert:alert-3", "purpose_does_not_hold"),
        ("operator", "party-2", "alert:alert-5", "purpose_does_not_hold"),
        ("operator", "party-2", "alert:alert-6", "purpose_does_not_hold"),
        ("operator", "party-2", "alert:alert-7", "purpose_does_not_hold"),
        ("operator", "party-2", "alert:no-such", "purpose_does_not_hold"),
        ("hotel", "party-2", "order:SP/12/2026", "not_allowed"),
        ("perlindungan", "party-2", "matter:task-1", "not_allowed"),
        ("dpo", "party-2", "order:SP/12/2026", "not_allowed"),
        ("admin", "party-2", "order:SP/12/2026", "not_allowed"),
    ],
)
async def test_a_read_without_a_reason_is_refused_and_on_record(stand, account, party, purpose, code):
    stand.world.alerts["alert-7"] = row(7, subject={"kind": "party", "id": "party-1"})
    answer = await stand.get(f"/v1/parties/{party}", account, **({"tapal_purpose": purpose} if purpose else {}))
    assert (answer.status_code, answer.json()["code"]) == (403, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert await outcomes(stand) == [("parties.read", [party], f"refused:{code}")]
    assert f"party {party}" not in [asked[1] for asked in stand.world.asked]


async def test_an_unknown_party_is_not_found(stand):
    answer = await stand.get("/v1/parties/nobody", "operator", **ORDER)
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_party")


async def test_nothing_is_shown_when_the_record_cannot_be_written(stand):
    async with stand.unwritable():
        answer = await stand.get(PATH, "operator", **ORDER)
    assert (answer.status_code, answer.json()["code"]) == (503, "audit_unavailable")
    assert not [word for word in ("SAMPLE", "Contoh", "9120001112223") if word in answer.text]


async def test_while_the_registry_is_away_it_says_so(stand):
    stand.world.away.add("registry")
    answer = await stand.get(PATH, "operator", tapal_purpose="alert:alert-1")
    assert (answer.status_code, answer.json()["part"]) == (503, "registry")
    assert await stand.audit() == []
