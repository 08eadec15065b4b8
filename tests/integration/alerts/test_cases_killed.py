"""kill -9 while cases are opened, handed over and closed by clients that try again: none lost, none doubled."""

import asyncio
import json
import signal
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from alerts_process import process, ready
from alerts_stand import EXIT_SOURCES, covers, eventually, person, stay
from casework_http import kept, read, step, verdicts

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
CASES = 8
KILLED_AFTER = (3, 28)
"""Steps that were answered."""
LIFE = ["opened", "offered", "accepted", "offered", "accepted", "closed"]
PAUSE = 0.1


async def persons(stand):
    # A process of its own has the real clock: the stays end before today.
    now = datetime.now(UTC)
    dates = {"opened_on": now.date() - timedelta(days=40), "ends": now.date() - timedelta(days=10)}
    await stand.send(*(covers(1, now + timedelta(days=1), *source) for source in EXIT_SOURCES))
    await stand.send(*(person(1, stay(keys=(f"k{n}",), **dates), person=f"p{n}") for n in range(CASES)))

    async def all_there():
        return len(await stand.live()) == CASES

    await eventually(all_there, 30)


async def answered(send):
    """Sent until there is an answer."""
    while True:
        try:
            answer = await send()
        except httpx.TransportError:
            answer = None
        if answer is not None and answer.status_code < 500 and answer.json().get("code") != "conflict":
            return answer
        await asyncio.sleep(PAUSE)


async def taken(stand, case, name, who, **fields):
    """Taken once, though its answer may have been lost: then the case has moved on, and that is seen."""
    while True:
        answer = await answered(lambda: step(stand, case, name, who, **fields))
        if answer.status_code == 200:
            return answer.json()
        assert answer.status_code == 412, answer.json()
        found = (await answered(lambda: read(stand, case, who))).json()
        if found["revision"] > case["revision"]:
            return found


async def worked_through(stand, name, steps):
    """One case from its opening, to another agency and back, to its closing. `steps` grows with each answer."""
    wish = {"groups": [{"kind": "person", "id": name}], "once": f"wish-{name}"}
    made = await answered(lambda: stand.call("POST", "/cases", json=wish))
    assert made.status_code == 201, made.json()
    steps.append(case := made.json())
    steps.append(case := await taken(stand, case, "offer", "imigrasi", agency="polres", reason="Wewenang polisi."))
    steps.append(case := await taken(stand, case, "accept", "polres"))
    steps.append(case := await taken(stand, case, "offer", "polres", agency="imigrasi", reason="Wewenang imigrasi."))
    steps.append(case := await taken(stand, case, "accept", "imigrasi"))
    closing = {"outcome": "left", "reason": "Telah keluar.", "verdicts": verdicts(case, "late_report")}
    steps.append(await taken(stand, case, "close", "imigrasi", **closing))


@asynccontextmanager
async def alive(stand, port):
    """A process that works, killed at the end."""
    # Transactions that lost their client block what they wrote until the database gives them up, after a minute.
    await stand.database.client.admin.command({"killAllSessions": []})
    with process(stand, port) as child:
        await eventually(lambda: ready(port), 20)
        yield
        child.send_signal(signal.SIGKILL)


async def whole(stand):
    """Each person has one case with one life, and each alert was decided with its case."""
    cases = await kept(stand)
    about = [case["parts"][0]["groups"][0]["id"] for case in cases]
    assert sorted(about) == sorted(f"p{n}" for n in range(CASES))
    assert [[entry["what"] for entry in case["history"]] for case in cases] == [LIFE] * CASES
    alerts = [(await stand.call("GET", f"/alerts/{row['id']}")).json() for row in await stand.alerts("?limit=200")]
    decided = [alert["decision"]["case"] for alert in alerts if alert["decision"]]
    assert sorted(decided) == sorted(case["id"] for case in cases)


def told_of(stand):
    told = [message for item in stand.told if "case" in (message := json.loads(item["raw"]))]
    return {(message["case"], message["revision"]) for message in told}


async def test_whatever_is_killed_each_case_is_whole_and_told_of(stand, unused_tcp_port):
    steps, port = [], unused_tcp_port
    stand.url = f"http://127.0.0.1:{port}"
    async with asyncio.TaskGroup() as together:
        for killed_after in KILLED_AFTER:
            async with alive(stand, port):
                if not steps:
                    await persons(stand)
                    clients = [together.create_task(worked_through(stand, f"p{n}", steps)) for n in range(CASES)]
                await eventually(lambda wanted=killed_after: _reached(steps, wanted), 30)
            assert not all(client.done() for client in clients)
        async with alive(stand, port):
            await asyncio.wait(clients, timeout=60)
            assert all(client.done() for client in clients)
            await whole(stand)
            every = {(case["id"], revision) for case in steps for revision in range(1, len(LIFE) + 1)}

            async def all_told():
                return told_of(stand) == every

            await eventually(all_told, 30)


async def _reached(steps, number):
    return len(steps) >= number
