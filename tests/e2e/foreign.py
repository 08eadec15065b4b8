"""Clients that are not ours: amqp-publish, Node's amqplib, curl."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def amqp_publish(url: str, exchange: str, event: dict[str, Any]) -> None:
    """One event by Debian's amqp-publish."""
    # A path of "/" would mean a virtual host without a name here.
    command = ["amqp-publish", "--url", url.rstrip("/"), "-e", exchange, "-r", "", "-C", "application/json", "-p"]
    subprocess.run([*command, "-b", json.dumps(event)], check=True, capture_output=True)


class Node:
    """Node with amqplib, installed into a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for name in ("package.json", "publish.js"):
            shutil.copy(HERE / name, folder)
        npm = Path(sys.executable).with_name("npm")
        subprocess.run([npm, "install", "--no-package-lock", "--silent"], cwd=folder, check=True, capture_output=True)

    def publish(self, url: str, exchange: str, events: list[dict[str, Any]]) -> None:
        (self._folder / "events.json").write_text(json.dumps(events))
        node = Path(sys.executable).with_name("node")
        command = [node, "publish.js", url, exchange, "events.json"]
        subprocess.run(command, cwd=self._folder, check=True, capture_output=True, timeout=60)


class Curl:
    """The gateway's API, read with curl."""

    def __init__(self, base: str, account: dict[str, str]) -> None:
        self._base = base
        credentials = {"username": account["username"], "password": account["password"]}
        self._token = ""
        self._token = self.send("/v1/login", credentials)["token"]

    @classmethod
    def keyed(cls, base: str, key: str) -> "Curl":
        """The same for a system with its API key."""
        made = cls.__new__(cls)
        made._base, made._token = base, key
        return made

    def get(self, path: str, *headers: str) -> Any:
        return self._curl([f"{self._base}{path}"], headers)

    def send(self, path: str, body: Any, *headers: str) -> Any:
        typed = "content-type: application/json"
        return self._curl([f"{self._base}{path}", "-d", json.dumps(body)], (typed, *headers))

    def _curl(self, arguments: list[str], headers: tuple[str, ...]) -> Any:
        said = [f"authorization: Bearer {self._token}", *headers] if self._token else list(headers)
        command = ["curl", "-sS", "--noproxy", "*", *arguments]
        for header in said:
            command += ["-H", header]
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def eventually(look: Callable[[], Any], seconds: float = 90) -> Any:
    """What `look` returns as soon as it is something. Fails when that takes too long."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.2)
    return found
