"""A rule's life over real parts: drafted, tried on history, watched on live events, approved, stopped, explained."""

import asyncio
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from alerts_stand import Stand, days, eventually, person, stay
from trial_rule import R90

from alerts.rule_jobs import PAGE

pytestmark = [pytest.mark.integration, pytest.mark.anyio]


async def post(stand: Stand, path: str, agency: str = "imigrasi", by: str = "ani", **body: Any) -> httpx.Response:
    return await stand.call("POST", f"/rules{path}", agency=agency, name=by, json={"reason": "karena perlu", **body})


async def version(stand: Stand, number: int = 1) -> dict[str, Any]:
    return (await stand.call("GET", f"/rules/R90/versions/{number}")).raise_for_status().json()


async def step(stand: Stand, wish: str, by: str = "ani", key: str = "R90/versions/1") -> dict[str, Any]:
    answer = await post(stand, f"/{key}/{wish}", by=by)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def done(stand: Stand, number: int = 1) -> dict[str, Any]:
    """The version, once nothing waits for it any more."""

    async def settled() -> Any:
        found = await version(stand, number)
        return found if not found["waiting_for"] else None

    return await eventually(settled)


async def in_force(stand: Stand, number: int = 1) -> None:
    """Through all its steps, a week later."""
    await step(stand, "backtest", key=f"R90/versions/{number}")
    await done(stand, number)
    await step(stand, "probation", key=f"R90/versions/{number}")
    stand.now += timedelta(days=7)
    await step(stand, "approve", by="budi", key=f"R90/versions/{number}")
    await done(stand, number)


async def test_no_step_is_left_out_and_each_shows_what_it_would_ask_of_people(running: Stand) -> None:
    stand = running
    stand.now = days(0.6)
    await stand.send(person(1), person(1, stay(keys=("k2",)), person="p2"))
    await stand.settled()
    assert (await post(stand, "", text=R90)).json()["stage"] == "draft"
    assert (await post(stand, "/R90/versions/1/probation")).json()["code"] == "not_tried"

    await step(stand, "backtest")
    trial = (await done(stand))["trial"]
    assert (trial["hits"], trial["subjects"] >= 2, trial["expected_dismissed"]) == (2, True, None)
    assert list(trial["agencies"]) == [""], "no agency file tells anybody of it yet"

    await step(stand, "probation")
    found = await eventually(lambda: _found(stand, 2))
    assert found == {"found": 2, "still": 2, "agencies": {"": 2}}
    await stand.send(person(2, stay(application_pending=True, ends=date(2026, 4, 28))))
    await eventually(lambda: _still(stand, 1))
    assert await stand.live() == []

    assert (await post(stand, "/R90/versions/1/approve", by="budi")).json()["code"] == "on_probation"
    stand.now += timedelta(days=7)
    assert (await post(stand, "/R90/versions/1/approve")).json()["code"] == "second_person_needed"
    await step(stand, "approve", by="budi")
    await eventually(lambda: _raised(stand, 1))


async def test_a_trial_finds_everybody_once_however_many_there_are(running: Stand) -> None:
    stand, many = running, 2 * PAGE + 50
    stand.now = days(0.6)
    await stand.send(*(person(1, stay(keys=(f"k{n}",)), person=f"p{n}") for n in range(many)))
    await stand.settled()
    await post(stand, "", text=R90)
    await step(stand, "backtest")
    trial = (await done(stand))["trial"]
    assert (trial["hits"], trial["subjects"] >= many) == (many, True)


async def test_what_was_raised_is_explained_by_the_version_that_raised_it(
    running: Stand,
) -> None:
    stand = running
    stand.now = days(0.6)
    await stand.send(person(1))
    await post(stand, "", text=R90)
    await in_force(stand)
    (row,) = await eventually(lambda: _raised(stand, 1))
    newer = R90.replace("version: 1", "version: 2").replace("Needs clarification.", "Please look.")
    assert (await post(stand, "", text=newer)).status_code == 201
    await in_force(stand, 2)
    stages = [(await version(stand, number))["stage"] for number in (1, 2)]
    view = await _one(stand, row)
    assert (stages, view["rule_version"], view["wording"]["en"]) == (["retired", "active"], 1, "Needs clarification.")
    assert [part["holds"] for part in view["conditions"]] == [True, True]

    await step(stand, "kill", by="citra", key="R90/versions/2")
    gone = await eventually(lambda: _withdrawn(stand, row))
    assert gone["history"][-1]["changed"] == [{"name": "rule", "before": "active", "after": "stopped"}]


async def _found(stand: Stand, count: int) -> Any:
    found = (await version(stand))["on_probation"]
    return found if found["found"] == count else None


async def _still(stand: Stand, count: int) -> Any:
    return (await version(stand))["on_probation"]["still"] == count


async def _raised(stand: Stand, count: int) -> Any:
    rows = [row for row in await stand.live() if row["rule"] == "R90"]
    return rows if len(rows) == count else None


async def _one(stand: Stand, row: dict[str, Any]) -> dict[str, Any]:
    return (await stand.call("GET", f"/alerts/{row['id']}")).raise_for_status().json()


async def _withdrawn(stand: Stand, row: dict[str, Any]) -> Any:
    view = await _one(stand, row)
    return view if view["state"] == "withdrawn" else None


async def test_a_stopped_rule_raises_nothing_a_second_later_in_every_process(running: Stand) -> None:
    """The step is taken in one process, the events are judged in another."""
    stand = running
    stand.now = days(3)
    async with stand.serving(roles=frozenset({"api"}), name="alerts-api") as other:
        stand.url = other
        await step(stand, "kill", key="R02a/versions/1")
        await asyncio.sleep(1)
        await stand.send(person(1))
        await stand.settled()
        assert await stand.live() == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("stay.open &&", "stay.open && citizenship == 'UTO' &&"), "undeclared reference"),
        (("version: 1", "version: 7"), "the next version is 1"),
        (("duration('12h')", "duration('96h')"), "the twin"),
        (("side: administrative", "side: protection"), "are not kept here"),
    ],
    ids=["it profiles", "a version is left out", "its own twins fail", "of the other house"],
)
async def test_what_must_not_be_a_rule_is_refused_in_words(running: Stand, change: tuple[str, str], why: str) -> None:
    assert change[0] in R90
    answer = await post(running, "", text=R90.replace(*change))
    assert (answer.status_code, answer.json()["code"]) == (422, "not_a_rule")
    assert why in answer.json()["why"]


async def test_another_agencys_rule_is_left_alone(running: Stand) -> None:
    assert (await post(running, "", agency="polres", text=R90)).json()["code"] == "not_the_owner"
    answer = await post(running, "/R02a/versions/1/kill", agency="polres")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_the_owner")


async def test_of_two_steps_at_once_one_is_taken(running: Stand) -> None:
    answers = await asyncio.gather(*(post(running, "/R02a/versions/1/kill", by=by) for by in ("ani", "budi")))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
