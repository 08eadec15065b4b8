"""Real services for one test or bench run: a fresh home on its own ports, thrown away afterwards."""

import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from tapal_local import broker, cache, database, guard, parts, ports
from tapal_local.children import run_child
from tapal_local.display import Screen
from tapal_local.home import Home
from tapal_local.keeper import Status
from tapal_local.supervisor import supervised
from tapal_local.up import prepare
from tapal_local.vault import Vault

__all__ = ["addresses", "bench", "benches", "services"]


class _Silent:
    def changed(self, statuses: Sequence[Status]) -> None: ...

    def heard(self, part: str, line: str) -> None: ...


def addresses(home: Home) -> dict[str, str]:
    """What tests need to reach the services of this home, as environment variables."""
    vault, chosen = Vault(home.secrets), ports.read(home.ports)
    return {
        "TAPAL_TEST_HOME": str(home.path),
        "TAPAL_TEST_AMQP_ADMIN_URL": broker.amqp_url(vault, chosen, broker.ADMIN),
        "TAPAL_TEST_MANAGEMENT_URL": broker.admin_url(vault, chosen),
        "TAPAL_TEST_MONGO_ADMIN_URL": database.admin_url(vault, chosen),
        "TAPAL_TEST_REDIS_URL": cache.redis_url(vault, chosen),
    }


@asynccontextmanager
async def services(root: Path, screen: Screen) -> AsyncIterator[dict[str, str]]:
    """The environment of a process that may use broker, database and Redis of a home that lasts as long as this."""
    home = Home(path=Path(tempfile.mkdtemp(prefix="tapal-")), root=root)
    try:
        await prepare(home, screen, tests=True)
        screen.step("starting broker, database and Redis for this run")
        vault, chosen = Vault(home.secrets), ports.load(home.path, home.ports)
        async with supervised(parts.infrastructure(home, vault, chosen), home, _Silent(), hurry=True) as supervisor:
            await supervisor.start()
            screen.close()
            yield {**os.environ, **addresses(home), **guard.marked(home.path), "TAPAL_ROOT": str(root)}
    finally:
        screen.close()
        shutil.rmtree(home.path, ignore_errors=True)


def benches(root: Path) -> list[str]:
    """The names of all benches: a module or a folder each."""
    folder = root / "tests" / "bench"
    modules = [*folder.glob("[a-z]*.py"), *(main.parent for main in folder.glob("*/__main__.py"))]
    # A trailing line keeps a module from passing for one of the standard library.
    return sorted(path.stem.rstrip("_") for path in modules)


async def bench(root: Path, screen: Screen, command: Sequence[str], heard: Callable[[str], None]) -> int:
    """Run one bench, by name and arguments, with services of its own, and pass on what it prints."""
    folder = root / "tests" / "bench"
    async with services(root, screen) as environment:
        environment["PYTHONPATH"] = f"{folder}{os.pathsep}{root / 'tests' / 'support'}"
        name, *arguments = command
        module = f"{name}_" if (folder / f"{name}_.py").exists() else name
        return await run_child([sys.executable, "-P", "-m", module, *arguments], root, environment, heard)
