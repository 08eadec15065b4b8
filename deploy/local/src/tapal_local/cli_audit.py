"""tapal audit: the access log."""

import os
from pathlib import Path
from typing import Annotated

import typer

from tapal_local import auditing
from tapal_local.cli import run
from tapal_local.home import home_from

__all__ = ["audit"]

audit = typer.Typer(no_args_is_help=True, help="The access log: checkpoints, their proof, the report of a breach.")


@audit.command()
def checkpoint() -> None:
    """Print how far the access log reaches, signed. Hand it to another agency."""
    run(_told("checkpoint", {}))


@audit.command()
def verify(
    checkpoints: Annotated[list[Path] | None, typer.Argument(help="Files that `audit checkpoint` printed.")] = None,
    key: Annotated[Path | None, typer.Option(help="Public key of the gateway, PEM; none: this home's own.")] = None,
) -> None:
    """Walk the access log: finds any change, loss or reordering, and says how many rows are not sealed yet."""
    raise typer.Exit(run(auditing.verify(home_from(os.environ), checkpoints or [], key, typer.echo)))


@audit.command()
def breach(
    since: Annotated[str, typer.Argument(help="2026-11-01T00:00:00+07:00")],
    until: Annotated[str, typer.Argument(help="2026-11-02T00:00:00+07:00")],
    account: Annotated[str | None, typer.Option(help="Of one account alone.")] = None,
) -> None:
    """Whose data were shown, which fields, when, and to whom: for the notice within 3x24 hours (UU 27/2022 art. 46)."""
    query = {"since": since, "until": until, **({"account": account} if account else {})}
    run(_told("breach", query))


async def _told(path: str, query: dict[str, str]) -> None:
    typer.echo(await auditing.ask(home_from(os.environ), path, query))
