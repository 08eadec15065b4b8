"""The question before an administrative action is not got round: by an older answer, nor by leaving somebody out."""

from datetime import timedelta

import pytest
from alerts_stand import days, eventually, hold, tombstone
from casework_http import did, opened, read, step, verdicts

from alerts.cases.clock import read_limits
from alerts.cases.gather import Gathered

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
CONFERENCE = {"held_on": "2026-03-01", "number": "BA-7/2026", "decided_by": "Kepala Kantor"}
LIMITS = read_limits()
P1 = [{"kind": "person", "id": "p1"}]


async def asked(stand, who):
    question = (await stand.call("POST", "/asks", json={"person": who, "action": "administrative"})).json()
    stand.now += timedelta(seconds=60)
    return (await stand.call("GET", f"/asks/{question['id']}")).json()["state"]


async def planned(stand, case, **fields):
    words = {"kind": "administrative_action", "what": "Pembatalan izin.", "due": days(5).isoformat()}
    case = await did(stand, case, "plan", **words, conference=CONFERENCE, **fields)
    return case, case["tasks"][-1]["id"]


async def acted(stand, case):
    case, id = await planned(stand, case)
    begun = await did(stand, case, "begin", task=id)
    return await did(stand, begun, "finish", task=id, result="Dibatalkan.")


async def test_a_later_wait_takes_back_what_was_answered_before(two):
    case, id = await planned(two, await opened(two, "p1"))
    assert await asked(two, "p1") == "proceed"
    await two.send(hold(1, True, "p1"))
    await two.settled()
    assert await asked(two, "p1") == "wait"
    refused = (await step(two, case, "begin", task=id)).json()
    assert (refused["code"], refused["persons"]) == ("ask_required", ["p1"])
    await two.send(hold(2, False, "p1"))
    await two.settled()
    assert await asked(two, "p1") == "proceed"
    assert (await step(two, case, "begin", task=id)).status_code == 200


async def test_who_was_left_out_while_it_was_done_is_not_deported_by_it(two):
    case = await opened(two, "p1", "p2")
    assert await asked(two, "p2") == "proceed"
    case = await acted(two, await did(two, case, "group", remove=P1))
    case = await did(two, case, "group", add=P1)
    closing = {"outcome": "deported", "reason": "Selesai."}
    refused = (await step(two, case, "close", **closing, verdicts=verdicts(case))).json()
    assert (refused["code"], refused["persons"]) == ("action_required", ["p1"])
    assert [await asked(two, "p1"), await asked(two, "p2")] == ["proceed", "proceed"]
    case = await acted(two, case)
    assert (await did(two, case, "close", **closing, verdicts=verdicts(case)))["outcome"] == "deported"


async def test_who_was_merged_meanwhile_is_the_same_person(two):
    case = await opened(two, "p1")
    assert await asked(two, "p1") == "proceed"
    case = await acted(two, case)
    await two.send(tombstone(2, "p1", "p2"))

    async def merged():
        found = (await read(two, case)).json()
        return found if found["persons"] == ["p2"] else None

    found = await eventually(merged)
    closing = {"outcome": "deported", "reason": "Selesai.", "verdicts": verdicts(found)}
    assert (await did(two, found, "close", **closing))["outcome"] == "deported"


async def test_a_case_that_was_merged_away_is_shown_to_its_holder_alone(two):
    one, other = await opened(two, "p1"), await opened(two, "p2")
    one, id = await planned(two, one, agency="polres")
    assert (await read(two, one, "polres")).status_code == 200
    survivor = await did(two, other, "merge", other=one["id"], other_revision=one["revision"])
    assert (await read(two, survivor, "polres")).status_code == 200
    assert (await read(two, one, "polres")).status_code == 404
    assert (await read(two, one)).json()["state"] == "merged"
    await did(two, survivor, "cancel", task=id, reason="Tidak perlu.")
    assert [(await read(two, case, "polres")).status_code for case in (one, survivor)] == [404, 404]


async def test_a_case_that_takes_in_a_more_urgent_one_has_its_shorter_time_from_then_on(two, monkeypatch):
    first = await opened(two, "p1")
    two.now += timedelta(days=2)
    monkeypatch.setattr(Gathered, "severity", 4)
    urgent = await opened(two, "p2")
    joined = await did(two, first, "merge", other=urgent["id"], other_revision=urgent["revision"])
    assert (joined["severity"], joined["level"]) == (4, "officer")
    row = await two.database.case_deadlines.find_one({"_id": first["id"]})
    assert row["due"] == two.now + timedelta(hours=LIMITS.severities[4].take_up_hours)
