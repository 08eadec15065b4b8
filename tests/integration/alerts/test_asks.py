"""Before every administrative action an officer asks: `proceed` or `wait`, same words and same delay for all."""

from datetime import datetime, timedelta

import pytest
from alerts_stand import days, hold, person, tombstone

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
DELAY = timedelta(seconds=60)
NEVER_GIVEN = ("answer", "given_to", "given_at", "valid_until")


@pytest.fixture
async def asked(stand):
    stand.now = days(0)
    async with stand.serving():
        await stand.send(person(1), person(1, person="p2"), hold(1, True, "p2"))
        await stand.settled()
        yield stand


async def ask(stand, who="p1", action="detention"):
    answer = await stand.call("POST", "/asks", json={"person": who, "action": action})
    assert answer.status_code == 201
    return answer.json()


async def look(stand, question):
    return (await stand.call("GET", f"/asks/{question['id']}")).raise_for_status().json()


async def answer_to(stand, who, action="detention"):
    question = await ask(stand, who, action)
    stand.now += DELAY
    return (await look(stand, question))["state"]


async def test_nobody_is_answered_before_the_delay_is_over(asked):
    questions = [await ask(asked, who) for who in ("p1", "p2", "nobody")]
    asked.now += DELAY - timedelta(seconds=1)
    told = [await look(asked, question) for question in questions]
    assert [one["state"] for one in told] == ["pending"] * 3
    assert all(one[name] is None for one in told for name in NEVER_GIVEN)
    assert len({(one["asked_at"], one["answer_at"]) for one in told}) == 1
    asked.now += timedelta(seconds=1)
    assert [(await look(asked, question))["state"] for question in questions] == ["proceed", "wait", "wait"]


async def test_an_unknown_person_and_one_on_hold_are_answered_alike(asked):
    questions = [await ask(asked, who) for who in ("p2", "nobody")]
    asked.now += DELAY
    held, unknown = [await look(asked, question) for question in questions]
    for one in (held, unknown):
        del one["id"], one["person"]
    assert held == unknown


async def test_an_answer_stands_once_given_and_is_good_for_an_hour(asked):
    question = await ask(asked)
    asked.now += DELAY
    first = await look(asked, question)
    assert (first["state"], first["given_to"]) == ("proceed", "ani")
    assert datetime.fromisoformat(first["given_at"]) == asked.now
    await asked.send(hold(1, True))
    await asked.settled()
    asked.now += timedelta(minutes=59)
    assert (await look(asked, question))["state"] == "proceed"
    asked.now += timedelta(minutes=1)
    again = await look(asked, question)
    assert (again["state"], again["answer"]) == ("lapsed", "proceed")
    assert await answer_to(asked, "p1") == "wait"


async def test_what_counts_is_the_moment_of_the_answer(asked):
    question = await ask(asked)
    await asked.send(hold(1, True))
    await asked.settled()
    asked.now += DELAY
    assert (await look(asked, question))["state"] == "wait"
    await asked.send(hold(2, False))
    await asked.settled()
    assert await answer_to(asked, "p1") == "proceed"


async def test_a_person_who_was_merged_away_is_asked_after_under_the_id_that_lives_on(asked):
    await asked.send(tombstone(2, "p1", "p2"))
    await asked.settled()
    assert await answer_to(asked, "p1") == "wait"


async def test_what_an_agency_asked_is_its_own_and_listed_newest_first(asked):
    first = await ask(asked)
    asked.now += DELAY
    second = await ask(asked, action="hand_over")
    listed = (await asked.call("GET", "/asks?person=p1")).json()["items"]
    assert [(one["id"], one["state"]) for one in listed] == [(second["id"], "pending"), (first["id"], "proceed")]
    strange = await asked.call("GET", f"/asks/{first['id']}", agency="polres")
    assert strange.status_code == 404
    assert (await asked.call("GET", "/asks?person=p1", agency="polres")).json()["items"] == []


@pytest.mark.parametrize(
    "body", [{"person": "p1"}, {"person": "p 1", "action": "detention"}, {"person": "p1", "action": "x"}]
)
async def test_a_question_says_of_whom_and_before_what(asked, body):
    assert (await asked.call("POST", "/asks", json=body)).status_code == 422


async def test_a_wait_said_of_whom_was_merged_since_takes_back_the_proceed(asked):
    assert await answer_to(asked, "p1") == "proceed"
    assert await answer_to(asked, "p2") == "wait"
    await asked.send(tombstone(2, "p2", "p1"), hold(1, True, "p1"))
    await asked.settled()
    items = (await asked.call("GET", "/asks", params={"person": "p1"})).json()["items"]
    assert [(one["person"], one["state"]) for one in items] == [("p2", "wait"), ("p1", "proceed")]
