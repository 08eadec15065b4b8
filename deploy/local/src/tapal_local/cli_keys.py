"""tapal keys: the master key."""

import os
from typing import Annotated

import typer

from tapal_local import rotating
from tapal_local.cli import run
from tapal_local.home import home_from

__all__ = ["keys"]

keys = typer.Typer(no_args_is_help=True, help="The master key that wraps the keys of all personal data.")


@keys.callback()
def _group() -> None:
    """A group, though it has one command."""


@keys.command()
def rotate(
    finish: Annotated[bool, typer.Option(help="Wrap what is left and drop the older master keys.")] = False,
) -> None:
    """Put a new master key in use and wrap every key under it, while everything runs. Safe to stop and to repeat."""
    raise typer.Exit(run(rotating.rotate(home_from(os.environ), finish=finish, say=typer.echo)))
