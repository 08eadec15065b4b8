"""What a person sees: progress while starting, prefixed logs after, a table, and the first things to try."""

import contextlib
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from tapal_local.keeper import Status

__all__ = ["Screen", "Terminal", "as_mappings", "parts_table"]

COLOURS = ("cyan", "green", "magenta", "yellow", "blue", "bright_cyan", "bright_green", "bright_magenta")


def parts_table(parts: Sequence[Mapping[str, Any]]) -> Table:
    table = Table("part", "ready", "address", "pid", "version", box=None, pad_edge=False)
    for part in parts:
        ready = Text("yes", "green") if part["ready"] else Text("no", "red")
        table.add_row(part["name"], ready, part["address"], str(part["pid"] or "-"), part["version"])
    return table


class Terminal(Console):
    """A console that keeps silent when nobody reads it any more; rich would end the whole process."""

    def on_broken_pipe(self) -> None:
        self.quiet = True


class Screen:
    """The console of one `up`: a live list of parts on a terminal, plain lines elsewhere."""

    def __init__(self, console: Console, *, confidential: bool = True) -> None:
        self._console, self._confidential = console, confidential
        self._live: Live | None = None
        self._title = ""
        self._ready: set[str] = set()
        self._parts: Sequence[Mapping[str, Any]] = ()

    def step(self, title: str) -> None:
        """Say what is going on now."""
        if title == self._title:
            return
        self._title = title
        if not self._console.is_terminal:
            self._print(f"tapal: {title}")
        elif self._live is None:
            self._live = Live(self._picture(), console=self._console, transient=True, refresh_per_second=8)
            with contextlib.suppress(OSError):
                self._live.start()
        self._refresh()

    def parts(self, parts: Sequence[Mapping[str, Any]]) -> None:
        self._parts = parts
        ready = {part["name"] for part in parts if part["ready"]}
        if not self._console.is_terminal:
            for name in sorted(ready - self._ready):
                self._print(f"tapal: {name} is ready")
        self._ready |= ready
        self._refresh()

    def line(self, part: str, text: str) -> None:
        if not self._confidential:
            return  # in the background; the part has a log of its own
        colour = COLOURS[zlib.crc32(part.encode()) % len(COLOURS)]
        self._print(Text.assemble((f"{part:>17} ", colour), text))

    def confide(self, text: str) -> None:
        """Show what only a person may see: nothing when the screen is a log."""
        if self._confidential:
            self._print(text)

    def close(self) -> None:
        if self._live is not None:
            with contextlib.suppress(OSError):
                self._live.stop()
            self._live = None

    def _picture(self) -> Group:
        rows = [
            Text(f"  {'✔' if part['ready'] else '…'} {part['name']}", "green" if part["ready"] else "dim")
            for part in self._parts
        ]
        return Group(Spinner("dots", Text(self._title)), *rows)

    def _refresh(self) -> None:
        if self._live is not None:
            with contextlib.suppress(OSError):
                self._live.update(self._picture())

    def _print(self, what: str | Text) -> None:
        # The terminal may be gone: that must not keep the parts from being stopped.
        with contextlib.suppress(OSError):
            self._console.print(what, highlight=False, markup=False, soft_wrap=True)


def as_mappings(statuses: Sequence[Status]) -> list[dict[str, Any]]:
    return [vars(status) for status in statuses]
