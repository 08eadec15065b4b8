"""Search by name: only for a case or an order, one row with everybody found, nothing of it in an address."""

import pytest

pytestmark = [pytest.mark.integration, pytest.mark.anyio]

PATH = "/v1/persons/search"
LINE = {"text": "sample 1990"}
ORDER = {"tapal_purpose": "order:SP/12/2026"}


async def test_one_row_lists_everybody_who_was_found(stand):
    answer = await stand.post(PATH, "operator", LINE, **ORDER)
    assert answer.status_code == 200, answer.text
    assert answer.json()["items"][0]["parts"][0]["field"] == "name"
    assert answer.json()["complete"] is True
    [row] = await stand.audit()
    assert (row["action"], row["purpose"], row["outcome"]) == ("persons.search", "order:SP/12/2026", "given")
    assert sorted(row["ids"]) == ["person-1", "person-2", "person-3"]
    assert "sample" not in str(row)


async def test_nobody_found_is_on_record_too(stand):
    answer = await stand.post(PATH, "supervisor", {"text": "nobody here"}, **ORDER)
    assert answer.json() == {"items": [], "next": None, "complete": True, "outside": 0}
    assert [row["ids"] for row in await stand.audit()] == [[]]


@pytest.mark.parametrize("purpose", ["", "desk", "review:review-1"])
async def test_without_a_case_or_an_order_nobody_is_looked_for(stand, purpose):
    answer = await stand.post(PATH, "operator", LINE, **({"tapal_purpose": purpose} if purpose else {}))
    assert (answer.status_code, answer.json()["code"]) == (403, "purpose_required")
    assert ("registry", "search") not in [asked[:2] for asked in stand.world.asked]
    assert [row["outcome"] for row in await stand.audit()] == ["refused:purpose_required"]


async def test_an_alert_leads_to_a_search_while_somebody_works_on_it(stand):
    assert (await stand.post(PATH, "operator", LINE, tapal_purpose="alert:alert-1")).status_code == 200
    over = await stand.post(PATH, "operator", LINE, tapal_purpose="alert:alert-3")
    foreign = await stand.post(PATH, "operator", LINE, tapal_purpose="alert:alert-5")
    assert [answer.json()["code"] for answer in (over, foreign)] == ["purpose_does_not_hold"] * 2


@pytest.mark.parametrize("account", ["hotel", "perlindungan", "dpo", "admin"])
async def test_other_roles_do_not_search(stand, account):
    answer = await stand.post(PATH, account, LINE, **ORDER)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


async def test_what_cannot_be_recorded_is_not_shown(stand):
    document = {"document": {"number": "X0000001", "issuer": "UTO"}}
    async with stand.unwritable():
        found = await stand.post(PATH, "operator", LINE, **ORDER)
        held = await stand.post("/v1/persons/find", "operator", document, **ORDER)
    for answer in (found, held):
        assert (answer.status_code, answer.json()["code"]) == (503, "audit_unavailable")
        assert "SAMPLE" not in answer.text
        assert "person-" not in answer.text
    assert "search" in [asked[1] for asked in stand.world.asked]


async def test_while_the_registry_is_away_it_says_so(stand):
    stand.world.away.add("registry")
    answer = await stand.post(PATH, "operator", LINE, **ORDER)
    assert answer.json()["part"] == "registry"
    assert await stand.audit() == []
