"""Shows that acknowledged writes are lost on kill -9 without journaling, and not with it. By hand, not in CI.

Starts SecantusDB alone, writes from several threads, kills it in the middle, starts it again and counts the
acknowledged documents that are missing. Prints one line of JSON. `python tests/bench/journal_demo.py [seconds]`
"""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

WRITERS = 4
RUNS = 3


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def daemon(folder: Path, port: int, *options: str) -> Iterator["subprocess.Popen[bytes]"]:
    program = Path(sys.executable).with_name("secantusd-py")
    where = ("--host", "127.0.0.1", "--port", str(port), "--storage-path", str(folder), "--log-level", "ERROR")
    quiet = subprocess.DEVNULL
    with subprocess.Popen([sys.executable, str(program), *where, *options], stdout=quiet, stderr=quiet) as process:
        try:
            _wait_for(port)
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(15)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError("SecantusDB does not start")


def client(port: int, journaled: bool) -> "MongoClient[dict[str, Any]]":
    options = f"retryWrites=false&w=majority&journal={str(journaled).lower()}"
    return MongoClient(f"mongodb://127.0.0.1:{port}/?{options}", serverSelectionTimeoutMS=3000)


def write(port: int, journaled: bool, writer: int, acknowledged: list[str]) -> None:
    """Write until the database is gone, and note what it acknowledged."""
    with client(port, journaled) as mongo:
        for n in range(10**9):
            try:
                mongo.demo.events.insert_one({"_id": f"{writer}.{n}", "body": "x" * 400})
            except PyMongoError:
                return
            acknowledged.append(f"{writer}.{n}")


def run(journaled: bool, seconds: float) -> dict[str, int]:
    """One kill: how many writes were acknowledged, and how many of these are missing afterwards."""
    options = ("--sync-on-commit",) if journaled else ()
    noted: list[list[str]] = [[] for _ in range(WRITERS)]
    with tempfile.TemporaryDirectory(prefix="journal-demo-") as name:
        folder, port = Path(name) / "store", free_port()
        with daemon(folder, port, *options) as process:
            threads = [threading.Thread(target=write, args=(port, journaled, n, noted[n])) for n in range(WRITERS)]
            for thread in threads:
                thread.start()
            time.sleep(seconds)
            os.kill(process.pid, signal.SIGKILL)
            for thread in threads:
                thread.join()
        acknowledged = {id for ids in noted for id in ids}
        with daemon(folder, port, *options), client(port, journaled) as mongo:
            there = {row["_id"] for row in mongo.demo.events.find({}, {"_id": 1})}
    return {"acknowledged": len(acknowledged), "missing": len(acknowledged - there)}


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3.0
    found = {
        way: [run(journaled, seconds) for _ in range(RUNS)]
        for way, journaled in (("without_journal", False), ("with_journal", True))
    }
    holds = {way: all(one["missing"] == 0 for one in runs) for way, runs in found.items()}
    print(json.dumps({"check": "no acknowledged write is missing after kill -9", "holds": holds, **found}))


if __name__ == "__main__":
    main()
