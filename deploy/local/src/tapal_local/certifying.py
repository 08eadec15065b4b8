"""Certificates of sources, for the home of this machine: issued, listed, revoked."""

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import httpx

from tapal_local import broker, ports, state
from tapal_local.authority import Authority, Faulty
from tapal_local.commands import Refused
from tapal_local.home import Home
from tapal_local.provision import read_agencies
from tapal_local.vault import Vault

__all__ = ["begin", "close", "issue", "management_of", "page", "revoke"]

# So long a new connection may be open before the broker lists it.
LISTED_SECONDS = 6.0
Say = Callable[[str], None]


async def begin(home: Home, hosts: Sequence[str], say: Say) -> None:
    """Make the authority, and a certificate of the servers."""
    home.make()
    home.authority.begin(hosts, datetime.now(UTC))
    say(f"authority: {home.authority.certificate}")
    say("broker and gateway open their TLS ports at the next start: `tapal down`, `tapal up`")


async def issue(home: Home, source: str, days: int, files: tuple[Path, Path | None], say: Say) -> None:
    """Write certificate (and key) of a source into a folder. Raises Refused."""
    folder, request = files
    known = {f"{agency.code}/{one.code}" for agency in read_agencies(home.agencies) for one in agency.sources}
    if source not in known:
        raise Refused(f"no source {source}; there are {', '.join(sorted(known))}")
    try:
        made = _begun(home).issue(source, days, datetime.now(UTC), request.read_bytes() if request else None)
    except Faulty as error:
        raise Refused(str(error)) from error
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = source.replace("/", "-")
    (folder / f"{name}.pem").write_bytes(made.certificate)
    if made.key:
        with os.fdopen(os.open(folder / f"{name}.key.pem", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(made.key)
    (folder / "authority.pem").write_bytes(home.authority.certificate.read_bytes())
    say(f"{made.serial} {source}: {folder / name}.pem")


async def page(home: Home, say: Say) -> None:
    """All certificates of sources, a line each."""
    for row in _begun(home).rows():
        say(f"{row['serial']} {row['source']} until {row['until'][:10]}{' revoked' if row['revoked_at'] else ''}")


async def revoke(home: Home, serial: str, management: str | None, say: Say) -> None:
    """Revoke one, and close what its agency has open with the broker by TLS; who is still good comes again."""
    try:
        row = _begun(home).revoke(serial, datetime.now(UTC))
    except Faulty as error:
        raise Refused(str(error)) from error
    agency, closed = row["source"].partition("/")[0], 0
    if management is not None:
        closed = await close(management, agency)
        await asyncio.sleep(LISTED_SECONDS)
        closed += await close(management, agency)
    say(f"revoked; {closed} connections closed")


def management_of(home: Home, environment: Mapping[str, str]) -> str | None:
    """Where the broker is managed, with who may: as the environment says, or of this home if it is up."""
    told = environment.get("TAPAL_MANAGEMENT_URL")
    if told is not None or state.running_pid(home) is None:
        return told
    return broker.admin_url(Vault(home.secrets), ports.read(home.ports))


async def close(management: str, agency: str) -> int:
    """Close the agency's TLS connections. Returns how many there were."""
    async with httpx.AsyncClient(base_url=management, trust_env=False) as client:
        found = (await client.get("/api/connections")).raise_for_status().json()
        names = [one["name"] for one in found if one.get("ssl") and one.get("user") == agency]
        for name in names:
            await client.delete(f"/api/connections/{quote(name, safe='')}")
    return len(names)


def _begun(home: Home) -> Authority:
    if not home.authority.exists:
        raise Refused("there is no authority yet: `tapal certificates begin HOST…`")
    return home.authority
