"""The door: dossier, search and lists at 100,000 alerts beside a bare route with the same bytes; intake beside AMQP.

On the whole real system. The alerts are written into the database as the service writes them.
"""

import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from pathlib import Path
from typing import Any

import aio_pika
import httpx
from _caller import Answers, Ask, load
from _load import Mouth
from _machine import named
from _story import Stories, coverage
from alerts_made import alert
from synthetic import passport
from whole_system import WholeSystem, whole_system

from alerts.documents import alert_document
from chassis.mongo import connect
from chassis.statement import Actor, Signer, read_ed25519

ALERTS = int(os.environ.get("TAPAL_BENCH_ALERTS", "100000"))
READS = int(os.environ.get("TAPAL_BENCH_READS", "200"))
WEEKS, BULK, PEOPLE = 52, 2000, 200
RULES = ("R01", "R02a", "R02b", "R05", "R07", "R11", "R22")
STATES = ("open", "acknowledged", "in_review", "confirmed", "dismissed", "withdrawn")
RARE = ("R13", "confirmed")
ORDER = {"tapal-purpose": "order:SP-1/2026"}
WAYS = {
    "alone": (1, 0.0, READS),
    "50_at_once": (50, 0.0, max(READS, 1500)),
    "50_once_a_second": (50, 1.0, max(READS, 2000)),
}
"""How many callers, the seconds between the requests of each (0: as fast as it is answered), and how many in all."""
GOALS = {"list_p99_ms": 200, "step_p99_ms": 200, "overhead_p99_ms": 30}
BARE = Path(__file__).parent / "_bare.py"


def alerts(now: datetime) -> Iterator[dict[str, Any]]:
    """A year of them; one in a thousand of a rule and state that are rare."""
    chance = random.Random(11)
    for number in range(ALERTS):
        at = now - timedelta(days=chance.uniform(0, 7 * WEEKS))
        rule, stage = RARE if number % 1000 == 0 else (chance.choice(RULES), chance.choice(STATES))
        agencies = ("imigrasi", "polres") if number % 3 == 0 else ("imigrasi",)
        more = {"stage": stage, "opened_at": at, "updated_at": at, "agencies": agencies, "id": f"{number:024x}"}
        yield alert_document(alert(rule, f"somebody-{number}", **more))


async def write_alerts(system: WholeSystem) -> list[str]:
    """The ids of those that are open."""
    opened = []
    async with connect(system.addresses()["TAPAL_TEST_MONGO_ADMIN_URL"]) as client:
        rows = alerts(datetime.now(UTC))
        while bulk := list(islice(rows, BULK)):
            await client.alerts.alerts.insert_many(bulk, ordered=False)
            opened += [row["_id"] for row in bulk if row["state"] == "open"]
    return opened


async def tell(system: WholeSystem) -> None:
    """Some people to look at."""
    async with await aio_pika.connect(system.amqp_url("admin")) as connection:
        channel = await connection.channel(publisher_confirms=True)
        await Mouth(channel).fill([*coverage(), *Stories().take(2 * PEOPLE)])


class Door:
    """The gateway as an officer sees it, and the services behind it as the gateway sees them."""

    def __init__(self, system: WholeSystem) -> None:
        self.system, self.base = system, system.gateway
        account = system.account("operator")
        body = {"username": "operator", "password": account["password"]}
        token = httpx.post(f"{self.base}/v1/login", json=body).raise_for_status().json()["token"]
        self.who = {"authorization": f"Bearer {token}"}
        self._signer = Signer(read_ed25519(system.home.secrets / "statement.private.pem"))

    def get(self, path: str, **headers: str) -> Callable[[int], Ask]:
        return lambda _: Ask(path, {**self.who, **headers})

    def behind(self, path: str) -> Callable[[int], Ask]:
        """The same question to the service itself."""
        actor = Actor("operator", "operator", "imigrasi", "")
        return lambda _: Ask(path, {"tapal-statement": self._signer.statement(actor, "GET", path.partition("?")[0])})

    def person(self) -> str:
        """Somebody who was told of, as soon as that is known."""
        wanted = {"document": {"number": "B0000001", "issuer": passport("")["documents"][0]["issuer"]}}
        for _ in range(300):
            answer = httpx.post(f"{self.base}/v1/persons/find", json=wanted, headers=self._ordered())
            if id := answer.raise_for_status().json()["id"]:
                return str(id)
            time.sleep(0.2)
        raise AssertionError("nobody became known")

    def search(self, number: int) -> Ask:
        body = json.dumps({"text": f"B{number % PEOPLE + 1:07d}", "limit": 20}).encode()
        return Ask("/v1/persons/search", {**self._ordered(), "content-type": "application/json"}, "POST", body)

    def step(self, ids: Iterator[str]) -> Callable[[int], Ask]:
        headers = {**self.who, "if-match": '"1"'}
        return lambda _: Ask(f"/v1/alerts/{next(ids)}/acknowledge", headers, "POST")

    def _ordered(self) -> dict[str, str]:
        return {**self.who, **ORDER}


@asynccontextmanager
async def bare(body: bytes) -> AsyncIterator[str]:
    """A bare FastAPI route that answers these bytes, in a process of its own."""
    with tempfile.NamedTemporaryFile() as file:
        Path(file.name).write_bytes(body)
        command = [sys.executable, "-P", str(BARE), file.name]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.terminate()
            process.wait()


async def beside(base: str, make: Callable[[int], Ask], at_once: int = 1) -> dict[str, Any]:
    """The figures of a question, with those of a bare route that answers the same bytes, in turn."""
    first = await load(base, make, 20, at_once)
    async with bare(first.last) as other:
        await load(other, lambda _: Ask("/"), 50, at_once)
        ours = await load(base, make, READS, at_once)
        plain = await load(other, lambda _: Ask("/"), READS, at_once)
    told = ours.figures() | {"failed": sum(n for status, n in ours.statuses.items() if status >= 500)}
    print(told, flush=True)
    return {**told, "bytes": len(first.last), "bare": plain.figures(), "to_bare": ratio(told, plain.figures())}


def ratio(ours: dict[str, Any], other: dict[str, Any]) -> float:
    return float(f"{ours['per_second'] / max(1, other['per_second']):.2g}")


def checked(found: Answers) -> Answers:
    assert set(found.statuses) <= {200, 202}, found.statuses
    return found


async def reads(door: Door, person: str) -> dict[str, Any]:
    lists = {
        "list": "/v1/alerts?limit=50",
        "list_open": "/v1/alerts?limit=50&state=open",
        "list_rule": "/v1/alerts?limit=50&rule=R02a",
        "list_rule_and_state": "/v1/alerts?limit=50&rule=R02a&state=withdrawn",
        "list_rare": f"/v1/alerts?limit=50&rule={RARE[0]}&state={RARE[1]}",
        "list_200": "/v1/alerts?limit=200",
    }
    asked = {name: door.get(path) for name, path in lists.items()}
    asked |= {"list_with_names": door.get("/v1/alerts?limit=50", **{"tapal-purpose": "desk"})}
    asked |= {"dossier": door.get(f"/v1/persons/{person}", **ORDER), "search": door.search}
    return {name: await beside(door.base, make) for name, make in asked.items()}


async def overhead(door: Door, person: str) -> dict[str, Any]:
    """What the door adds, alone and at 50 callers: with a row of the access log, and without one."""
    system = door.system
    pairs = {
        "with_audit": ((door.base, door.get(f"/v1/persons/{person}", **ORDER)), ("registry", f"/persons/{person}")),
        "without_audit": ((door.base, door.get("/v1/sources")), ("alerts", "/sources")),
    }
    found: dict[str, Any] = {}
    for name, ((base, make), (part, path)) in pairs.items():
        found[name] = {}
        for way, (callers, pause, requests) in WAYS.items():
            behind = checked(await load(system.address(part), door.behind(path), requests, callers, pause)).figures()
            through = checked(await load(base, make, requests, callers, pause)).figures()
            added = {step: round(through[step] - behind[step], 1) for step in ("p50_ms", "p99_ms")}
            found[name][way] = {"through": through, "behind": behind, "added": added}
    return found


async def intake(system: WholeSystem) -> dict[str, Any]:
    """Events a second that the broker has: over HTTP one by one, in batches of 100, and over AMQP."""
    key = {"authorization": f"Bearer {system.api_key('plbn-badau/pos')}"}
    events = [event.body for event in Stories().take(8000) if event.agency == "plbn-badau"]
    numbers = count()

    def one(_: int) -> Ask:
        return Ask("/v1/events", {**key, "content-type": "application/cloudevents+json"}, "POST", events[next(numbers)])

    def hundred(_: int) -> Ask:
        body = b"[" + b",".join(events[next(numbers)] for _ in range(100)) + b"]"
        return Ask("/v1/events", {**key, "content-type": "application/cloudevents-batch+json"}, "POST", body)

    single = checked(await load(system.gateway, one, 1000, 8))
    batch = checked(await load(system.gateway, hundred, 20, 2))
    async with await aio_pika.connect(system.amqp_url("plbn-badau")) as connection:
        channel = await connection.channel(publisher_confirms=True)
        began = time.perf_counter()
        await Mouth(channel).fill([event for event in Stories().take(2000) if event.agency == "plbn-badau"])
        amqp = 1000 / (time.perf_counter() - began)
    rates = {"single": 1000 / single.seconds, "batch_of_100": 2000 / batch.seconds, "amqp": amqp}
    shown = {name: round(rate) for name, rate in rates.items()}
    return {
        **shown,
        "single_to_amqp": round(rates["single"] / amqp, 2),
        "batch_to_amqp": round(rates["batch_of_100"] / amqp, 2),
    }


async def main() -> None:
    gateway = {"TAPAL_RATES": json.dumps(dict.fromkeys(("account", "source", "agency"), 10**6))}
    with (
        tempfile.TemporaryDirectory(prefix="tapal-http-") as folder,
        whole_system(Path(folder), gateway=gateway, registry={"TAPAL_SHARE": "1"}) as system,
    ):
        found: dict[str, Any] = await named(system)
        await tell(system)
        opened = await write_alerts(system)
        door = Door(system)
        person = door.person()
        await asyncio.sleep(10)
        found["reads"] = await reads(door, person)
        found["step"] = await steps(door, opened)
        found["overhead"] = await overhead(door, person)
        found["intake"] = await intake(system)
        found["goals"] = GOALS
    show(found)
    print(json.dumps(found))


async def steps(door: Door, ids: list[str]) -> dict[str, Any]:
    """Taking an open alert up."""
    return checked(await load(door.base, door.step(iter(ids)), READS, 1)).figures()


def show(found: dict[str, Any]) -> None:
    print(f"{found['machine']}; {found['database']}; load before {found['load_before']}")
    print(f"{'':24}{'per s':>8}{'p50 ms':>9}{'p99 ms':>9}{'to bare':>9}{'failed':>8}")
    for name, one in [*found["reads"].items(), ("step", found["step"])]:
        figures = f"{one['per_second']:>8}{one['p50_ms']:>9}{one['p99_ms']:>9}"
        print(f"{name:24}{figures}{one.get('to_bare', ''):>9}{one.get('failed', ''):>8}")
    for name, ways in found["overhead"].items():
        for way, one in ways.items():
            told = f"{one['through']['p99_ms']} ms through, {one['behind']['p99_ms']} behind, added {one['added']}"
            print(f"{name}, {way}: p99 {told}")
    print(f"intake, events/s: {found['intake']}")


if __name__ == "__main__":
    asyncio.run(main())
