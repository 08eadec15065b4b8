"""Lists and work on alerts over HTTP."""

import asyncio

import httpx
import pytest
from alerts_stand import days, eventually, person, stay

pytestmark = [pytest.mark.integration, pytest.mark.anyio]


@pytest.fixture
async def one(running):
    running.now = days(1)
    await running.send(person(1))
    return await running.until(rule="R02a")


async def test_nobody_gets_in_without_a_statement(running):
    async with httpx.AsyncClient(base_url=running.url) as client:
        for path in ("/alerts", "/alerts/x", "/rules", "/sources"):
            answer = await client.get(path)
            assert (answer.status_code, answer.json()["code"]) == (401, "statement_required")


async def test_work_goes_by_revision_and_is_announced(running, one):
    acknowledged = await running.step(one, "acknowledge")
    assert (acknowledged.status_code, acknowledged.headers["etag"]) == (200, '"2"')
    assert (await running.step(one, "review")).status_code == 412
    assert (await running.call("POST", f"/alerts/{one['id']}/review")).status_code == 428
    assert (await running.step({**one, "id": "nobody"}, "review")).status_code == 404
    reviewed = (await running.step(acknowledged.json(), "review")).json()
    again = await running.step(reviewed, "review")
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")
    verdict = {"outcome": "dismissed", "reason": "Keluar lewat Entikong."}
    decided = (await running.step(reviewed, "decide", json=verdict)).json()
    assert (decided["state"], decided["decision"]["by"]) == ("dismissed", "ani")
    assert [entry["by"] for entry in decided["history"]] == ["", "ani", "ani", "ani"]

    async def told():
        return len(running.told) == 4

    await eventually(told)
    assert await running.database.outbox.find({}).to_list(None) == []


async def test_one_of_two_at_the_same_time_is_told_to_reload(running, one):
    answers = await asyncio.gather(*(running.step(one, "acknowledge") for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412, 412]


async def test_a_decision_stands_and_new_evidence_is_shown_with_it(running, one):
    reviewed = (await running.step(one, "review")).json()
    await running.step(reviewed, "decide", json={"outcome": "confirmed", "reason": "Ditanyakan."})
    await running.send(person(2, stay(application_pending=True)))

    async def noted():
        view = (await running.call("GET", f"/alerts/{one['id']}")).json()
        return view["state"] == "confirmed" and view["history"][-1]["what"] == "new_evidence"

    await eventually(noted)


async def test_a_reason_is_needed(running, one):
    reviewed = (await running.step(one, "review")).json()
    assert (await running.step(reviewed, "decide", json={"outcome": "confirmed", "reason": ""})).status_code == 422


async def test_the_list_pages_newest_first_and_filters(running):
    for number in range(7):
        running.now = days(1 + 9 * number)
        await running.send(person(1, stay(keys=(f"k{number}",)), person=f"p{number}"))
        await running.settled()
    seen, after = [], ""
    while after is not None:
        page = (await running.call("GET", f"/alerts?rule=R02a&limit=3{after}")).json()
        seen.append([row["subject"]["id"] for row in page["items"]])
        after = page["next"] and f"&after={page['next']}"
    assert seen == [["p6", "p5", "p4"], ["p3", "p2", "p1"], ["p0"]]
    assert [row["subject"]["id"] for row in await running.alerts("?subject=p3")] == ["p3"]
    assert await running.alerts("?rule=R02a&agency=polres") == []
    assert (await running.call("GET", "/alerts?after=nonsense")).status_code == 422


async def test_rules_and_sources_can_be_read(running):
    rules = (await running.call("GET", "/rules")).json()
    assert {rule["id"] for rule in rules} >= {"Q1", "Q2", "R01", "R02a", "R02b", "R03", "R04", "R05", "R22"}
    assert not any(rule["side"] == "protection" for rule in rules)
    assert all("twins" not in rule and rule["legal"]["as_of"] for rule in rules)

    async def heard():
        sources = (await running.call("GET", "/sources")).json()
        return [item["source"] for item in sources if item["covered_until"]] == ["simkim", "pos"]

    await eventually(heard)
