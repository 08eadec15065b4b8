"""The sealer of the registry's log: one chain an agency, and one for the decisions made in Tapal itself."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime

from chassis.log import log
from chassis.mongo import Database, Mongo
from chassis.seal import Hasher
from chassis.sealer import Kept, Sealer
from registry.evidence import entry_digest
from registry.intake import TAPAL

__all__ = ["SEAL_SECONDS", "chains_of", "kept_log", "sealing"]

SEAL_SECONDS = 20.0


def chains_of(agencies: Iterable[str]) -> list[str]:
    """The chains of the log."""
    return sorted({*agencies, TAPAL})


def kept_log(hasher: Hasher) -> Kept:
    """How the log's entries are kept."""
    return Kept("log", lambda entry: entry_digest(hasher, entry))


def sealing(
    where: tuple[Mongo, Database], hasher: Hasher, agencies: Iterable[str], now: Callable[[], datetime]
) -> Callable[[], Awaitable[None]]:
    """A task that seals whatever waits."""
    sealer = Sealer(*where, kept_log(hasher), now)
    chains = chains_of(agencies)

    async def seal() -> None:
        if blocks := await sealer.turn(chains):
            log.info("blocks_sealed", blocks=blocks)

    return seal
