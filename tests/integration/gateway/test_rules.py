"""The life of rules through the door: everybody reads, a supervisor steps, the reports' aggregate stands beside."""

import pytest

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
WHY = {"reason": "Disepakati rapat Timpora."}
PATH = "/v1/rules/R02a/versions/2"


@pytest.mark.parametrize("account", ["operator", "supervisor", "polisi", "dpo", "admin", "perlindungan"])
async def test_everybody_reads_the_rules_and_what_they_ask_of_people(stand, account):
    assert [row["version"] for row in (await stand.get("/v1/rules/versions", account)).json()["items"]] == [1, 2]
    assert (await stand.get(PATH, account)).json()["trial"]["hits"] == 12
    assert (await stand.get("/v1/rules/budget", account)).json()["items"][0]["raised"] == 41


@pytest.mark.parametrize("account", ["operator", "polisi", "hotel", "admin", "perlindungan"])
async def test_only_supervisors_and_whoever_watches_the_readers_take_a_step(stand, account):
    for path, body in ((f"{PATH}/approve", WHY), (f"{PATH}/kill", WHY), ("/v1/rules", WHY | {"text": "id: R90"})):
        answer = await stand.post(path, account, body)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert stand.world.rules[2]["stage"] == "shadow"


async def test_a_step_has_a_reason_and_goes_on_with_the_name_of_who_took_it(stand):
    assert (await stand.post(f"{PATH}/approve", "supervisor", {"reason": ""})).status_code == 422
    assert (await stand.post(f"{PATH}/forget", "supervisor", WHY)).status_code == 422
    assert (await stand.post(f"{PATH}/approve", "supervisor", WHY)).json()["stage"] == "active"
    part, what, actor = stand.world.asked[-1]
    assert (part, what, actor.name, actor.agency) == ("alerts", "approve R02a/2", "supervisor", "imigrasi")


async def test_a_draft_that_profiles_is_refused_in_words(stand):
    answer = await stand.post("/v1/rules", "supervisor", WHY | {"text": "condition: citizenship == 'UTO'"})
    assert (answer.status_code, answer.json()["code"]) == (422, "not_a_rule")
    assert (await stand.post("/v1/rules", "supervisor", WHY | {"text": "id: R02a"})).json()["stage"] == "draft"


async def test_fairness_is_an_aggregate_of_the_reports(stand):
    rows = (await stand.get(f"{PATH}/fairness", "supervisor")).json()["rows"]
    assert [row["citizenship"] for row in rows] == ["UTO", "others"]
    assert (await stand.get(f"{PATH}/fairness", "perlindungan")).status_code == 403
