"""A client's folder, and its command line in processes that can be killed."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tapal_client.client import AMQP_URL, API_KEY, Client
from tapal_client.config import Config, Folder

SOURCE = "/phri-kh/hotel-kapuas"

ADDING = """
import json, sys
from pathlib import Path
from tapal_client.client import Client
client = Client(Path(sys.argv[1]))
for line in sys.stdin:
    print(client.add(json.loads(line)).sequence, flush=True)
"""


def check_in(number: int, source: str = SOURCE) -> dict[str, Any]:
    """A guest of his own for each number."""
    time = f"2026-07-{number % 28 + 1:02}T14:00:00+07:00"
    person = {
        "documents": [{"kind": "passport", "number": f"Q{number:07}", "issuer": "UTO"}],
        "name": {"full": f"GUEST NUMBER {number}"},
    }
    lodging = {"kind": "lodging", "id": "NIB-1", "village": "61.06.17.1001"}
    said = {"action": "check_in", "establishment": lodging, "person": person}
    return {
        "specversion": "1.0",
        "id": f"kamar/{number}/check_in",
        "source": source,
        "type": "id.tapal.lodging.v1",
        "time": time,
        "data": {**said, "stay_ref": f"kamar/{number}", "check_in_at": time},
    }


class ClientFolder:
    """One source's client."""

    def __init__(self, path: Path, **config: Any) -> None:
        self.path = path
        self.folder = Folder(path)
        self.folder.make(Config(**{"agency": "phri-kh", "source": SOURCE, **config}))

    def over_amqp(self, url: str) -> "ClientFolder":
        self.folder.keep_secret(AMQP_URL, url)
        return self

    def over_http(self, key: str) -> "ClientFolder":
        self.folder.keep_secret(API_KEY, key)
        return self

    def run(self, *arguments: str, text: str = "") -> "subprocess.CompletedProcess[str]":
        """The command line, to its end."""
        command = [*_python(), "-m", "tapal_client", *arguments, "--folder", str(self.path)]
        return subprocess.run(command, input=text, text=True, capture_output=True, check=False, env=_environment())

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """The command line, in the background."""
        command = [*_python(), "-m", "tapal_client", *arguments, "--folder", str(self.path)]
        return subprocess.Popen(
            command, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=_environment()
        )

    def start_adding(self) -> "subprocess.Popen[str]":
        """A program that adds the events it reads, and prints each number once it is safe."""
        command = [*_python(), "-c", ADDING, str(self.path)]
        return subprocess.Popen(command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_environment())

    def add(self, events: list[dict[str, Any]]) -> None:
        done = self.run("add", "-", text=json.dumps(events))
        assert done.returncode == 0, done.stderr

    def numbers(self) -> dict[str, int]:
        with Client(self.path) as client:
            return client.queue.numbers()


def _python() -> list[str]:
    return [sys.executable, "-P"]


def _environment() -> dict[str, str]:
    return {**os.environ, "NO_PROXY": "127.0.0.1"}
