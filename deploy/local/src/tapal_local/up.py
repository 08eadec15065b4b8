"""`tapal up`, in the foreground: from nothing to the printed address, and until somebody ends it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version

from tapal_local import guard, install, lock, parts, ports, state
from tapal_local.display import Screen, as_mappings
from tapal_local.home import Home
from tapal_local.keeper import Status
from tapal_local.sample.load import load_sample
from tapal_local.supervisor import NotStarted, supervised
from tapal_local.vault import Vault
from tapal_local.welcome import welcome

__all__ = ["Wish", "prepare", "up"]

# The real parts write for their own administrators; their lines go to their files only.
QUIET = {"epmd", "broker", "database", "redis"}


@dataclass(frozen=True)
class Wish:
    """How `up` was called."""

    sample: bool = True
    bare: bool = False

    def options(self) -> list[str]:
        return [*([] if self.sample else ["--no-sample"]), *(["--bare"] if self.bare else [])]


class _Reporter:
    """Passes what the supervisor tells on to the state file and the screen."""

    def __init__(self, home: Home, screen: Screen) -> None:
        self._home, self._screen = home, screen
        self._statuses: Sequence[Status] = ()
        self._phase, self._title = "", ""

    def phase(self, phase: str, title: str) -> None:
        self._phase, self._title = phase, title
        self._screen.step(title)
        state.write(self._home, phase, self._statuses, title)

    def changed(self, statuses: Sequence[Status]) -> None:
        self._statuses = statuses
        state.write(self._home, self._phase, statuses, self._title)
        self._screen.parts(as_mappings(statuses))

    def heard(self, part: str, line: str) -> None:
        if part not in QUIET:
            self._screen.line(part, line)

    def failed(self, message: str) -> None:
        state.write(self._home, "failed", self._statuses, message)


async def prepare(home: Home, screen: Screen, *, tests: bool = False) -> None:
    """The folders, and the packages of the machine."""
    home.make()
    if packages := install.missing(tests=tests):
        screen.step(f"installing {' and '.join(packages)} (once)")
        await install.ensure(home.log("install"), packages)


async def up(home: Home, screen: Screen, wish: Wish) -> None:
    """Runs until cancelled. Whatever happens, no process is left afterwards."""
    await prepare(home, screen)
    with lock.acquire(home.lock):
        reporter = _Reporter(home, screen)
        try:
            await _run(home, screen, reporter, wish)
        except NotStarted as error:
            reporter.failed(str(error))
            raise
        except asyncio.CancelledError:
            state.write(home, "stopped", ())
            raise
        finally:
            screen.close()


async def _run(home: Home, screen: Screen, reporter: _Reporter, wish: Wish) -> None:
    reporter.phase("starting", "looking for what an earlier run left behind")
    await asyncio.to_thread(guard.sweep, home.path)
    guard.forget(home.path)
    vault, chosen = Vault(home.secrets), ports.load(home.path, home.ports)
    table = parts.infrastructure(home, vault, chosen)
    if not wish.bare:
        table += parts.services(home, vault, chosen)
    async with supervised(table, home, reporter) as supervisor:
        try:
            reporter.phase("starting", f"starting Tapal {version('tapal-local')}")
            await supervisor.start()
            if not wish.bare:
                await _first_time(home, vault, chosen, reporter, wish)
            reporter.phase("ready", "ready")
            screen.close()
            screen.confide("ready" if wish.bare else welcome(home, vault, chosen))
            await asyncio.get_running_loop().create_future()
        finally:
            reporter.phase("stopping", "stopping")


async def _first_time(home: Home, vault: Vault, chosen: ports.Ports, reporter: _Reporter, wish: Wish) -> None:
    """Load the sample week on the very first start, or never."""
    if home.first_start_done.exists():
        return
    if wish.sample:
        reporter.phase("starting", "loading the sample week")
        await load_sample(home, vault, chosen, datetime.now(UTC))
    home.first_start_done.touch()
