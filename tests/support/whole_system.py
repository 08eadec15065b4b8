"""The whole of Tapal in a home of its own, started and stopped by the command line, for e2e, fault and bench runs."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tapal_local import broker, private, publishing, state
from tapal_local.home import Home
from tapal_local.ports import Ports, read
from tapal_local.vault import Vault

ROOT = Path(__file__).resolve().parents[2]


class WholeSystem:
    """Where everything of a running home is, and a way to break it."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.vault = Vault(home.secrets)
        self.published: list[dict[str, Any]] = []

    @property
    def ports(self) -> Ports:
        return read(self.home.ports)

    @property
    def gateway(self) -> str:
        return f"http://127.0.0.1:{self.ports['gateway']}"

    def address(self, part: str) -> str:
        return f"http://127.0.0.1:{self.ports[part]}"

    def amqp_url(self, user: str) -> str:
        """AMQP as an agency (its code), a service, or `admin`."""
        return broker.amqp_url(self.vault, self.ports, user)

    def addresses(self) -> dict[str, str]:
        """The administrators' addresses, named as in TAPAL_TEST_…"""
        return private.addresses(self.home)

    def account(self, username: str) -> dict[str, str]:
        return next(account for account in self.vault.accounts() if account["username"] == username)

    def api_key(self, source: str) -> str:
        """The key of `<agency>/<source>`."""
        keys: dict[str, str] = json.loads((self.home.secrets / "api-keys.json").read_text())
        return keys[source]

    async def publish(self, agency: str, events: list[dict[str, Any]]) -> int:
        self.published += events
        return await publishing.publish(self.amqp_url(agency), agency, events)

    def status(self) -> dict[str, dict[str, Any]]:
        """Parts by name: ready, address, pid, version, restarts."""
        return {part["name"]: part for part in state.read(self.home)["parts"]}

    def kill(self, part: str) -> None:
        """kill -9 of one part; the supervisor starts it again."""
        pid = self.status()[part]["pid"]
        os.kill(pid, signal.SIGKILL)
        while self.status()[part]["pid"] == pid:
            time.sleep(0.01)

    def wait_ready(self, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while missing := [name for name, part in self.status().items() if not part["ready"]]:
            if time.monotonic() > deadline:
                raise TimeoutError(f"not ready: {missing}")
            time.sleep(0.1)


def run(home: Home, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "TAPAL_HOME": str(home.path), "TAPAL_ROOT": str(ROOT)}
    command = [sys.executable, "-P", "-m", "tapal_local", *arguments]
    return subprocess.run(command, env=environment, text=True, capture_output=True, check=False)


@contextmanager
def whole_system(folder: Path, *options: str, **settings: Mapping[str, object]) -> Iterator[WholeSystem]:
    """`tapal up --detach --no-sample` in this folder, more options of `up` if wanted; `tapal down` at the end.

    `settings`: what an operator would write into `<process>.env`, by process.
    """
    home = Home(path=folder, root=ROOT)
    for process, pairs in settings.items():
        folder.mkdir(exist_ok=True)
        (folder / f"{process}.env").write_text("".join(f"{name}={value}\n" for name, value in pairs.items()))
    try:
        started = run(home, "up", "--detach", "--no-sample", *options)
        if started.returncode != 0:
            raise RuntimeError(f"the system does not start:\n{started.stdout}\n{started.stderr}")
        yield WholeSystem(home)
    finally:
        run(home, "down")
