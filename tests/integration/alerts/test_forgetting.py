"""An erased person leaves the alerts: what is kept is that there were alerts, and how they ended."""

import json

import pytest
from alerts_stand import EXIT_SOURCES, covers, days, eventually, person, stay

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
            "kind": "person",
            "v": 4,
        }
    assert "p-open" not in str(held)
    assert "p-dismissed" not in str(held)
    assert "Budi" not in str(held)
    assert sorted(row["state"] for row in held["alerts"]) == ["dismissed", "withdrawn"]
    assert {row["rule"] for row in held["alerts"]} == {"R02a"}
    last = [json.loads(item["raw"]) for item in running.told][-2:]
    assert {one["subject"]["id"] for one in last} == {""}


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


async def _known(stand, key):
    return await stand.database.subjects.find_one({"_id": key})


async def _unlinked(stand):
    return await stand.database.alerts.count_documents({"subject": ""}) == 2
