"""The machine and the parts that a figure belongs to, how much work each process had, and processes held still."""

import os
import platform
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import httpx
import psutil
from whole_system import WholeSystem

__all__ = ["Busy", "named", "still"]

GIB = 2**30


async def named(system: WholeSystem) -> dict[str, str]:
    """Machine, database and broker, by name and version."""
    async with httpx.AsyncClient(trust_env=False) as client:
        overview = (await client.get(system.addresses()["TAPAL_TEST_MANAGEMENT_URL"] + "/api/overview")).json()
    memory = round(psutil.virtual_memory().total / GIB)
    return {
        "machine": f"{os.cpu_count()} cores, {memory} GiB, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}",
        "database": f"{system.status()['database']['version']}, journaled",
        "broker": f"RabbitMQ {overview['rabbitmq_version']}",
        "load_before": f"{os.getloadavg()[0]:.2f}",
    }


@contextmanager
def still(pids: Mapping[str, int], *but: str) -> Iterator[None]:
    """All services but these stopped where they stand; they go on afterwards."""
    stopped = [pid for name, pid in pids.items() if name not in but]
    try:
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        yield
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)


class Busy:
    """Processor time that each part has used since this was made. It says more than a rate where others work too."""

    def __init__(self, pids: Mapping[str, int]) -> None:
        self._pids = {**pids, "bench": os.getpid()}
        self._before = self._seconds()

    def ms_an_event(self, events: int) -> dict[str, float]:
        now = self._seconds()
        return {name: round(1000 * (now[name] - before) / events, 2) for name, before in self._before.items()}

    def _seconds(self) -> dict[str, float]:
        return {name: sum(map(_used, _family(name, pid))) for name, pid in self._pids.items()}


def _family(name: str, pid: int) -> list[psutil.Process]:
    process = psutil.Process(pid)
    return [process] if name == "bench" else [process, *process.children(recursive=True)]


def _used(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
