"""The services behind the door: every call signed, none waited for too long, each outage named."""

import json
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector
from yarl import URL

from chassis.errors import Problem
from chassis.log import log
from chassis.statement import Signer
from gateway.visits import Visit

__all__ = ["Call", "Part", "Peers"]

TOLD = frozenset({"type", "title", "title_id", "status", "code"})
"""What a problem says of itself; the rest (a field, ids) is passed on as it is."""
KEPT = 4.0
"""Seconds a connection is kept for the next call: less than the five after which a service closes it."""


class Part(StrEnum):
    """The parts, as the answers name them."""

    REGISTRY = "registry"
    SEALED = "registry-sealed"
    ALERTS = "alerts"
    PROTECTION = "alerts-protection"
    REPORTS = "reports"


@dataclass(frozen=True)
class Call:
    """One question or command to a part. The path must not hold personal data. `seconds`: where it takes long."""

    part: Part
    method: str
    path: str
    query: Mapping[str, str | int | Sequence[str]] = field(default_factory=dict)
    body: Any = None
    if_match: str = ""
    seconds: float | None = None


class Peers:
    """Calls the services on behalf of whoever asks."""

    def __init__(self, session: ClientSession, addresses: Mapping[Part, URL], signer: Signer, seconds: float) -> None:
        self._session = session
        self._addresses = addresses
        self._signer = signer
        self._seconds = seconds

    @classmethod
    async def open(
        cls, addresses: Mapping[Part, str], signer: Signer, seconds: float, stack: AsyncExitStack
    ) -> "Peers":
        """Connections for the life of the process, made on demand."""
        connector, cookies = TCPConnector(limit=0, limit_per_host=100, keepalive_timeout=KEPT), DummyCookieJar()
        session = await stack.enter_async_context(ClientSession(connector=connector, cookie_jar=cookies))
        return cls(session, {part: URL(address) for part, address in addresses.items()}, signer, seconds)

    async def ask(self, call: Call, visit: Visit) -> Any:
        """The answer. Raises Problem: the part's own, or 503 `part_unavailable` naming the part that is away."""
        url = self._addresses[call.part].joinpath(call.path.removeprefix("/"))
        headers = {
            "tapal-statement": self._signer.statement(visit.actor, call.method, url.path),
            "traceparent": f"00-{visit.trace}-{visit.trace[:16]}-01",
        }
        if call.if_match:
            headers["if-match"] = call.if_match
        try:
            async with self._session.request(
                call.method,
                url,
                params=call.query,
                json=call.body,
                headers=headers,
                timeout=ClientTimeout(call.seconds or self._seconds),
                allow_redirects=False,
            ) as response:
                status, body = response.status, await response.read()
        except (ClientError, TimeoutError) as error:
            log.warning("part_unavailable", part=call.part.value, error=type(error).__name__)
            raise _away(call.part) from error
        return _understood(call.part, status, body)


def _understood(part: Part, status: int, body: bytes) -> Any:
    if status >= 500 or status == HTTPStatus.UNAUTHORIZED:
        log.warning("part_failed", part=part.value, status=status)
        raise _away(part)
    try:
        answer = json.loads(body)
    except ValueError as error:
        raise _away(part) from error
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return answer
    raise Problem(
        status,
        str(answer.get("code", "refused")),
        id=str(answer.get("title_id", "Permintaan ditolak.")),
        en=str(answer.get("title", "Refused.")),
        **{name: value for name, value in answer.items() if name not in TOLD},
    )


def _away(part: Part) -> Problem:
    return Problem(
        503,
        "part_unavailable",
        id=f"Bagian {part} sedang tidak tersedia; bagian lain tetap berjalan.",
        en=f"The part {part} is away at the moment; the others go on.",
        part=part.value,
        retry_after=5,
    )
