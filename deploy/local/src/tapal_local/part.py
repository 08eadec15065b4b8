"""What the supervisor needs to know of one process."""

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

__all__ = ["Hook", "Part", "Probe", "answers", "listens"]

Probe = Callable[[], Awaitable[bool]]
Hook = Callable[[], Awaitable[None]]


async def _nothing() -> None:
    return


@dataclass(frozen=True)
class Part:
    """One process: how to start it, when it counts as ready, what must be ready before it, what to do when it died."""

    name: str
    command: tuple[str, ...]
    ready: Probe
    address: str
    version: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    after: tuple[str, ...] = ()
    folder: Path = Path("/")
    prepare: Hook = _nothing
    settle: Hook = _nothing
    mourn: Hook = _nothing
    grace: float = 15.0


def listens(port: int) -> Probe:
    """Ready once somebody accepts a connection on this port."""

    async def probe() -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            return False
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        return True

    return probe


def answers(url: str, auth: tuple[str, str] | None = None) -> Probe:
    """Ready while this address answers 200."""
    # Plain HTTP on this machine. Without a context httpx reads all certificates again for each look: 60 ms of a core.
    trusting_nobody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

    async def probe() -> bool:
        try:
            async with httpx.AsyncClient(verify=trusting_nobody, trust_env=False, timeout=3) as client:
                return (await client.get(url, auth=auth)).status_code == 200
        except httpx.HTTPError:
            return False

    return probe
