"""The command line: every command, and nothing but what it says to whom."""

import asyncio
import json
import os
import signal
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer

from tapal_local import carried, commands, detach, guard, private, publishing, records, state, testing, verifying
from tapal_local.commands import Refused
from tapal_local.display import Screen, Terminal, parts_table
from tapal_local.home import Home, home_from
from tapal_local.install import CannotInstall
from tapal_local.lock import AlreadyRunning
from tapal_local.supervisor import NotStarted
from tapal_local.up import Wish, up

__all__ = ["app", "run"]

app = typer.Typer(no_args_is_help=True, add_completion=False, help="All of Tapal on one machine.")
out = Terminal()
err = Terminal(stderr=True)
IMPATIENT = 3


def _home() -> Home:
    return home_from(os.environ)


def fail(message: str, code: int = 1) -> typer.Exit:
    err.print(f"tapal: {message}", highlight=False, soft_wrap=True, markup=False)
    return typer.Exit(code)


def run(work: Coroutine[Any, Any, int | None]) -> int:
    """Run to the end, or until the first interrupt; the work then tidies up, and a few more interrupts wait for it."""
    return asyncio.run(_interruptible(work))


async def _interruptible(work: Coroutine[Any, Any, int | None]) -> int:
    task = asyncio.ensure_future(work)
    interrupts: list[int] = []

    def interrupt(number: int) -> None:
        interrupts.append(number)
        if len(interrupts) == 1:
            task.cancel()
        elif len(interrupts) > IMPATIENT:
            os._exit(130)  # the guard ends what is left

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, interrupt, number)
    try:
        return await task or 0
    except asyncio.CancelledError:
        return 0 if interrupts and interrupts[0] == signal.SIGTERM else 130
    except (CannotInstall, NotStarted, Refused) as error:
        raise fail(str(error)) from error
    except AlreadyRunning as error:
        raise fail(f"already running (process {error}); `tapal status` shows it, `tapal down` ends it") from error


@app.command("up")
def up_command(
    detached: Annotated[bool, typer.Option("--detach", help="Return once ready; `down` ends it.")] = False,
    no_sample: Annotated[bool, typer.Option("--no-sample", help="Do not load the sample week.")] = False,
    bare: Annotated[bool, typer.Option("--bare", help="Broker, database and Redis only.")] = False,
    background: Annotated[bool, typer.Option("--background", hidden=True)] = False,
) -> None:
    """Install what is missing, start everything, and keep it running until Ctrl-C."""
    screen = Screen(out, confidential=not background)
    way = detach.up if detached else up
    raise typer.Exit(run(way(_home(), screen, Wish(sample=not no_sample, bare=bare))))


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
        deadline = time.monotonic() + 60
        while state.running_pid(home) == pid and time.monotonic() < deadline:
            time.sleep(0.1)
        if state.running_pid(home) == pid:
            os.kill(pid, signal.SIGKILL)
    left = guard.sweep(home.path)
    typer.echo("stopped" if pid or left else "not running")


@app.command()
def reset(yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Delete all data of this home: events, dossiers, alerts, accounts, keys."""
    home = _home()
    if not yes and not typer.confirm(f"Delete everything in {home.path}?"):
        raise typer.Exit(1)
    try:
        commands.reset(home)
    except Refused as error:
        raise fail(str(error)) from error
    typer.echo("deleted")


@app.command()
def logs(
    part: Annotated[str | None, typer.Argument(help="Name of a part; without it, all.")] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Keep printing.")] = False,
) -> None:
    """Print the end of the logs."""
    home, screen = _home(), Screen(out)
    names = [part] if part else sorted(file.stem for file in home.logs.glob("*.log"))
    if part and not home.log(part).exists():
        raise fail(f"no log of {part} in {home.logs}")
    for name in names:
        for line in records.tail(home.log(name), 200 if part else 20).splitlines():
            screen.line(name, line)
    if follow:
        raise typer.Exit(run(commands.follow(home, names, screen.line)))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def test(context: typer.Context) -> None:
    """Run all checks and tests against real services started for this run. Arguments go to pytest."""
    raise typer.Exit(run(testing.test(_home().root, Screen(err), context.args, typer.echo)))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def bench(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(help="Name of one bench.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result line alone.")] = False,
) -> None:
    """Measure. The last line is one JSON object. More arguments go to the bench that is named."""
    root = _home().root
    results: dict[str, str] = {}
    for each in [name] if name else private.benches(root):
        last = [""]
        code = run(private.bench(root, Screen(err), [each, *context.args], _keep_last(last, quiet=as_json)))
        if code:
            raise typer.Exit(code)
        results[each] = last[0]
    typer.echo(results[name] if name else json.dumps({each: json.loads(line) for each, line in results.items()}))


def _keep_last(last: list[str], *, quiet: bool) -> Callable[[str], None]:
    """Prints every line but the last, which the caller prints; to standard error when quiet."""

    def heard(line: str) -> None:
        if last[0]:
            typer.echo(last[0], err=quiet)
        last[0] = line

    return heard


@app.command()
def publish(  # noqa: PLR0913, PLR0917  one option a wish
    file: Annotated[
        Path | None, typer.Argument(exists=True, dir_okay=False, help="JSON event, array, or JSON lines.")
    ] = None,
    agency: Annotated[str | None, typer.Option(help="Code of the sending agency; else by the events' source.")] = None,
    source: Annotated[str | None, typer.Option(help="Source code or URI to put into every event.")] = None,
    export: Annotated[Path | None, typer.Option(help="Write them into this file for a stick; do not send.")] = None,
    parcel: Annotated[Path | None, typer.Option("--import", exists=True, help="Send what came on a stick.")] = None,
    reply: Annotated[Path | None, typer.Option(help="With --import: file for what became of it.")] = None,
) -> None:
    """Send the events of a file over AMQP, as an agency; or put them on a stick, or take them from one."""
    if parcel is not None:
        raise typer.Exit(run(carried.take(_home(), parcel, reply)))
    if file is None:
        raise fail("name a file of events, or a parcel with --import")
    events = _readable(file)
    if export is not None:
        raise typer.Exit(run(carried.give(_home(), events, export)))

    async def work() -> None:
        typer.echo(f"{await commands.publish(_home(), events, agency, source)} events confirmed by the broker")

    raise typer.Exit(run(work()))


def _readable(file: Path) -> list[dict[str, Any]]:
    try:
        return publishing.parse(file.read_text())
    except publishing.Unreadable as error:
        raise fail(str(error)) from error


@app.command("centre-key")
def centre_key() -> None:
    """Print the centre's public key: sources need it for what they send on a stick."""
    raise typer.Exit(run(carried.centre_key(_home())))


@app.command("register-key")
def register_key(
    source: Annotated[str, typer.Argument(help="<agency>/<source>")],
    key: Annotated[str, typer.Argument(help="As `tapal-client key` prints it.")],
) -> None:
    """Take the public key of a source into its credentials."""
    raise typer.Exit(run(carried.register(_home(), source, key)))


@app.command()
def rebuild() -> None:
    """Make alerts and reports anew from what the registry knows. What people decided is kept."""
    raise typer.Exit(run(_administered("rebuild")))


@app.command()
def reannounce() -> None:
    """Announce every person and source again, so that alerts and reports can be rebuilt."""
    raise typer.Exit(run(_administered("reannounce")))


async def _administered(step: str) -> None:
    typer.echo(await commands.administer(_home(), step))


@app.command()
def verify(heads: Annotated[Path | None, typer.Option(help="Where the heads of the chains are noted.")] = None) -> None:
    """Walk the evidence chains. Fails where something was changed, lost, moved or slipped in."""
    home = _home()
    raise typer.Exit(run(verifying.verify(home, heads or home.path / "heads.json", typer.echo)))


@app.command()
def provision() -> None:
    """Set up a broker and a database that others run (docker compose), named by the environment."""
    raise typer.Exit(run(commands.provision(os.environ)))
