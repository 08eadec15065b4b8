"""What has to be on the machine: installed when absent and allowed, else named in one line."""

import asyncio
import contextlib
import os
import shutil
import signal
from collections.abc import Callable, Sequence
from pathlib import Path

from tapal_local import broker, cache

__all__ = ["FOR_TESTS", "CannotInstall", "ensure", "missing"]

NEEDED: dict[str, Callable[[], object]] = {
    "rabbitmq-server": lambda: broker.find_server() and broker.find_epmd(),
    "redis-server": cache.find_server,
}

FOR_TESTS: dict[str, Callable[[], object]] = {
    "amqp-tools": lambda: shutil.which("amqp-publish"),
    "chromium": lambda: shutil.which("chromium"),
    "curl": lambda: shutil.which("curl"),
    "default-jdk-headless": lambda: shutil.which("javac"),
    "librabbitmq-client-java": Path("/usr/share/java/amqp-client.jar").exists,
}

# Debian starts what it installs. policy-rc.d forbids that for as long as we install; a file that was there stays.
# The traps are the script's own, so that it tidies up even when we are killed.
SCRIPT = """
set -e
export DEBIAN_FRONTEND=noninteractive
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    trap 'exit 130' INT TERM
    printf '#!/bin/sh\\nexit 101\\n' > "$policy"
    chmod 755 "$policy"
fi
dpkg --configure -a
get() { apt-get -q -y install --no-install-recommends "$@"; }
get "$@" || { apt-get -q update && get "$@"; }
if [ -d /run/systemd/system ]; then
    for unit in "$@" epmd.service epmd.socket; do systemctl disable --now "$unit" >/dev/null 2>&1 || true; done
fi
"""


class CannotInstall(Exception):
    """Says in one line what a person has to install."""


def missing(*, tests: bool = False) -> list[str]:
    """Packages that are wanted and not there; those that only the tests use on request."""
    wanted = NEEDED | FOR_TESTS if tests else NEEDED
    return [package for package, find in wanted.items() if not find()]


async def ensure(log: Path, packages: Sequence[str]) -> None:
    """Install these. System services that were not there before are left stopped."""
    prefix = await _as_root()
    if prefix is None or not shutil.which("apt-get"):
        raise CannotInstall(f"please install first (Debian, as root): apt-get install {' '.join(packages)}")
    with log.open("ab") as out:
        code = await _run([*prefix, "sh", "-c", SCRIPT, "sh", *packages], out.fileno())
    if code != 0:
        raise CannotInstall(f"installing {' '.join(packages)} failed; the whole output is in {log}")


async def _as_root() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and await _run(["sudo", "-n", "true"], asyncio.subprocess.DEVNULL) == 0:
        return ["sudo", "-n"]
    return None


async def _run(command: list[str], out: int) -> int:
    """Run to the end. When cancelled, interrupt it and wait: a half-installed package is worse than a late end."""
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.DEVNULL, stdout=out, stderr=asyncio.subprocess.STDOUT, start_new_session=True
    )
    try:
        return await process.wait()
    except asyncio.CancelledError:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGINT)
        await process.wait()
        raise
