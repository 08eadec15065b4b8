"""What the databases, the broker and the metrics of a fault run say."""

import asyncio
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import httpx
from fault_checks import of_series, stands
from fault_load import Load, Sent
from motor.motor_asyncio import AsyncIOMotorClient
from whole_system import WholeSystem

from chassis.seal import Hasher
from chassis.settings import read_key
from registry.drafts import event_key

QUIET_SECONDS = 120


class Watch:
    """What the databases and the broker hold, seen as their administrator."""

    def __init__(self, system: WholeSystem, load: Load) -> None:
        addresses = system.addresses()
        self.system, self.load = system, load
        self.mongo: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(addresses["TAPAL_TEST_MONGO_ADMIN_URL"])
        self.management = httpx.AsyncClient(base_url=addresses["TAPAL_TEST_MANAGEMENT_URL"], timeout=20)
        self.door = httpx.AsyncClient(base_url=system.gateway, trust_env=False, timeout=20)
        self.hasher = Hasher(read_key(system.home.secrets / "digest.key"))
        self.of_dead_queues = 0.0

    def key(self, item: Sent) -> str:
        return event_key(self.hasher, item.agency, item.source, item.name)

    async def rows(self, database: str, collection: str) -> dict[str, dict[str, Any]]:
        return {row["_id"]: row for row in await self.mongo[database][collection].find({}).to_list(None)}

    async def of(self, series: str) -> list[dict[str, Any]]:
        return of_series(await self.rows("alerts", "alerts"), series)

    async def looked_at(self) -> int:
        """How many subjects are still to be looked at by the clock."""
        this = int(time.time()) // 60
        return await self.mongo["alerts"].deadlines.count_documents({"bucket": {"$gte": 0, "$lte": this}})

    async def taken_by_the_clock(self, moment: datetime) -> bool:
        """Whether a worker has its turn while something is left that fell due then, or has worked all of it off."""
        alerts = self.mongo["alerts"]
        left = await alerts.deadlines.count_documents({"bucket": int(moment.timestamp()) // 60})
        turn = await alerts.leases.find_one({"_id": "deadlines"})
        return not left or (turn is not None and turn["until"] > datetime.now(UTC).replace(tzinfo=None))

    async def queues(self) -> dict[str, int]:
        """Messages by queue, in the hands of a consumer included; the broker counts every five seconds."""
        found = (await self.management.get("/api/queues")).raise_for_status().json()
        return {queue["name"]: queue.get("messages", 0) for queue in found}

    async def metric(self, name: str, part: str, label: str) -> float:
        text = await self._metrics(part)
        return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith(name) and label in line)

    async def _metrics(self, part: str) -> str:
        """As soon as the part, which may have been killed just now, is there again."""
        async with httpx.AsyncClient(verify=False) as client, asyncio.timeout(60):
            while True:
                with suppress(httpx.TransportError):
                    return (await client.get(f"{self.system.address(part)}/metrics")).text
                await asyncio.sleep(0.1)

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
        stays, requests = await self.of("stay-end"), await self.of("request-answer")
        late = {
            "alerts": len(self.load.late) - sum(stands(row) for row in stays),
            "deadlines": len(self.load.patterns.due) - sum(row["state"] == "open" for row in requests),
            "to be looked at": await self.looked_at(),
        }
        return waiting | {name: n for name, n in late.items() if n > 0}
