"""The service as its own process: killed in the middle of its work, and stopped."""

import json
import signal
from datetime import UTC, datetime, timedelta

import pytest
from alerts_process import process, ready
from alerts_stand import EXIT_SOURCES, covers, eventually, person, stay

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
PEOPLE = 600


async def test_killed_in_the_middle_it_loses_no_alert_and_makes_none_twice(stand, unused_tcp_port):
    # A process of its own has the real clock: the stays end before today.
    today = datetime.now(UTC).date()
    late = [
        person(
            1,
            stay(keys=(f"k{n}",), opened_on=today - timedelta(days=40), ends=today - timedelta(days=10)),
            person=f"p{n}",
        )
        for n in range(PEOPLE)
    ]
    await stand.send(*(covers(1, datetime.now(UTC) + timedelta(days=1), *source) for source in EXIT_SOURCES))
    with process(stand, unused_tcp_port) as child:
        await eventually(lambda: ready(unused_tcp_port), 20)
        await stand.send(*late)
        child.send_signal(signal.SIGKILL)
    for _ in range(2):
        with process(stand, unused_tcp_port) as child:
            await eventually(lambda: ready(unused_tcp_port), 20)
            child.send_signal(signal.SIGKILL)
        # Transactions that lost their client block what they wrote until the database gives them up, after a minute.
    await stand.database.client.admin.command({"killAllSessions": []})
    with process(stand, unused_tcp_port) as child:

        async def all_told():
            told = [json.loads(item["raw"]) for item in stand.told]
            return len({item["alert"] for item in told if item.get("series") == "stay-end"}) == PEOPLE

        await eventually(all_told, 30)
        child.terminate()
        assert child.wait(10) == 0
    rows = await stand.database.alerts.find({"rule": "R02a"}).to_list(None)
    assert len(rows) == len({row["subject"] for row in rows}) == PEOPLE
    assert {row["revision"] for row in rows} == {1}
    dead = await stand.channel.get_queue("dead.internal")
    assert await dead.get(no_ack=True, fail=False) is None
