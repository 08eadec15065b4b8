"""kill -9 while cases are opened and closed: what was answered is there, once, and nothing is half done."""

import asyncio
import json
import signal
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from alerts_process import process, ready
from alerts_stand import EXIT_SOURCES, covers, eventually, person, stay
from casework_http import did, opened, read, step, verdicts

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
CASES = 24
KILLED_AFTER = 6


async def persons(stand):
    # A process of its own has the real clock: the stays end before today.
    now = datetime.now(UTC)
    dates = {"opened_on": now.date() - timedelta(days=40), "ends": now.date() - timedelta(days=10)}
    await stand.send(*(covers(1, now + timedelta(days=1), *source) for source in EXIT_SOURCES))
    await stand.send(*(person(1, stay(keys=(f"k{n}",), **dates), person=f"p{n}") for n in range(CASES)))

    async def all_there():
        return len(await stand.live()) == CASES

    await eventually(all_there, 30)


async def worked_through(stand, name, answered):
    """One case from its opening to its closing; what was answered is noted."""
    try:
        case = await opened(stand, name)
        answered[name] = case
        note = await step(stand, case, "note", text="Ditanyakan.")
        answered[name] = note.raise_for_status().json()
        closing = {"outcome": "left", "reason": "Telah keluar.", "verdicts": verdicts(answered[name], "late_report")}
        closed = await step(stand, answered[name], "close", **closing)
        answered[name] = closed.raise_for_status().json()
    except httpx.TransportError:
        return


def last_told(stand):
    told = [message for item in stand.told if "case" in (message := json.loads(item["raw"]))]
    return {message["case"]: message["revision"] for message in sorted(told, key=lambda one: one["revision"])}


async def test_whatever_is_killed_each_case_is_whole_and_told_of(stand, unused_tcp_port):
    answered = {}
    stand.url = f"http://127.0.0.1:{unused_tcp_port}"
    with process(stand, unused_tcp_port) as child:
        await eventually(lambda: ready(unused_tcp_port), 20)
        await persons(stand)
        async with asyncio.TaskGroup() as together:
            for n in range(CASES):
                together.create_task(worked_through(stand, f"p{n}", answered))

            async def enough():
                return sum(case["state"] == "closed" for case in answered.values()) >= KILLED_AFTER

            await eventually(enough, 30)
            child.send_signal(signal.SIGKILL)
    assert any(case["state"] == "open" for case in answered.values()) or len(answered) < CASES
    # Transactions that lost their client block what they wrote until the database gives them up, after a minute.
    await stand.database.client.admin.command({"killAllSessions": []})
    with process(stand, unused_tcp_port):
        await eventually(lambda: ready(unused_tcp_port), 20)
        for case in answered.values():
            found = (await read(stand, case)).json()
            assert found["revision"] >= case["revision"]
            assert found["history"][: len(case["history"])] == case["history"]
        rows = await stand.database.cases.find({}).to_list(None)
        cases = {row["_id"]: json.loads(row["body"]) for row in rows}
        about = [case["parts"][0]["groups"][0]["id"] for case in cases.values()]
        assert len(about) == len(set(about))
        assert {case["id"] for case in answered.values()} <= cases.keys()
        # An alert is dismissed exactly where its case is closed.
        closed = {id for id, case in cases.items() if case["state"] == "closed"}
        alerts = [(await stand.call("GET", f"/alerts/{row['id']}")).json() for row in await stand.alerts("?limit=200")]
        decided = [alert["decision"]["case"] for alert in alerts if alert["decision"]]
        assert sorted(decided) == sorted(closed)

        async def all_told():
            return last_told(stand) == {row["_id"]: row["revision"] for row in rows}

        await eventually(all_told, 30)
        still_open = next((id for id in cases if id not in closed), None)
        if still_open is not None:
            await did(stand, (await read(stand, {"id": still_open})).json(), "note", text="Masih dapat dikerjakan.")
