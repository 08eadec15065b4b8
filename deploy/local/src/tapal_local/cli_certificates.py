"""tapal certificates: how systems of agencies prove who they are without a password or a key."""

import os
from pathlib import Path
from typing import Annotated

import typer

from tapal_local import certifying
from tapal_local.cli import run
from tapal_local.home import home_from

__all__ = ["certificates"]

certificates = typer.Typer(no_args_is_help=True, help="Certificates of sources, for broker and gateway.")
Hosts = Annotated[list[str], typer.Argument(help="Names and addresses under which sources reach this machine.")]


@certificates.command()
def begin(hosts: Hosts) -> None:
    """Make the authority (once) and a certificate of the servers. TLS is served from the next start on."""
    raise typer.Exit(run(certifying.begin(home_from(os.environ), hosts, typer.echo)))


@certificates.command()
def issue(
    source: Annotated[str, typer.Argument(help="<agency>/<source>")],
    folder: Annotated[Path, typer.Argument(help="Where certificate and key are written.")],
    days: Annotated[int, typer.Option(min=1, max=730)] = 365,
    request: Annotated[Path | None, typer.Option(help="A request (CSR) of the source: its key stays there.")] = None,
) -> None:
    """A certificate of a source, beside those it has: to renew one, issue the next, change over, revoke the old."""
    home = home_from(os.environ)
    raise typer.Exit(run(certifying.issue(home, source, days, (folder, request), typer.echo)))


@certificates.command("list")
def page() -> None:
    """All certificates of sources: serial number, source, until when."""
    raise typer.Exit(run(certifying.page(home_from(os.environ), typer.echo)))


@certificates.command()
def revoke(serial: Annotated[str, typer.Argument(help="As `list` shows it.")]) -> None:
    """It opens nothing any more, and what its agency has open with the broker by TLS is closed."""
    home = home_from(os.environ)
    management = certifying.management_of(home, os.environ)
    raise typer.Exit(run(certifying.revoke(home, serial, management, typer.echo)))
