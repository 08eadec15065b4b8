"""Whole homes with the real broker, database and Redis, by the command line."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from tapal_local import guard
from tapal_local.sample.week import sample_week

pytestmark = pytest.mark.integration
ROOT = Path(__file__).parents[3]


def command(home: Path, *arguments: str, **options) -> subprocess.Popen:
    environment = {**os.environ, "TAPAL_HOME": str(home), "TAPAL_ROOT": str(ROOT)}
    line = [sys.executable, "-P", "-m", "tapal_local", *arguments]
    return subprocess.Popen(line, env=environment, text=True, stdout=subprocess.PIPE, **options)


def answer(home: Path, *arguments: str) -> tuple[int, str]:
    with command(home, *arguments, stderr=subprocess.STDOUT) as process:
        text = process.communicate(timeout=90)[0]
    return process.returncode, text


@pytest.fixture
def homes(tmp_path):
    made = [tmp_path / "one", tmp_path / "other"]
    yield made
    for home in made:
        answer(home, "down")
        assert guard.processes(home) == []


def parts(home: Path) -> dict[str, dict]:
    return {part["name"]: part for part in json.loads(answer(home, "status", "--json")[1])["parts"]}


def ask(home: Path, path: str):
    """Asks the broker of a home, with its own password."""
    ports = json.loads((home / "ports.json").read_text())
    password = (home / "secrets" / "amqp-admin.password").read_text()
    url = f"http://127.0.0.1:{ports['management']}/api/{path}"
    return httpx.get(url, auth=("admin", password), trust_env=False).raise_for_status().json()


def wait_until_gone(home: Path, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while guard.processes(home):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_two_homes_run_side_by_side_and_each_ends_alone(homes):
    one, other = homes
    starting = [command(home, "up", "--detach", "--bare") for home in homes]
    assert [process.wait(timeout=90) for process in starting] == [0, 0]
    assert set(parts(one)) == {"epmd", "broker", "database", "redis"}
    assert all(part["ready"] for home in homes for part in parts(home).values())
    assert {part["address"] for part in parts(one).values()}.isdisjoint(
        part["address"] for part in parts(other).values()
    )
    users = {user["name"] for user in ask(one, "users")}
    assert users >= {"admin", "registry", "imigrasi", "ppt"}
    assert "guest" not in users

    code, said = answer(one, "up", "--bare")
    assert code == 1
    assert "already running" in said
    code, said = answer(one, "reset", "--yes")
    assert code == 1

    os.kill(int((one / "run" / "supervisor.lock").read_text()), signal.SIGKILL)
    wait_until_gone(one)
    assert all(part["ready"] for part in parts(other).values())
    assert answer(other, "down") == (0, "stopped\n")
    assert guard.processes(other) == []
    assert answer(other, "status")[0] == 1
    assert_no_secret_in_logs(other)
    assert answer(other, "reset", "--yes") == (0, "deleted\n")
    assert not other.exists()


def test_an_interrupt_while_starting_leaves_nothing_behind(homes):
    home = homes[0]
    with command(home, "up", "--bare", stderr=subprocess.STDOUT) as process:
        deadline = time.monotonic() + 60
        while len(guard.processes(home)) < 3:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=40) == 130
    assert guard.processes(home) == []


def test_events_and_passwords_are_still_there_after_down_and_up(homes, tmp_path):
    home = homes[0]
    file = tmp_path / "events.json"
    week = sample_week(datetime.now(UTC))
    assert answer(home, "up", "--detach", "--bare")[0] == 0
    for agency in ("phri-kh", "ppt"):
        events = week[agency]
        file.write_text("\n".join(map(json.dumps, events)))
        assert answer(home, "publish", str(file), "--agency", agency) == (
            0,
            f"{len(events)} events confirmed by the broker\n",
        )
    assert answer(home, "down")[0] == 0
    assert answer(home, "up", "--detach", "--bare")[0] == 0
    assert depth(home, "intake.phri-kh") == len(week["phri-kh"])
    assert depth(home, "sealed.ppt") == 1


def depth(home: Path, queue: str) -> int:
    """Messages in a queue; the broker's own count is some seconds late after a start."""
    deadline = time.monotonic() + 60
    while not (found := ask(home, f"queues/%2F/{queue}").get("messages", 0)):
        assert time.monotonic() < deadline
        time.sleep(0.3)
    return found


def assert_no_secret_in_logs(home: Path) -> None:
    passwords = [file.read_bytes() for file in (home / "secrets").glob("*.password")]
    assert len(passwords) > 12
    for log in (home / "logs").iterdir():
        assert not any(password in log.read_bytes() for password in passwords), log.name
