"""A small HTTP/1.1 caller over kept-open connections: it must cost less than what it measures."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any

__all__ = ["Answers", "Ask", "load"]


MOST_SECONDS = 15


@dataclass(frozen=True)
class Ask:
    """One request."""

    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "GET"
    body: bytes = b""

    def to_bytes(self, host: str) -> bytes:
        lines = [f"{self.method} {self.path} HTTP/1.1", f"host: {host}", f"content-length: {len(self.body)}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


@dataclass
class Answers:
    """What came back: milliseconds of each answer, and how many of each status."""

    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    last: bytes = b""

    def figures(self) -> dict[str, Any]:
        """Requests a second, and the delays that half and all but a hundredth stayed under."""
        steps = quantiles(self.times, n=100) if len(self.times) > 1 else [0.0] * 99
        rate = len(self.times) / self.seconds
        return {"per_second": round(rate), "p50_ms": round(steps[49], 1), "p99_ms": round(steps[98], 1)}


async def load(base: str, make: Callable[[int], Ask], requests: int, at_once: int, every: float = 0.0) -> Answers:
    """So many requests over so many connections, each sending its next when it has its answer.

    `every`: at the earliest so many seconds after its last, each connection at another moment; delays are then from
    the moment at which a request was due. After a while no new ones are sent: what is slow is measured by fewer.
    """
    host, port = base.removeprefix("http://").split(":")
    found, numbers, start = Answers(), iter(range(requests)), time.perf_counter()

    async def caller(place: int) -> None:
        reader, writer = await asyncio.open_connection(host, int(port))
        due = start + every * place / at_once
        for number in numbers:
            if time.perf_counter() - start > MOST_SECONDS:
                break
            request = make(number).to_bytes(host)
            await asyncio.sleep(due - time.perf_counter())
            began, due = (due, due + every) if every else (time.perf_counter(), due)
            writer.write(request)
            status, body = await _answer(reader)
            found.times.append((time.perf_counter() - began) * 1000)
            found.statuses[status] = found.statuses.get(status, 0) + 1
            found.last = body
        writer.close()

    await asyncio.gather(*(caller(place) for place in range(at_once)))
    found.seconds = time.perf_counter() - start
    return found


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = next(int(line.split(":")[1]) for line in head.split("\r\n") if line.startswith("content-length:"))
    return int(head.split(" ", 2)[1]), await reader.readexactly(length)
