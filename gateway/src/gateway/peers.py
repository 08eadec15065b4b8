"""The services behind the door: every call signed, none waited for too long, each outage named."""

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

import httpx

from chassis.errors import Problem
from chassis.log import log
from chassis.statement import Signer
from gateway.visits import Visit

__all__ = ["Call", "Part", "Peers"]

TOLD = frozenset({"type", "title", "title_id", "status", "code"})
"""What a problem says of itself; the rest (a field, ids) is passed on as it is."""


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

    def __init__(self, clients: Mapping[Part, httpx.AsyncClient], signer: Signer) -> None:
        self._clients = clients
        self._signer = signer

    @classmethod
    async def open(
        cls, addresses: Mapping[Part, str], signer: Signer, seconds: float, stack: AsyncExitStack
    ) -> "Peers":
        """Clients for the life of the process; connections are made on demand."""
        clients = {
            part: await stack.enter_async_context(httpx.AsyncClient(base_url=address, timeout=seconds, trust_env=False))
            for part, address in addresses.items()
        }
        return cls(clients, signer)

    async def ask(self, call: Call, visit: Visit) -> Any:
        """The answer. Raises Problem: the part's own, or 503 `part_unavailable` naming the part that is away."""
        client = self._clients[call.part]
        request = client.build_request(call.method, call.path, params=dict(call.query), json=call.body)
        if call.seconds is not None:
            request.extensions["timeout"] = httpx.Timeout(call.seconds).as_dict()
        path = urlsplit(str(request.url)).path
        request.headers["tapal-statement"] = self._signer.statement(visit.actor, call.method, path)
        request.headers["traceparent"] = f"00-{visit.trace}-{visit.trace[:16]}-01"
        if call.if_match:
            request.headers["if-match"] = call.if_match
        if call.body is None:
            request.headers.pop("content-type", None)
        try:
            response = await client.send(request)
        except httpx.TransportError as error:
            log.warning("part_unavailable", part=call.part.value, error=type(error).__name__)
            raise _away(call.part) from error
        return _understood(call.part, response)


def _understood(part: Part, response: httpx.Response) -> Any:
    if response.status_code >= 500 or response.status_code == 401:
        log.warning("part_failed", part=part.value, status=response.status_code)
        raise _away(part)
    try:
        answer = response.json()
    except ValueError as error:
        raise _away(part) from error
    if response.is_success:
        return answer
    raise Problem(
        response.status_code,
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
