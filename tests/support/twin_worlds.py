"""Everything that somebody outside the protection desk can see of a running system, with ids and moments renamed."""

import asyncio
import json
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import aio_pika
import httpx

from gateway.logins import COOKIE

MONTHS = "Jan|Feb|Mar|Apr|Mei|Jun|Jul|Agu|Sep|Okt|Nov|Des"
RENAMED = (
    (r"after=[A-Za-z0-9_%.-]+", "after=<position>"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d(:[\d.]+)?(Z|[+-]\d\d:\d\d)?", "<moment>"),
    (rf"\d{{1,2}} ({MONTHS}) \d{{4}} \d\d\.\d\d", "<moment>"),
    (r"baru saja|\d+ (menit|jam|hari) lalu", "<ago>"),
    (r"127\.0\.0\.1:\d+", "<address>"),
    (r"process \[\d+\]", "<process>"),
    (r"\b\d{13}-\d+\b", "<position>"),
    (r"(?<=>)[0-9a-f]{8}(?=<)", "<id>"),
    (r"\b[0-9a-f]{12,}(-[0-9a-f]{8,})*\b", "<id>"),
)
# What hangs on the second in which a batch was cut or sealed, not on what is in it.
BY_CHANCE = {"block", "hash", "trace", "n", "last_heard_at"}
# The open deadlines are counted once a minute, and which minute is chance: they are compared as they are instead.
UNSTEADY = ("tapal_deadlines_open", "process_", "python_", "tapal_batch_size_count", "tapal_retries_total")
POLLED = ('route="/health/', 'route="/metrics"')
OPEN_PARTS = ("registry", "registry-sealed", "alerts", "alerts-protection", "reports", "gateway")
ORDER = "order:SP-9/2026"
NUMBERS = ("TWP001", "TWQ001", "TWR001", "TWX001")
PAGES = ("/alerts", "/alerts?show=all", "/reviews", "/access", "/quarantine", "/sources", "/uploads", "/protection")
PAGES += ("/notifications", "/cases", "/snoozes", "/rules")
LISTS = (
    "/v1/me",
    "/v1/alerts?limit=200",
    "/v1/alerts?limit=200&state=held",
    "/v1/alerts?limit=200&state=open",
    "/v1/reviews",
    "/v1/sources",
    "/v1/sources/scorecards",
    "/v1/quarantine",
    "/v1/rules",
    "/v1/reports/presence",
    "/v1/reports/alerts",
    "/v1/protection/tasks",
    "/v1/subscriptions",
    "/v1/cases",
    "/v1/snoozes",
    "/v1/rules/versions",
    "/v1/rules/figures",
    "/v1/rules/budget",
)


@dataclass
class Eyes:
    """One world as its watchers see it: what each surface says, by a name that is the same in every world."""

    system: Any
    names: dict[str, str]
    """Ids of this world to names that all worlds share."""
    seen: dict[str, str] = field(default_factory=dict)
    streams: dict[str, list[str]] = field(default_factory=dict)
    _tokens: dict[str, str] = field(default_factory=dict)
    _client: httpx.Client = field(default_factory=lambda: httpx.Client(trust_env=False, timeout=20))

    def renamed(self, text: str) -> str:
        for id, name in self.names.items():
            text = text.replace(id, name)
        for pattern, name in RENAMED:
            text = re.sub(pattern, name, text)
        return text

    def plain(self, value: Any) -> Any:
        """An answer in shared names. What is listed in the order of its random ids is put in the order of names."""
        if isinstance(value, dict):
            return {name: self.plain(item) for name, item in value.items() if name not in BY_CHANCE}
        if isinstance(value, list):
            items = [self.plain(item) for item in value]
            return items if any(isinstance(item, dict) for item in items) else sorted(items, key=str)
        return self.renamed(value) if isinstance(value, str) else value

    def token(self, account: str) -> str:
        if account not in self._tokens:
            known = self.system.account(account)
            said = {name: known[name] for name in ("username", "password")}
            self._tokens[account] = self._client.post(f"{self.system.gateway}/v1/login", json=said).json()["token"]
        return self._tokens[account]

    def call(self, account: str, method: str, path: str, **options: Any) -> httpx.Response:
        bearer = self.system.api_key(account) if "/" in account else self.token(account)
        # Pages go by the cookie, answers by the header.
        who = {"authorization": f"Bearer {bearer}", "cookie": f"{COOKIE}={bearer}"}
        headers = {**who, **options.pop("headers", {})}
        return self._client.request(method, f"{self.system.gateway}{path}", headers=headers, **options)

    def look(self, account: str, path: str, purpose: str = "", body: Any = None) -> None:
        """Note an answer as this account gets it: status, names of headers, revision, and every word."""
        headers = {"tapal-purpose": purpose} if purpose else {}
        method = "GET" if body is None else "POST"
        answer = self.call(account, method, path, headers=headers, json=body)
        heads = sorted(set(answer.headers) - {"date", "content-length"}), answer.headers.get("etag")
        said = self.plain(answer.json()) if "json" in answer.headers.get("content-type", "") else answer.text
        text = said if isinstance(said, str) else json.dumps(said, sort_keys=True, indent=1)
        place = self.renamed(f"{account} {method} {path} {purpose} {body or ''}".strip())
        self.seen[place] = self.renamed(f"{answer.status_code} {heads}\n{text}")

    def look_around(self, account: str) -> None:
        """Every list, page and dossier that this account may try to open."""
        people, alerts, parties = map(self._named, ("<person", "<alert", "<party"))
        for path in LISTS:
            self.look(account, path)
        self.look(account, "/v1/alerts?limit=200", "desk")
        for alert in alerts:
            self.look(account, f"/v1/alerts/{alert}")
        for person in people:
            self.look(account, f"/v1/persons/{person}", ORDER)
            self.look(account, f"/persons/{person}", ORDER)
            self.look(account, f"/v1/asks?person={person}")
        for party in parties:
            self.look(account, f"/v1/parties/{party}", ORDER)
            self.look(account, f"/parties/{party}", ORDER)
        for case in self._named("<case"):
            self.look(account, f"/v1/cases/{case}")
            self.look(account, f"/cases/{case}")
        for number in NUMBERS:
            document = {"kind": "passport", "number": number, "issuer": "UTO"}
            self.look(account, "/v1/persons/find", ORDER, {"document": document})
            self.look(account, "/v1/persons/search", ORDER, {"text": number, "limit": 20})
        for page in (*PAGES, *(f"/alerts/{alert}" for alert in alerts)):
            self.look(account, page)

    def _named(self, kind: str) -> list[str]:
        return [id for id, name in sorted(self.names.items(), key=lambda item: item[1]) if name.startswith(kind)]

    def metrics(self) -> None:
        """The figures that Prometheus collects, of every process."""
        for part in OPEN_PARTS:
            lines = self._client.get(f"{self.system.address(part)}/metrics").text.splitlines()
            self.seen[f"metrics {part}"] = "\n".join(sorted(filter(_steady, lines)))

    def logs(self) -> None:
        """How often each process said what."""
        for part in OPEN_PARTS:
            lines = (self.system.home.logs / f"{part}.log").read_text().splitlines()
            counted = Counter(self.renamed(_log(line)) for line in lines if "_sealed" not in line)
            self.seen[f"log {part}"] = "\n".join(f"{n} × {line}" for line, n in sorted(counted.items()))

    def queues(self, codes: Iterable[str]) -> None:
        """What each agency was sent back: receipts and notices one by one."""
        for code, told in asyncio.run(_drained(self.system.amqp_url("admin"), list(codes))).items():
            plain = [json.dumps(self.plain(one), sort_keys=True) for one in told]
            self.seen[f"queue to.{code}"] = "\n".join(sorted(plain))

    @contextmanager
    def listening(self, *accounts: str) -> Iterator[Callable[[], None]]:
        """Meanwhile every change on the live stream is noted, in order; what it yields ends that."""
        stop = threading.Event()
        threads = [threading.Thread(target=self._listen, args=(account, stop), daemon=True) for account in accounts]
        for thread in threads:
            thread.start()

        def end() -> None:
            stop.set()
            for thread in threads:
                thread.join(timeout=30)
            for account, told in self.streams.items():
                self.seen[f"{account} stream"] = self.renamed("\n".join(told))

        deadline = time.monotonic() + 30
        while not all(self.streams.get(account) for account in accounts):
            assert time.monotonic() < deadline, "a stream did not begin"
            time.sleep(0.05)
        try:
            yield end
        finally:
            stop.set()

    def _listen(self, account: str, stop: threading.Event) -> None:
        headers = {"authorization": f"Bearer {self.token(account)}"}
        told = self.streams.setdefault(account, [])
        with httpx.stream("GET", f"{self.system.gateway}/v1/stream", headers=headers, timeout=60) as answer:
            for line in answer.iter_lines():
                if line.startswith("data:"):
                    told.append(line)
                # Comments keep the line alive every few seconds: that is when the end is seen.
                if stop.is_set():
                    return


def differences(one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    """Each line that only one of two worlds shows, with the surface that shows it."""
    found = []
    for place in sorted(one.keys() | other.keys()):
        mine, theirs = (world.get(place, "<not there>").splitlines() for world in (one, other))
        if mine != theirs:
            here, there = Counter(mine), Counter(theirs)
            found += [f"{place}: only with protection: {line.strip()}" for line in (here - there).elements()]
            found += [f"{place}: only without: {line.strip()}" for line in (there - here).elements()]
            found += [] if here != there else [f"{place}: in another order"]
    return found


def _steady(line: str) -> bool:
    timed = re.search(r"_(bucket|created|sum)[{ ]", line) and "tapal_batch_size_sum" not in line
    return not (line.startswith(("#", *UNSTEADY)) or timed or any(route in line for route in POLLED))


def _log(line: str) -> str:
    try:
        said = json.loads(line)
    except ValueError:
        return line
    return json.dumps(
        {name: value for name, value in said.items() if name not in ("timestamp", "trace")}, sort_keys=True
    )


async def _drained(url: str, codes: list[str]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        for code in codes:
            queue = await channel.get_queue(f"to.{code}", ensure=False)
            found[code] = []
            while message := await queue.get(fail=False, no_ack=True):
                body = json.loads(message.body)
                said = body.pop("receipts", None)
                found[code] += [[body, one] for one in said or [None]]
    return found
