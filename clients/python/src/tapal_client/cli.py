"""The command line of the client."""

import asyncio
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from contracts.events import Refused, SourceStatus
from tapal_client.alone import AlreadySending, alone
from tapal_client.client import AMQP_URL, API_KEY, Client
from tapal_client.config import Config, Folder, QueueLost
from tapal_client.events import describe
from tapal_client.parcel import Faulty
from tapal_client.sender import Sender
from tapal_client.ways import NoLink, NotAllowed

__all__ = ["app"]

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    # What was being sent is no part of an error.
    pretty_exceptions_show_locals=False,
    help="Events of one source, on their way to Tapal.",
)
At = Annotated[Path, typer.Option("--folder", envvar="TAPAL_CLIENT", help="Folder of the source.")]
HERE = Path("tapal-client")


def fail(message: str) -> typer.Exit:
    typer.echo(f"tapal-client: {message}", err=True)
    return typer.Exit(1)


def opened(folder: Path) -> Client:
    try:
        return Client(folder)
    except QueueLost as error:
        raise fail(str(error)) from None
    except FileNotFoundError:
        raise fail(f"nothing is set up in {folder}; `tapal-client init` does it") from None
    except ValueError as error:
        raise fail(f"{folder / 'config.json'}: {error}") from None


@app.command()
def init(  # noqa: PLR0913, PLR0917  one option a setting
    agency: Annotated[str, typer.Option(help="Code of the agency.")],
    source: Annotated[str, typer.Option(help="URI of the source, as in the agency file.")],
    gateway: Annotated[str | None, typer.Option(help="Address of the gateway, https://…")] = None,
    amqp: Annotated[bool, typer.Option(help="Send over AMQP instead of HTTP.")] = False,
    certificate: Annotated[Path | None, typer.Option(help="Its own, instead of a key; see below.")] = None,
    centre_key: Annotated[str | None, typer.Option(help="The centre's public key, for sticks.")] = None,
    folder: At = HERE,
) -> None:
    """Set up a source. The API key (or the broker's address) is read from standard input and kept apart.

    With --certificate NAME.pem, beside which lie NAME.key.pem and the centre's authority.pem, there is no API key, and
    the broker's address needs no user and no password.
    """
    made = Folder(folder)
    if certificate is not None:
        _keep(made, certificate)  # first: one that cannot be used leaves what was set up before
    proves = certificate is not None
    config = Config(agency=agency, source=source, gateway=gateway, amqp=amqp, certificate=proves, centre_key=centre_key)
    made.make(config)
    if amqp or (gateway and not proves):
        name, asked = (AMQP_URL, "Broker, amqps://…") if amqp else (API_KEY, "API key")
        made.keep_secret(name, typer.prompt(asked, hide_input=sys.stdin.isatty(), prompt_suffix=": ", err=True))
    typer.echo(f"public key of this source: {opened(folder).public_key()}")


def _keep(made: Folder, certificate: Path) -> None:
    try:
        made.keep_certificate(certificate)
    except (OSError, ValueError) as error:
        raise fail(f"{certificate} cannot be used: {error}") from None


@app.command()
def add(
    file: Annotated[str, typer.Argument(help="JSON event, array, or JSON lines; - for standard input.")],
    folder: At = HERE,
) -> None:
    """Check the events of a file and queue them. What is refused is listed; add it again once corrected."""
    # As bytes: what Windows makes of piped text is another name.
    read = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    try:
        text = read.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise fail(f"{file} is not UTF-8") from None
    refused = []
    with opened(folder) as client:
        for number, raw in enumerate(_events(text), 1):
            try:
                queued = client.add(raw)
                typer.echo(json.dumps({"event": number, "sequence": queued.sequence, "repeat": queued.repeat}))
            except Refused as error:
                refused.append({"event": number, **describe(error)})
    for fault in refused:
        typer.echo(json.dumps(fault, ensure_ascii=False), err=True)
    raise typer.Exit(1 if refused else 0)


def _events(text: str) -> list[dict[str, Any]]:
    try:
        value = json.loads(text)
    except ValueError:
        value = _lines(text)
    events = value if isinstance(value, list) else [value]
    if not all(isinstance(event, dict) for event in events):
        raise fail("an event is a JSON object")
    return events


def _lines(text: str) -> list[Any]:
    try:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except ValueError as error:
        raise fail(f"neither JSON nor JSON lines: {error}") from None


@app.command()
def send(folder: At = HERE) -> None:
    """Send what waits, once."""
    with opened(folder) as client:
        _sending(client, forever=False)
        typer.echo(json.dumps(dict(client.queue.numbers())))


@app.command()
def run(folder: At = HERE) -> None:
    """Keep sending until stopped: for a service or a scheduled task."""
    with opened(folder) as client:
        _sending(client, forever=True)


def _sending(client: Client, *, forever: bool) -> None:
    async def work() -> None:
        way = client.way()
        sender: Sender = client.sender(way, lambda line: typer.echo(line, err=True))
        try:
            await (sender.run() if forever else sender.drain())
        finally:
            await way.close()

    try:
        with alone(client.folder.lock):
            asyncio.run(work())
    except AlreadySending:
        raise fail("another process is sending this queue") from None
    except (NoLink, NotAllowed, ValueError, FileNotFoundError) as error:
        raise fail(str(error)) from None
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


@app.command("list")
def list_entries(
    state: Annotated[str | None, typer.Option(help="waiting, sent, accepted, refused or corrected.")] = None,
    folder: At = HERE,
) -> None:
    """Show the queue, newest first, without what the events say."""
    with opened(folder) as client:
        for entry in client.queue.listed(state):
            said = {name: value for name, value in vars(entry).items() if name != "body" and value is not None}
            typer.echo(json.dumps(said, ensure_ascii=False))


@app.command()
def status(folder: At = HERE) -> None:
    """How many events are in which state, until when this source is declared covered, and why sending failed last."""
    with opened(folder) as client:
        facts = {"covered_until": "covered_until", "last_alive": "alive_at", "trouble": "trouble"}
        said = {name: client.queue.fact(fact) or None for name, fact in facts.items()}
        typer.echo(json.dumps({**client.queue.numbers(), **said}))


@app.command()
def declare(
    begin: Annotated[datetime, typer.Option("--from", help="Start of the period that is fully entered.")],
    until: Annotated[datetime, typer.Option(help="Its end.")],
    closed_until: Annotated[datetime | None, typer.Option(help="Until when nothing will be reported.")] = None,
    folder: At = HERE,
) -> None:
    """Declare by hand what is covered: a paper book, or after the machine was off for more than a day."""
    zoned = [moment and moment.astimezone() for moment in (begin, until, closed_until)]
    try:
        data = SourceStatus.model_validate(
            dict(zip(("covers_from", "covers_until", "closed_until"), zoned, strict=True))
        )
    except ValueError as error:
        raise fail(str(error)) from None
    with opened(folder) as client:
        try:
            queued = client.declare(data, f"status/by-hand/{datetime.now(UTC).isoformat()}")
        except ValueError as error:
            raise fail(str(error)) from None
        typer.echo(json.dumps({"sequence": queued.sequence, "repeat": queued.repeat}))


@app.command()
def key(folder: At = HERE) -> None:
    """Print the public key of this source, for the centre to register."""
    with opened(folder) as client:
        typer.echo(client.public_key())


@app.command()
def export(file: Annotated[Path, typer.Argument(help="File to write, on the stick.")], folder: At = HERE) -> None:
    """Write everything without an outcome into one signed, encrypted file."""
    with opened(folder) as client:
        try:
            content, number = client.export()
        except (ValueError, FileNotFoundError) as error:
            raise fail(str(error)) from None
        file.write_bytes(content)
        typer.echo(f"{number} events in {file}")


@app.command("import")
def import_reply(
    file: Annotated[Path, typer.Argument(help="The reply that came back.", exists=True)], folder: At = HERE
) -> None:
    """Take in the centre's reply to an exported file: what became of its events."""
    with opened(folder) as client:
        try:
            typer.echo(f"{client.take_reply(file.read_bytes())} events have an outcome")
        except (Faulty, ValueError) as error:
            raise fail(f"{file} is refused: {error}; nothing of it was taken") from None
