"""What the command line says of sticks."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer

from tapal_client.parcel import Faulty
from tapal_local import commands
from tapal_local.commands import Refused
from tapal_local.home import Home

__all__ = ["centre_key", "give", "register", "take"]


async def take(home: Home, file: Path, reply: Path | None) -> None:
    """Publish what is in a parcel. Raises Refused, and then nothing of it was taken."""
    try:
        parcel = await asyncio.to_thread(file.read_bytes)
        sent, answer, known = await commands.import_parcel(home, parcel)
    except Faulty as error:
        raise Refused(f"{file} is refused: {error}. Nothing of it was taken") from None
    typer.echo(f"{sent} events confirmed by the broker, {known} outcomes known")
    if reply is not None:
        await asyncio.to_thread(reply.write_bytes, answer)


async def give(home: Home, events: Sequence[dict[str, Any]], file: Path) -> None:
    """Write a parcel, as a source of the sample region."""
    try:
        await asyncio.to_thread(file.write_bytes, commands.parcels(home).pack(events))
    except Faulty as error:
        raise Refused(str(error)) from None
    typer.echo(f"{len(events)} events in {file}")


async def centre_key(home: Home) -> None:
    """Print the public key."""
    typer.echo(commands.parcels(home).centre())


async def register(home: Home, source: str, key: str) -> None:
    """Register a source's public key."""
    try:
        commands.parcels(home).register(source, key)
    except Faulty as error:
        raise Refused(str(error)) from None
    typer.echo(f"registered for {source}")
