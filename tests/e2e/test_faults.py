"""kill -9 of everything in the middle of a load: nothing confirmed is lost, nothing innocent set aside, no alert twice.

The figures of the last run by hand, and the command for it, are in docs/faults.md.
"""

import asyncio
import json
import os
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from typing import Any

import bson
import httpx
import pytest
from fault_load import Load, Sender, Sent, make_load
from motor.motor_asyncio import AsyncIOMotorClient
from whole_system import WholeSystem, whole_system

from chassis.seal import Hasher
from chassis.settings import read_key
from registry.drafts import event_key

pytestmark = [pytest.mark.e2e, pytest.mark.load, pytest.mark.anyio]
PEOPLE = 1200
# One after the other, each while its slice of the load is under way: the consumers again and again.
KILLS = ("registry", "alerts", "broker", "database", "registry", "alerts", "database", "registry", "reports")
QUIET_SECONDS = 75


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Watch:
    """What the databases and the broker hold, seen as their administrator."""

    def __init__(self, system: WholeSystem, load: Load) -> None:
        addresses = system.addresses()
        self.system, self.load = system, load
        self.mongo: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(addresses["TAPAL_TEST_MONGO_ADMIN_URL"])
        self.management = httpx.AsyncClient(base_url=addresses["TAPAL_TEST_MANAGEMENT_URL"], timeout=20)
        self.hasher = Hasher(read_key(system.home.secrets / "digest.key"))
        self.of_dead_queues = 0.0

    def key(self, item: Sent) -> str:
        return event_key(self.hasher, item.agency, item.source, item.name)

    async def rows(self, database: str, collection: str) -> dict[str, dict[str, Any]]:
        return {row["_id"]: row for row in await self.mongo[database][collection].find({}).to_list(None)}

    async def stay_end(self) -> list[dict[str, Any]]:
        rows = (await self.rows("alerts", "alerts")).values()
        return [row for row in rows if bson.decode(row["body"])["series"] == "stay-end"]

    async def queues(self) -> dict[str, int]:
        """Messages by queue, in the hands of a consumer included; the broker counts every five seconds."""
        found = (await self.management.get("/api/queues")).raise_for_status().json()
        return {queue["name"]: queue.get("messages", 0) for queue in found}

    async def metric(self, name: str, part: str, label: str) -> float:
        async with httpx.AsyncClient() as client:
            text = (await client.get(f"{self.system.address(part)}/metrics")).text
        return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith(name) and label in line)

    async def events_read(self) -> float:
        return await self.metric("tapal_events_total", "registry", "outcome=")

    async def note_dead(self) -> None:
        """The registry takes its dead queues up again, so an empty one does not show that nothing was in it."""
        taken = await self.metric("tapal_batch_size_count", "registry", 'queue="dead.')
        self.of_dead_queues = max(self.of_dead_queues, taken)

    async def until_quiet(self) -> None:
        """Twice in a row, further apart than the broker counts, nothing waits in any queue and all alerts are there."""
        deadline, quiet = time.monotonic() + QUIET_SECONDS, 0
        while quiet < 2:
            assert time.monotonic() < deadline, f"not quiet: {await self.waiting()}"
            busy = await self.waiting()
            quiet = 0 if busy else quiet + 1
            await asyncio.sleep(5.5 if quiet == 1 else 0.5)

    async def waiting(self) -> dict[str, int]:
        waiting = {name: n for name, n in (await self.queues()).items() if n and not name.startswith("to.")}
        missing = len(self.load.late) - sum(row["state"] == "open" for row in await self.stay_end())
        return waiting | ({"alerts missing": missing} if missing > 0 else {})


@pytest.fixture
async def watch(tmp_path: Any) -> AsyncIterator[Watch]:
    with whole_system(tmp_path / "home") as system:
        watching = Watch(system, make_load(PEOPLE))
        yield watching
        await watching.management.aclose()
        watching.mongo.close()


async def kill_in_the_middle(watch: Watch, part: str, slice_: Sequence[Sent], sender: Sender) -> None:
    """Everything of the slice is sent at once, and the part dies when half of it is confirmed."""
    await asyncio.to_thread(watch.system.wait_ready)
    pid = (await asyncio.to_thread(watch.system.status))[part]["pid"]
    await watch.note_dead()
    enough = len(sender.confirmed) + len(slice_) // 2
    async with asyncio.TaskGroup() as together:
        together.create_task(sender.send(slice_))
        async with asyncio.timeout(30):
            while len(sender.confirmed) < enough:
                await asyncio.sleep(0.005)
        os.kill(pid, signal.SIGKILL)


async def break_everything(watch: Watch, sender: Sender) -> None:
    for n, part in enumerate(KILLS):
        await kill_in_the_middle(watch, part, watch.load.events[n :: len(KILLS)], sender)
    await asyncio.to_thread(watch.system.wait_ready)


async def check_events(watch: Watch, confirmed: set[str]) -> dict[str, int]:
    log, quarantine = await watch.rows("registry", "log"), await watch.rows("registry", "quarantine")
    refused = {row["event_id"] for row in quarantine.values()}
    sent = {item.name: watch.key(item) for item in watch.load.events}
    assert confirmed == sent.keys()
    lost = [name for name in confirmed if sent[name] not in log and name not in refused]
    assert lost == []
    assert refused == watch.load.bad
    assert len(log) + len(quarantine) == len(sent)
    dead = {name: n for name, n in (await watch.queues()).items() if "dead" in name and n}
    assert dead == {}
    await watch.note_dead()
    assert watch.of_dead_queues == 0
    return {"confirmed": len(confirmed), "lost": len(lost), "log": len(log), "quarantine": len(quarantine)}


async def check_alerts(watch: Watch) -> dict[str, int]:
    log, alerts = await watch.rows("registry", "log"), await watch.stay_end()
    entries = [watch.key(item) for item in watch.load.events if item.name in watch.load.late]
    expected = Counter(log[key]["subjects"][0] for key in entries)
    standing = [row for row in alerts if row["state"] == "open"]
    assert Counter(row["subject"] for row in standing) == expected
    assert Counter(row["rule"] for row in standing) == {"R02a": len(entries) // 2, "R02b": len(entries) // 2}
    # An entry that came before its exit or extension had an alert, which withdrew itself.
    assert {row["state"] for row in alerts} <= {"open", "withdrawn"}
    assert set(Counter(row["subject"] for row in alerts).values()) == {1}
    known, told = await watch.rows("registry", "persons"), await watch.rows("alerts", "subjects")
    people = {f"person:{id}": row["v"] for id, row in known.items()}
    assert {key: row["v"] for key, row in told.items() if row["kind"] == "person"} == people
    await check_reports(watch, known)
    return {"alerts": len(standing), "withdrawn": len(alerts) - len(standing), "persons": len(known)}


async def check_reports(watch: Watch, persons: dict[str, Any]) -> None:
    alerts = await watch.rows("alerts", "alerts")
    counts = {id: row["n"] for id, row in (await watch.rows("reports", "counts")).items() if row["n"]}
    expected = Counter(f"alerts|{row['rule']}|{row['state']}" for row in alerts.values())
    assert {id: n for id, n in counts.items() if id.startswith("alerts|")} == expected
    assert sum(n for id, n in counts.items() if id.startswith("presence|")) == len(persons) * 3 // 4


async def picture(watch: Watch) -> dict[str, Any]:
    """Everything that a second delivery must leave as it is."""
    alerts = {row["_id"]: row for row in await watch.stay_end()}
    names = {"registry": ("log", "quarantine", "persons", "rows", "tokens", "parties"), "reports": ("rows", "counts")}
    held = {f"{base}.{name}": await watch.rows(base, name) for base, found in names.items() for name in found}
    aside = await watch.rows("alerts", "aliases")
    return {"alerts": alerts, "aliases": aside, **held}


async def test_whatever_is_killed_nothing_confirmed_is_lost_and_no_alert_comes_twice(watch: Watch) -> None:
    began, sender = time.monotonic(), Sender(watch.system)
    await break_everything(watch, sender)
    await watch.until_quiet()
    figures = await check_events(watch, sender.confirmed) | await check_alerts(watch)

    before, again = await picture(watch), Sender(watch.system)
    read_before = await watch.events_read()
    await again.send(watch.load.events)
    async with asyncio.timeout(30):
        while await watch.events_read() - read_before < len(watch.load.events):
            await asyncio.sleep(0.3)
    await watch.until_quiet()
    assert await picture(watch) == before
    await check_events(watch, again.confirmed)
    seconds = round(time.monotonic() - began, 1)
    print(json.dumps({**figures, "killed": len(KILLS), "sender_breaks": sender.breaks, "seconds": seconds}))
