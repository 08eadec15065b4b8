"""All checks, then all tests, against real services started for this run."""

import asyncio
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tapal_local.children import run_child
from tapal_local.display import Screen
from tapal_local.private import services

__all__ = ["test"]

PYTEST = (sys.executable, "-P", "-m", "pytest")
WHOLE = ("tests/e2e", "tests/security")
"""The folders whose tests run whole systems: as long as all others together, and while one waits another works."""
PROGRESS = re.compile(r"[.sxXEF]+ +\[ *\d+%\]")

Told = Callable[[str], None]


async def test(root: Path, screen: Screen, arguments: Sequence[str], told: Told) -> int:
    """All checks, then all tests in two runs side by side; or with arguments those tests alone, in one.

    Returns the first exit code of pytest that is not 0, else how many checks failed.
    """
    async with services(root, screen) as environment:
        if arguments:
            return await run_child([*PYTEST, *arguments], root, environment)
        failed = [command[0] for command in _checks(root) if await _fails(command, root, environment)]
        # Each has services of its own: tests empty what is theirs.
        async with services(root, screen) as another:
            whole = _half([*PYTEST, *WHOLE], root, another, told)
            others = _half([*PYTEST, *(f"--ignore={folder}" for folder in WHOLE)], root, environment, told)
            codes = await asyncio.gather(whole, others)
    if failed:
        screen.confide(f"tapal: not clean: {', '.join(failed)} (see above)")
    return next((code for code in codes if code), len(failed))


async def _half(command: Sequence[str], root: Path, environment: Mapping[str, str], told: Told) -> int:
    """Shows how far it is as it goes, and all else when it is through: the lines of two runs would be one mess."""
    kept: list[str] = []

    def heard(line: str) -> None:
        (told if PROGRESS.fullmatch(line) else kept.append)(line)

    code = await run_child(command, root, environment, heard)
    told("\n".join(kept))
    return code


def _checks(root: Path) -> list[tuple[str, ...]]:
    packages = sorted(str(folder.relative_to(root)) for way in ("*/*/src", "*/src") for folder in root.glob(way))
    return [("ruff", "check", "."), ("mypy", *packages), ("lint-imports",)]


async def _fails(command: Sequence[str], root: Path, environment: Mapping[str, str]) -> bool:
    program = Path(sys.executable).with_name(command[0])
    return await run_child([str(program), *command[1:]], root, environment) != 0
