"""`tapal up`, in the foreground: from nothing to the printed address, and until somebody ends it."""

import asyncio
from collections.abc import Sequence
from importlib.metadata import version

from tapal_local import guard, install, parts, ports, state
from tapal_local.display import Screen, as_mappings
from tapal_local.home import Home
from tapal_local.keeper import Status
from tapal_local.supervisor import NotStarted, supervised
from tapal_local.vault import Vault

__all__ = ["prepare", "up"]

# The real parts write for their own administrators; their lines go to their files only.
QUIET = {"epmd", "broker", "database", "redis"}


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


async def prepare(home: Home, screen: Screen) -> None:
    """The folders, and the packages of the machine."""
    home.make()
    if packages := install.missing():
        screen.step(f"installing {' and '.join(packages)} (once)")
        await install.ensure(home.log("install"))


async def up(home: Home, screen: Screen, *, sample: bool) -> None:
    """Runs until cancelled. Whatever happens, no process is left afterwards."""
    await prepare(home, screen)
    with state.acquire(home):
        reporter = _Reporter(home, screen)
        try:
            await _run(home, screen, reporter, sample=sample)
        except NotStarted as error:
            reporter.failed(str(error))
            raise
        except asyncio.CancelledError:
            state.write(home, "stopped", ())
            raise
        finally:
            screen.close()


async def _run(home: Home, screen: Screen, reporter: _Reporter, *, sample: bool) -> None:
    reporter.phase("starting", "looking for what an earlier run left behind")
    await asyncio.to_thread(guard.sweep, home.path)
    vault, chosen = Vault(home.secrets), ports.load(home.path, home.ports)
    table = [*parts.infrastructure(home, vault, chosen), *parts.services(home, vault, chosen)]
    async with supervised(table, home, reporter) as supervisor:
        try:
            reporter.phase("starting", f"starting Tapal {version('tapal-local')}")
            await supervisor.start()
            reporter.phase("ready", "ready")
            screen.close()
            await asyncio.get_running_loop().create_future()
        finally:
            reporter.phase("stopping", "stopping")
