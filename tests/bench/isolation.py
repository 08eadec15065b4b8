"""One agency's flood beside another's work: how much later the other one's alerts come. Five pairs, in turn.

On the whole real system. The post sends one event a second, each of which leads to an alert; the hotels send a hundred
times as many, half over AMQP and half over HTTP. Quiet and flooded take turns, so that both meet the same machine.
"""

import asyncio
import json
import os
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Any

import httpx
from _load import Ear, Mouth, listening
from _machine import named
from _story import Sent, Stories, coverage
from whole_system import WholeSystem, whole_system

PAIRS, SECONDS, RATE = 5, int(os.environ.get("TAPAL_BENCH_SECONDS", "12")), 1.0
TIMES = int(os.environ.get("TAPAL_BENCH_TIMES", "100"))
FLOODER, OTHERS, BATCH = "phri-kh", 1_000_000, 10
GOAL = 1.25


class Bench:
    """Two agencies at work."""

    def __init__(self, system: WholeSystem, mouth: Mouth, ear: Ear) -> None:
        self._mouth, self._ear, self._gateway = mouth, ear, system.gateway
        self._key = {"authorization": f"Bearer {system.api_key('phri-kh/hotel-sentarum')}"}
        self._calm, self._wild = Stories(), Stories(OTHERS)

    async def quiet(self) -> float:
        """Median seconds from the moment at which an event was due to its alert."""
        events = [event for event in self._calm.take(int(4 * RATE * SECONDS)) if event.agency != FLOODER]
        due = await self._mouth.offer(islice(cycle(events), len(events)), RATE, SECONDS)
        await self._ear.all_alerted(due)
        return median(self._ear.alerted[id] - at for id, at in due.items())

    async def flooded(self) -> tuple[float, int, float]:
        """The same while the other agency floods; how many events that was, and seconds until the last was stored."""
        began, flood = time.monotonic(), asyncio.create_task(self._flood(SECONDS + 2))
        await asyncio.sleep(1)
        found, sent = await self.quiet(), await flood
        return found, len(sent), await self._ear.all_stored(event.id for event in sent) - began

    async def _flood(self, seconds: int) -> list[Sent]:
        """Half one by one over AMQP, half in batches over HTTP, each in its moment whatever became of the others."""
        half = int(RATE * TIMES / 2)
        events = [event for event in self._wild.take(4 * half * seconds) if event.agency == FLOODER]
        amqp, http = events[: half * seconds], events[half * seconds : 2 * half * seconds]
        await asyncio.gather(self._mouth.offer(iter(amqp), half, seconds), self._post(http, half))
        return amqp + http

    async def _post(self, events: list[Sent], rate: float) -> None:
        async with (
            httpx.AsyncClient(base_url=self._gateway, headers=self._key, trust_env=False) as client,
            asyncio.TaskGroup() as sending,
        ):
            for start in range(0, len(events), BATCH):
                sending.create_task(_batch(client, events[start : start + BATCH]))
                await asyncio.sleep(BATCH / rate)


async def _batch(client: httpx.AsyncClient, events: list[Sent]) -> None:
    body = b"[" + b",".join(event.body for event in events) + b"]"
    answer = await client.post(
        "/v1/events", content=body, headers={"content-type": "application/cloudevents-batch+json"}
    )
    assert answer.json()["accepted"] == len(events), answer.text


async def measure(system: WholeSystem) -> dict[str, Any]:
    async with listening(system.addresses()["TAPAL_TEST_AMQP_ADMIN_URL"]) as (mouth, ear):
        about = await named(system)
        await mouth.fill(coverage())
        bench = Bench(system, mouth, ear)
        await bench.quiet()
        pairs = []
        for number in range(PAIRS):
            calm = await bench.quiet()
            wild, sent, stored = await bench.flooded()
            said = {"quiet_s": round(calm, 3), "flooded_s": round(wild, 3), "ratio": round(wild / calm, 2)}
            pairs.append({**said, "flood": sent, "flood_stored_s": round(stored, 1)})
            print(number + 1, pairs[-1])
    return {**about, "pairs": pairs, "ratio": median(pair["ratio"] for pair in pairs), "goal": GOAL}


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="tapal-apart-") as folder, whole_system(Path(folder)) as system:
        found = asyncio.run(measure(system))
    print(f"{found['machine']}; {found['database']}; load before {found['load_before']}")
    print(f"a flood of {TIMES} times the rate makes the other's alerts {found['ratio']} times as late (goal: {GOAL})")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
