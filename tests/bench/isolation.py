"""One agency's flood beside another's work: how much later the other one's alerts come. Five pairs, in turn.

On the whole real system. The post sends one event a second, each of which leads to an alert; the hotels send a hundred
times as many, half over AMQP and half over HTTP. Quiet and flooded take turns, so that both meet the same machine.
"""

import asyncio
import json
import os
import tempfile
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
FLOODER, OTHERS = "phri-kh", 1_000_000
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

    async def flooded(self) -> tuple[float, int]:
        """The same while the other agency floods; and how many of its events were taken over."""
        flood = asyncio.create_task(self._flood())
        await asyncio.sleep(1)
        found = await self.quiet()
        flood.cancel()
        sent = [event.id for event in await self._sent(flood)]
        await self._ear.all_stored(sent)
        return found, len(sent)

    async def _sent(self, flood: "asyncio.Task[None]") -> list[Sent]:
        await asyncio.gather(flood, return_exceptions=True)
        sent, self._taken = self._taken, []
        return sent

    async def _flood(self) -> None:
        self._taken: list[Sent] = []
        half = int(RATE * TIMES / 2)
        async with httpx.AsyncClient(base_url=self._gateway, headers=self._key, trust_env=False) as client:
            while True:
                events = [event for event in self._wild.take(4 * half) if event.agency == FLOODER]
                pause = asyncio.create_task(asyncio.sleep(1))
                for bunch in (events[:half], events[half : 2 * half]):
                    self._taken += bunch
                await asyncio.shield(self._both(client, events[:half], events[half : 2 * half]))
                await pause

    async def _both(self, client: httpx.AsyncClient, amqp: list[Sent], http: list[Sent]) -> None:
        body = b"[" + b",".join(event.body for event in http) + b"]"
        kind = {"content-type": "application/cloudevents-batch+json"}
        sending = self._mouth.fill(amqp)
        _, answer = await asyncio.gather(sending, client.post("/v1/events", content=body, headers=kind))
        assert answer.json()["accepted"] == len(http), answer.text


async def measure(system: WholeSystem) -> dict[str, Any]:
    async with listening(system.addresses()["TAPAL_TEST_AMQP_ADMIN_URL"]) as (mouth, ear):
        about = await named(system)
        await mouth.fill(coverage())
        bench = Bench(system, mouth, ear)
        await bench.quiet()
        pairs = []
        for number in range(PAIRS):
            calm = await bench.quiet()
            wild, sent = await bench.flooded()
            ratio = round(wild / calm, 2)
            pairs.append({"quiet_s": round(calm, 3), "flooded_s": round(wild, 3), "ratio": ratio, "flood": sent})
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
