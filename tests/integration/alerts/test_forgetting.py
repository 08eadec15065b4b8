"""An erased person leaves the alerts: what is kept is that there were alerts, and how they ended."""

import json

import pytest
from alerts_stand import EXIT_SOURCES, covers, days, evaluation, eventually, person, stay

from alerts.unlinking import Unlinking
from contracts.messages import AllAnnounced
from contracts.snapshots import PersonErased

pytestmark = [pytest.mark.integration, pytest.mark.anyio]


async def rows(stand):
    names = await stand.database.list_collection_names()
    return {name: await stand.database[name].find({}).to_list(None) for name in names}


async def overdue(stand):
    """One person with an open alert, and one with a dismissed alert."""
    stand.now = days(60)
    await stand.send(*(covers(1, days(70), *source) for source in EXIT_SOURCES))
    ends = {"ends": days(20).date()}
    await stand.send(person(3, stay(keys=("k1",), **ends), person="p-open"))
    await stand.send(person(3, stay(keys=("k2",), **ends), person="p-dismissed"))

    async def two():
        found = await stand.alerts()
        return found if len(found) == 2 else None

    found = {row["subject"]["id"]: row for row in await eventually(two)}
    row = found["p-dismissed"]
    row = (await stand.step(row, "acknowledge")).json()
    answer = await stand.step(row, "decide", json={"outcome": "dismissed", "reason": "Budi sudah pulang"})
    return found, answer


async def test_nothing_but_the_version_stays_of_the_person_and_how_it_ended_of_the_alerts(running):
    _, answer = await overdue(running)
    assert answer.status_code == 200, answer.text
    erased = [PersonErased(person=name, version=4) for name in ("p-open", "p-dismissed")]
    await running.send(*erased, *erased)

    await eventually(lambda: _unlinked(running))
    held = await rows(running)
    subjects = {row["_id"]: row for row in held.pop("subjects")}
    for one in erased:
        kept = subjects[f"person:{one.person}"]
        assert {name: kept[name] for name in kept if name != "n"} == {
            "_id": f"person:{one.person}",
            "v": 4,
        }
    assert "p-open" not in str(held)
    assert "p-dismissed" not in str(held)
    assert "Budi" not in str(held)
    assert sorted(row["state"] for row in held["alerts"]) == ["dismissed", "withdrawn"]
    assert {row["rule"] for row in held["alerts"]} == {"R02a"}

    async def both_told():
        told = [json.loads(item["raw"]) for item in running.told]
        return sum(one.get("subject", {}).get("id") == "" for one in told) >= 2

    await eventually(both_told)


async def test_older_news_that_comes_late_finds_nobody_and_raises_nothing(running):
    await overdue(running)
    await running.send(PersonErased(person="p-open", version=4), PersonErased(person="p-never", version=2))
    await eventually(lambda: _known(running, "person:p-never"))
    ends = {"ends": days(20).date()}
    await running.send(person(3, stay(keys=("k1",), **ends), person="p-open"))
    await running.send(person(1, stay(keys=("k9",), **ends), person="p-never"))
    await running.settled()
    armed = [row["_id"] for row in await running.database.deadlines.find({}).to_list(None)]
    assert {"person:p-open", "person:p-never"}.isdisjoint(armed)
    for name in ("p-open", "p-never"):
        assert await running.database.alerts.count_documents({"subject": name}) == 0


async def test_a_rebuild_resurrects_nobody_and_the_figures_stay(running):
    await overdue(running)
    erased = [PersonErased(person=name, version=4) for name in ("p-open", "p-dismissed")]
    await running.send(*erased)
    await eventually(lambda: _unlinked(running))
    figures = await _figures(running)
    assert (figures["raised"], figures["dismissed"], figures["withdrawn"]) == (2, 1, 1)
    states = await _states(running)
    run = (await running.call("POST", "/rebuild", role="administrator")).raise_for_status().json()["run"]
    late = person(3, stay(keys=("k1",), ends=days(20).date()), person="p-open")
    told = [*(covers(1, days(70), *source) for source in EXIT_SOURCES), late, *erased]
    await running.send(*told, AllAnnounced(run=run))

    async def both_known():
        found = [await _known(running, f"person:{one.person}") for one in erased]
        return all(row and row["v"] == 4 and "body" not in row for row in found)

    await eventually(both_known)
    await running.settled()
    assert await _states(running) == states
    assert await _figures(running) == figures
    held = await rows(running)
    held.pop("subjects")
    assert "p-open" not in str(held)
    assert "p-dismissed" not in str(held)


async def _figures(stand):
    lines = (await stand.call("GET", "/rules/figures")).json()["items"]
    return next(line for line in lines if line["rule"] == "R02a")


async def _states(stand):
    return {row["_id"]: row["state"] for row in await stand.database.alerts.find({}).to_list(None)}


async def _known(stand, key):
    return await stand.database.subjects.find_one({"_id": key})


async def _unlinked(stand):
    return await stand.database.alerts.count_documents({"subject": ""}) == 2


async def test_ninety_days_after_it_was_dismissed_an_alert_says_no_more_about_whom(running):
    found, _ = await overdue(running)
    dismissed = found["p-dismissed"]["id"]
    unlinking = Unlinking(evaluation(running, _nowhere).store, _desk(running), lambda id: f"x{id}", running.clock)
    running.now = days(160)
    await unlinking.tick()
    assert await running.database.alerts.find_one({"_id": dismissed}), "its ground still stands"
    ends = {"ends": days(20).date(), "closed_on": days(19).date(), "closed_by": "exit"}
    await running.send(person(4, stay(keys=("k2",), **ends), person="p-dismissed"))
    await eventually(lambda: _told(running, "person:p-dismissed", 4))
    await unlinking.tick()
    await unlinking.tick()
    held = await rows(running)
    [alert] = [row for row in held["alerts"] if row["state"] == "dismissed"]
    assert (alert["_id"], alert["rule"], alert["subject"]) == (f"x{dismissed}", "R02a", "")
    [state] = [row for row in held["subjects"] if row["_id"] == "person:p-dismissed"]
    assert dismissed not in str(state)
    assert dismissed not in str(held["aliases"])
    assert "Budi" not in str(held)
    # The same thing over again is a new question.
    await running.send(person(5, stay(keys=("k2",), ends=days(20).date()), person="p-dismissed"))
    again = await running.until(state="open", id=dismissed)
    assert again["subject"]["id"] == "p-dismissed"


async def _nowhere(_):
    """Nothing is published."""


def _desk(stand):
    return evaluation(stand, _nowhere).desk


async def _told(stand, key, version):
    row = await stand.database.subjects.find_one({"_id": key})
    return row and row["v"] == version
