"""A command in the foreground: it shares our terminal, and ends before we do."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

__all__ = ["run_child"]

PATIENCE = 20.0
Heard = Callable[[str], None]


async def run_child(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], heard: Heard | None = None
) -> int:
    """Run to the end and return the exit code. When cancelled, the command is asked to end, then made to.

    Its lines go to `heard` where that is given, else straight to the terminal.
    """
    out = asyncio.subprocess.PIPE if heard else None
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, env=environment, stdout=out, limit=16 * 1024 * 1024
    )
    try:
        if heard and process.stdout:
            async for line in process.stdout:
                heard(line.decode(errors="replace").rstrip("\n"))
        return await process.wait()
    except asyncio.CancelledError:
        # On Ctrl-C the terminal has told it already; on SIGTERM nobody has.
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), PATIENCE)
        if process.returncode is None:
            process.kill()
            await process.wait()
        raise
