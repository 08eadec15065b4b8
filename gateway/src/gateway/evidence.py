"""The audit log as evidence: its rows are sealed into two chains, and each can be walked."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from chassis.blocks import Head
from chassis.inspection import Inspected, Inspection
from chassis.log import log
from chassis.mongo import Database, Document
from chassis.seal import canonical
from chassis.sealer import Kept, Sealer
from gateway.audit import CHAINS, chain_of
from gateway.audit_rows import is_intact, proved
from gateway.retention import terms

__all__ = ["SEAL_SECONDS", "inspect_audit", "sealing"]

SEAL_SECONDS = 20.0


def sealing(database: Database, now: Callable[[], datetime]) -> Callable[[], Awaitable[None]]:
    """A task that seals whatever waits. Raises Unavailable."""
    sealer = Sealer(database.client, database, KEPT, now)

    async def seal() -> None:
        if blocks := await sealer.turn(CHAINS):
            log.info("audit_sealed", blocks=blocks)

    return seal


async def inspect_audit(database: Database, noted: Mapping[str, Head], now: datetime) -> list[Inspected]:
    """Walk the chains of the audit log. Raises Unavailable."""
    # A row has no digest of its own before it is sealed, but what it is found by has.
    until = now - timedelta(days=terms().access_log_days)
    inspection = Inspection(database, KEPT, is_intact=partial(is_intact, erased_until=until), chain_of=chain_of)
    return await inspection.run(CHAINS, noted)


def _digest(row: Document) -> str:
    # No key: what tells of somebody is sealed in the rows, and whoever checks them needs no secret.
    return hashlib.sha256(canonical({name: _plain(value) for name, value in proved(row).items()})).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    return value.astimezone(UTC).isoformat(timespec="milliseconds") if isinstance(value, datetime) else value


KEPT = Kept("audit", _digest)
