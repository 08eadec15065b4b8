"""100,000 armed deadlines, 10,000 of them due at one instant, with the service killed in the middle.

On the whole real system. The rows are written into the alerts' database as the service writes them, long before they
are due; then only the clock works. After a kill -9 the supervisor starts the service again. Then late extensions come
in as events of persons with an armed deadline, and what is measured is how long the row takes to move.
"""

import asyncio
import json
import os
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from statistics import quantiles
from typing import Any

import aio_pika
from _machine import named
from whole_system import WholeSystem, whole_system

from alerts.documents import SubjectState, bucket_of, subject_document
from alerts.facts import WIB
from chassis.mongo import connect
from contracts.snapshots import PersonChanged, Stay

ARMED = int(os.environ.get("TAPAL_BENCH_ARMED", "100000"))
DUE = int(os.environ.get("TAPAL_BENCH_DUE", "10000"))
EXTENSIONS, BULK, LEAD_SECONDS = 100, 2000, 15
GOALS = {"first_seconds": 2, "all_seconds": 60, "rearm_p99_ms": 100}


def snapshot(number: int, ends: date, version: int = 1, *, extended: bool = False) -> PersonChanged:
    """Somebody with one open stay."""
    stay = Stay(
        keys=(f"key-{number}",),
        opened_on=ends - timedelta(days=29),
        opened_by="entry",
        permit_family="visit",
        ends=ends,
        ends_basis="printed",
        extended=extended,
        village="61.06.14.2001",
    )
    return PersonChanged(person=f"person-{number}", version=version, stays=(stay,))


def rows(today: date, instant: datetime) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each subject with its deadline: the first DUE at one instant, all others in the months to come."""
    for number in range(ARMED):
        now = number < DUE
        # Ended ten days ago: whoever looks finds a reason to ask.
        ends = today - timedelta(days=10) if now else today + timedelta(days=30 + number % 300)
        due = instant if now else datetime.combine(ends - timedelta(days=13), datetime.min.time(), WIB)
        told = snapshot(number, ends)
        state = SubjectState("person", told.person, due=due)
        state.keep(told)
        yield (
            subject_document(state),
            {"_id": state.key, "bucket": bucket_of(due), "due": due},
        )


async def arm(database: Any, instant: datetime) -> None:
    pairs = rows(instant.astimezone(WIB).date(), instant)
    while bulk := list(islice(pairs, BULK)):
        await database.subjects.insert_many([subject for subject, _ in bulk], ordered=False)
        await database.deadlines.insert_many([deadline for _, deadline in bulk], ordered=False)


@asynccontextmanager
async def listening(system: WholeSystem) -> AsyncIterator[set[str]]:
    """Whom alerts were announced about. Counting rows instead would keep the database busy with that."""
    about: set[str] = set()

    async def note(message: aio_pika.abc.AbstractIncomingMessage) -> None:
        about.add(json.loads(message.body)["subject"]["id"])

    async with await aio_pika.connect(system.amqp_url("admin")) as connection:
        channel = await connection.channel()
        queue = await channel.declare_queue(exclusive=True)
        await queue.bind("alerts", "alert.changed")
        await queue.consume(note, no_ack=True)
        yield about


async def fire(system: WholeSystem, database: Any, instant: datetime, about: set[str]) -> dict[str, Any]:
    """Seconds from the instant to the first announcement and to the last, with a kill -9 after some."""
    found: dict[str, Any] = {"killed_after": 0}
    wanted, count = {f"person-{number}" for number in range(DUE)}, 0
    await asyncio.sleep(max(0.0, (instant - datetime.now(UTC)).total_seconds()))
    while count < DUE and time.time() < instant.timestamp() + 300:
        count = len(about & wanted)
        passed = round(time.time() - instant.timestamp(), 2)
        if count and "first_seconds" not in found:
            found["first_seconds"] = passed
        if count > DUE // 3 and not found["killed_after"]:
            found["killed_after"] = count
            await asyncio.to_thread(system.kill, "alerts")
        await asyncio.sleep(0.1)
    found["all_seconds"] = passed
    await asyncio.sleep(2)
    alerts = await database.alerts.find({}, {"subject": 1, "revision": 1}).to_list(None)
    stored = Counter(row["subject"] for row in alerts if row["subject"].startswith("person-"))
    found |= {
        "lost": len(wanted - stored.keys()),
        "doubled": sum(count > 1 for count in stored.values()),
        "early": len(stored.keys() - wanted),
        "changed_after": sum(row["revision"] > 1 for row in alerts if row["subject"].startswith("person-")),
        "still_armed": await database.deadlines.count_documents({"due": instant}),
    }
    return found


async def rearm(system: WholeSystem, database: Any) -> dict[str, float]:
    """Milliseconds from the announcement of an extension until the deadline has moved, one after the other."""
    connection = await aio_pika.connect(system.amqp_url("admin"))
    took = []
    async with connection:
        exchange = await (await connection.channel()).get_exchange("registry", ensure=False)
        for number in range(ARMED - EXTENSIONS, ARMED):
            key = f"person:person-{number}"
            armed = await database.deadlines.find_one({"_id": key})
            told = snapshot(number, date(2030, 1, 1) + timedelta(days=number % 300), 2, extended=True)
            message = aio_pika.Message(told.model_dump_json().encode(), type=told.TYPE)
            began = time.perf_counter()
            await exchange.publish(message, told.TYPE)
            while (await database.deadlines.find_one({"_id": key}))["due"] == armed["due"]:
                await asyncio.sleep(0.001)
            took.append(1000 * (time.perf_counter() - began))
    cuts = quantiles(took, n=100, method="inclusive")
    return {"rearm_p50_ms": round(cuts[49], 1), "rearm_p99_ms": round(cuts[98], 1)}


async def measure(system: WholeSystem) -> dict[str, Any]:
    async with connect(system.addresses()["TAPAL_TEST_MONGO_ADMIN_URL"]) as mongo:
        about = await named(system)
        # Far enough ahead for the rows to be written. Deadlines fall on full minutes.
        instant = datetime.now(UTC) + timedelta(seconds=LEAD_SECONDS + ARMED / 1000)
        instant = instant.replace(second=0, microsecond=0) + timedelta(minutes=1)
        began = time.perf_counter()
        await arm(mongo.alerts, instant)
        print(f"{ARMED:,} armed in {time.perf_counter() - began:.0f} s", flush=True)
        async with listening(system) as about_whom:
            found = await fire(system, mongo.alerts, instant, about_whom)
        await asyncio.to_thread(system.wait_ready)
        return {"armed": ARMED, "due": DUE, **found, **await rearm(system, mongo.alerts), "goals": GOALS, **about}


def show(found: dict[str, Any]) -> None:
    print(f"\n{found['armed']:,} armed, {found['due']:,} due at one instant, killed after {found['killed_after']:,}")
    print(f"first alert after {found['first_seconds']} s (goal 2), all after {found['all_seconds']} s (goal 60)")
    print(f"lost {found['lost']}, doubled {found['doubled']}, early {found['early']}")
    print(
        f"a late extension moves its deadline: p50 {found['rearm_p50_ms']} ms, p99 {found['rearm_p99_ms']} ms (100)\n"
    )


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="tapal-bench-") as folder, whole_system(Path(folder)) as system:
        found = asyncio.run(measure(system))
    show(found)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
