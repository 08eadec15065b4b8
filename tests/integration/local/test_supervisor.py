import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from local_driver import fake

from tapal_local import guard, records
from tapal_local.home import Home
from tapal_local.supervisor import NotStarted, supervised

pytestmark = pytest.mark.integration
DRIVER = Path(__file__).parents[2] / "support" / "local_driver.py"


class Recorder:
    def __init__(self):
        self.ready, self.lines = [], []

    def changed(self, statuses):
        self.ready += [s.name for s in statuses if s.ready and s.name not in self.ready]

    def heard(self, part, line):
        self.lines.append((part, line))


@pytest.fixture
def home(tmp_path):
    home = Home(path=tmp_path / "home", root=tmp_path)
    home.make()
    yield home
    assert guard.processes(home.path) == []


@pytest.fixture
def ports():
    with socket.socket() as one, socket.socket() as other:
        for each in (one, other):
            each.bind(("127.0.0.1", 0))
        return [one.getsockname()[1], other.getsockname()[1]]


async def until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.05)


def test_a_part_starts_only_after_what_it_needs_is_ready(home, ports):
    seen = Recorder()

    async def work():
        parts = [fake("late", ports[1], after=("slow",)), fake("slow", ports[0], "--slow", "1")]
        async with supervised(parts, home, seen) as supervisor:
            await supervisor.start()
            pids = {status.name: status.pid for status in supervisor.statuses}
            assert pids["slow"] < pids["late"]

    asyncio.run(work())
    assert seen.ready == ["slow", "late"]
    assert ("late", "serving") in seen.lines
    assert "serving" in records.tail(home.log("late"))


def test_what_dies_is_started_again_and_the_others_stay(home, ports):
    async def work():
        parts = [fake("one", ports[0]), fake("two", ports[1], after=("one",))]
        async with supervised(parts, home, Recorder()) as supervisor:
            await supervisor.start()
            one, two = supervisor.statuses
            os.kill(one.pid, signal.SIGKILL)
            await until(lambda: supervisor.statuses[0].restarts == 1 and supervisor.statuses[0].ready)
            again, other = supervisor.statuses
            assert again.pid != one.pid
            assert other == two

    asyncio.run(work())


def test_a_part_that_cannot_start_is_named_with_the_end_of_its_log(home, ports):
    async def work():
        parts = [fake("broken", ports[0], "--no-such-option")]
        async with supervised(parts, home, Recorder()) as supervisor:
            await supervisor.start()

    with pytest.raises(NotStarted, match=r"(?s)broken.*unrecognized arguments"):
        asyncio.run(work())


def test_stopping_in_a_hurry_ends_a_part_that_takes_no_notice(home, ports):
    async def work():
        async with supervised([fake("one", ports[0], "--stubborn")], home, Recorder(), hurry=True) as supervisor:
            await supervisor.start()
            began = time.monotonic()
        return time.monotonic() - began

    assert asyncio.run(work()) < 2


@contextmanager
def driven(home, ports, *options):
    """A supervisor in a process of its own, all parts ready."""
    command = [sys.executable, "-P", str(DRIVER), str(home.path), *map(str, ports), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            for line in process.stdout:
                if line == "all ready\n":
                    break
            # Two parts, and the child that left for its own session.
            assert len(guard.processes(home.path)) == 3
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_supervisor_leaves_nothing_behind(home, ports, number):
    with driven(home, ports, "--stubborn") as process:
        process.send_signal(number)
        process.wait(timeout=20)
        assert guard.processes(home.path) == []


def test_a_killed_supervisor_leaves_nothing_behind(home, ports):
    with driven(home, ports) as process:
        process.kill()
        asyncio.run(until(lambda: not guard.processes(home.path)))


def test_a_killed_guard_is_replaced(home, ports):
    with driven(home, ports) as process:
        first = guards(home)
        assert len(first) == 1
        os.kill(first[0], signal.SIGKILL)
        # Asked once: a killed one may still be there when asked first, and no new one yet when asked again.
        asyncio.run(until(lambda: set(guards(home)) - set(first)))
        process.kill()
        asyncio.run(until(lambda: not guard.processes(home.path)))


def guards(home):
    """Process ids of the guards of a home, by their command line."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = file.read_bytes().split(b"\0")
        except OSError:
            continue
        if b"tapal_local.guard" in words and str(home.path).encode() in words:
            found.append(int(file.parent.name))
    return found
