"""The command line: every command, and nothing but what it says to whom."""

import asyncio
import json
import os
import signal
import time
from collections.abc import Coroutine
from typing import Annotated, Any

import typer
from rich.console import Console

from tapal_local import detach, guard, state
from tapal_local.display import Screen, parts_table
from tapal_local.home import Home, home_from
from tapal_local.install import CannotInstall
from tapal_local.supervisor import NotStarted
from tapal_local.up import up

__all__ = ["app", "run"]

app = typer.Typer(no_args_is_help=True, add_completion=False, help="All of Tapal on one machine.")
out = Console()
err = Console(stderr=True)


def _home() -> Home:
    return home_from(os.environ)


def fail(message: str, code: int = 1) -> typer.Exit:
    err.print(f"tapal: {message}", highlight=False, soft_wrap=True, markup=False)
    return typer.Exit(code)


def run(work: Coroutine[Any, Any, int | None]) -> int:
    """Run to the end, or until the first interrupt; the work then tidies up, and further interrupts wait for it."""
    return asyncio.run(_interruptible(work))


async def _interruptible(work: Coroutine[Any, Any, int | None]) -> int:
    task = asyncio.ensure_future(work)
    interrupts: list[int] = []

    def interrupt(number: int) -> None:
        if not interrupts:
            task.cancel()
        interrupts.append(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, interrupt, number)
    try:
        return await task or 0
    except asyncio.CancelledError:
        return 0 if interrupts and interrupts[0] == signal.SIGTERM else 130
    except (CannotInstall, NotStarted) as error:
        raise fail(str(error)) from error
    except state.AlreadyRunning as error:
        raise fail(f"already running (process {error}); `tapal status` shows it, `tapal down` ends it") from error


@app.command("up")
def up_command(
    detached: Annotated[bool, typer.Option("--detach", help="Return once ready; `down` ends it.")] = False,
    no_sample: Annotated[bool, typer.Option("--no-sample", help="Do not load the sample week.")] = False,
) -> None:
    """Install what is missing, start everything, and keep it running until Ctrl-C."""
    screen = Screen(out)
    work = detach.up(_home(), screen, sample=not no_sample) if detached else up(_home(), screen, sample=not no_sample)
    raise typer.Exit(run(work))


@app.command()
def status(as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False) -> None:
    """Show every part. Succeeds only when all are ready."""
    found = state.read(_home())
    ready = found["phase"] == "ready" and all(part["ready"] for part in found["parts"])
    if as_json:
        typer.echo(json.dumps({"phase": found["phase"], "ready": ready, "parts": found["parts"]}))
    else:
        out.print(f"Tapal in {_home().path}: {found['phase']}", highlight=False, soft_wrap=True)
        out.print(parts_table(found["parts"]))
    raise typer.Exit(0 if ready else 1)


@app.command()
def down() -> None:
    """Stop everything and wait until it is gone. The data stays."""
    home = _home()
    pid = state.running_pid(home)
    if pid is not None:
        os.kill(pid, signal.SIGTERM)
        while state.running_pid(home) == pid:
            time.sleep(0.1)
    left = guard.sweep(home.path)
    typer.echo("stopped" if pid or left else "not running")
