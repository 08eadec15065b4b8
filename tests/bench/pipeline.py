"""The whole chain against the least any design must do and the simplest one, in one run on one broker and database.

Rates are taken from a backlog that waits when the clock starts. Variants take turns, the median of the rounds counts.
Delays are taken at fixed offered rates, from the moment an event was due to be sent.
"""

import asyncio
import json
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from _load import Ear, Mouth, listening
from _machine import Busy, named, still
from _rivals import bare, naive, raw
from _story import Stories, coverage
from whole_system import WholeSystem, whole_system

from chassis.mongo import connect

ROUNDS = 3
EVENTS = {"raw": 6000, "bare": 3000, "naive": 2000, "intake": 3000, "chain": 3000}
OFFERED = (5, 50, 200, 500)
OFFERED_SECONDS = 10
PATIENCE = 60
DRAIN_SECONDS = 20
WHAT = {
    "raw": "raw ceiling: a batch, one unordered insert, one ack",
    "bare": "bare: events and dossiers in a transaction, no more",
    "naive": "naive: one message, one insert, one ack",
    "intake": "intake to stored dossier and receipt",
    "chain": "whole chain to alert, all services on",
}


class Bench:
    """One system under load."""

    def __init__(self, system: WholeSystem, mongo: Any, mouth: Mouth, ear: Ear) -> None:
        self._mongo, self._mouth, self._ear = mongo, mouth, ear
        self._amqp = system.amqp_url("admin")
        pids = {name: part["pid"] for name, part in system.status().items()}
        self._parts = {name: pid for name, pid in pids.items() if name not in ("epmd", "redis")}
        self._services = {name: pid for name, pid in self._parts.items() if name not in ("broker", "database")}
        self._stories, self._told = Stories(), 0
        self.work: dict[str, list[dict[str, float]]] = {"intake": [], "chain": []}
        self.asked: dict[str, list[dict[str, float]]] = {"intake": [], "chain": []}

    async def warm_up(self) -> None:
        await self._mouth.fill(coverage())
        await self.chain(200)

    async def raw(self, events: int) -> float:
        return await self._rival("raw", raw, events)

    async def bare(self, events: int) -> float:
        return await self._rival("bare", bare, events)

    async def naive(self, events: int) -> float:
        return await self._rival("naive", naive, events)

    async def _rival(self, name: str, run: Callable[..., Awaitable[float]], events: int) -> float:
        collection = self._mongo.bench[f"{name}_{time.time_ns()}"]
        with still(self._services):
            seconds = await run(self._amqp, collection, self._mouth, self._stories.take(events))
        assert await collection.estimated_document_count() == events
        await collection.drop()
        return events / seconds

    async def intake(self, events: int) -> float:
        """The registry alone; what it announced is worked off afterwards, off the clock."""
        sent = self._stories.take(events)
        with still(self._services, "registry"):
            with still({"registry": self._services["registry"]}):
                await self._mouth.fill(sent)
            busy, before, began = Busy(self._parts), await self._operations(), time.monotonic()
            ended = await self._ear.all_stored(event.id for event in sent)
            await self._note("intake", busy, before, events)
        self._told += events // 2
        await self._ear.stories_told(self._told)
        return events / (ended - began)

    async def chain(self, events: int) -> float:
        sent = self._stories.take(events)
        with still(self._services):
            await self._mouth.fill(sent)
        busy, before, began = Busy(self._parts), await self._operations(), time.monotonic()
        self._told += events // 2
        ended = await self._ear.stories_told(self._told)
        await self._note("chain", busy, before, events)
        return events / (ended - began)

    async def _note(self, name: str, busy: Busy, before: dict[str, int], events: int) -> None:
        """How much work the run just ended was, by process and by kind of command to the database."""
        self.work[name].append(busy.ms_an_event(events))
        after = await self._operations()
        self.asked[name].append({kind: (after[kind] - count) / events for kind, count in before.items()})

    async def _operations(self) -> dict[str, int]:
        counted = (await self._mongo.admin.command("serverStatus"))["opcounters"]
        return {kind: counted[kind] for kind in ("insert", "query", "update", "delete", "command")}

    async def delays(self, rate: int) -> dict[str, float]:
        """Milliseconds from scheduled send to stored and to alert."""
        # A night comes some seconds after its entry: two events in one batch would make one alert.
        stream = self._stories.stream(behind=2 * rate)
        due = await self._mouth.offer(stream, rate, OFFERED_SECONDS)
        found: dict[str, float] = {"events": len(due)}
        for name, wait in (("stored", self._ear.all_stored), ("alert", self._ear.all_alerted)):
            with suppress(TimeoutError):
                async with asyncio.timeout(DRAIN_SECONDS):
                    await wait(due)
            moments = self._ear.stored if name == "stored" else self._ear.alerted
            heard = [1000 * (moments[id] - at) for id, at in due.items() if id in moments]
            cuts = quantiles(heard, n=100, method="inclusive")
            found |= {f"{name}_p50_ms": round(cuts[49], 1), f"{name}_p99_ms": round(cuts[98], 1)}
            found[f"{name}_unheard"] = len(due) - len(heard)
        return found


async def measure(system: WholeSystem) -> dict[str, Any]:
    addresses = system.addresses()
    async with (
        connect(addresses["TAPAL_TEST_MONGO_ADMIN_URL"]) as mongo,
        listening(addresses["TAPAL_TEST_AMQP_ADMIN_URL"]) as (mouth, ear),
    ):
        about = await named(system)
        bench = Bench(system, mongo, mouth, ear)
        await bench.warm_up()
        rates: dict[str, list[float]] = {name: [] for name in EVENTS}
        for number in range(ROUNDS):
            names = [*EVENTS][number:] + [*EVENTS][:number]
            for name in names:
                async with asyncio.timeout(PATIENCE):
                    rates[name].append(await getattr(bench, name)(EVENTS[name]))
        delays = {rate: await bench.delays(rate) for rate in OFFERED}
        return result(about, rates, delays, bench)


def result(
    about: dict[str, str],
    rates: dict[str, list[float]],
    delays: dict[int, dict[str, float]],
    bench: Bench,
) -> dict[str, Any]:
    typical = {name: median(found) for name, found in rates.items()}
    pairs = [(one, other) for one in ("chain", "intake") for other in ("raw", "bare", "naive")] + [("bare", "raw")]
    return {
        **{f"ratio.{one}_to_{other}": round(typical[one] / typical[other], 3) for one, other in pairs},
        **{f"rate.{name}_per_s": round(rate) for name, rate in typical.items()},
        "rounds": {name: [round(rate) for rate in found] for name, found in rates.items()},
        "delay": {f"{rate}_per_s": found for rate, found in delays.items()},
        "cpu_ms_per_event": {name: _typical(found) for name, found in bench.work.items()},
        "database_per_event": {name: _typical(found) for name, found in bench.asked.items()},
        **about,
    }


def _typical(found: list[dict[str, float]]) -> dict[str, float]:
    return {part: round(median(each[part] for each in found), 2) for part in found[0]}


def show(found: dict[str, Any]) -> None:
    print(f"{found['database']} · {found['broker']} · {found['machine']} · load before: {found['load_before']}\n")
    print(f"{'at saturation, median of ' + str(ROUNDS):<58}{'events/s':>9}{'of raw':>8}   rounds")
    for name, what in WHAT.items():
        rate, rounds = found[f"rate.{name}_per_s"], ", ".join(map(str, found["rounds"][name]))
        print(f"{what:<58}{rate:>9}{rate / found['rate.raw_per_s']:>8.2f}   {rounds}")
    print(f"\n{'ms from scheduled send':<26}{'stored p50':>11}{'p99':>9}{'alert p50':>11}{'p99':>9}")
    for rate in OFFERED:
        delay = found["delay"][f"{rate}_per_s"]
        columns = [delay[f"{what}_{cut}_ms"] for what in ("stored", "alert") for cut in ("p50", "p99")]
        print(f"{f'{rate} events/s offered':<26}{columns[0]:>11}{columns[1]:>9}{columns[2]:>11}{columns[3]:>9}")
    print("\nprocessor time, ms an event")
    for name, parts in found["cpu_ms_per_event"].items():
        each = ", ".join(f"{part} {used}" for part, used in parts.items() if used >= 0.01)
        print(f"  {name}: {sum(parts.values()):.2f} = {each}")
    print("\ncommands to the database, an event, as it counts them itself")
    for name, kinds in found["database_per_event"].items():
        print(f"  {name}: {', '.join(f'{kind} {count}' for kind, count in kinds.items())}")
    print()


def main() -> None:
    # All of the time for whoever sends: what an agency may take beside others is another bench (isolation).
    unshared = {"TAPAL_SHARE": "1"}
    with (
        tempfile.TemporaryDirectory(prefix="tapal-bench-") as folder,
        whole_system(Path(folder), registry=unshared) as system,
    ):
        found = asyncio.run(measure(system))
    show(found)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
