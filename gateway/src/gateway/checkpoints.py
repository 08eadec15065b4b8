"""Signed checkpoints: how far each chain of the access log reaches, to be handed to another agency.

Whoever holds one can show later that nothing before it was changed, taken out or put in another order.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc import jws
from joserfc.jwk import OKPKey

from chassis.mongo import Database, outages
from chassis.seal import canonical
from chassis.sealer import head_of
from gateway.audit import CHAINS, Audit, Read
from gateway.policy import Action, may_ever, require
from gateway.visits import Visit

__all__ = ["Checkpoints"]

ALGORITHM = "Ed25519"


@dataclass(frozen=True)
class Checkpoints:
    """Makes checkpoints for whoever may read the access log."""

    database: Database
    key: OKPKey
    audit: Audit
    now: Callable[[], datetime]

    async def issue(self, visit: Visit) -> dict[str, Any]:
        """One compact JWS (RFC 7515) a chain over chain, number, hash and moment; and the key that proves them.

        The chain of protection reads is for the data-protection officer alone. Raises Problem 403.
        """
        require(visit.role, Action.READ_AUDIT, visit.purpose.kind)
        chains = CHAINS if may_ever(visit.role, Action.READ_PROTECTION_AUDIT) else CHAINS[:1]
        with outages():
            heads = {chain: await head_of(self.database, chain) for chain in chains}
        await self.audit.record(Read(visit, Action.READ_AUDIT, []), self.now())
        at = self.now().isoformat(timespec="seconds")
        told = [{"chain": chain, "n": head.n, "hash": head.hash, "at": at} for chain, head in heads.items()]
        header = {"alg": ALGORITHM}
        signed = [jws.serialize_compact(header, canonical(one), self.key, algorithms=[ALGORITHM]) for one in told]
        return {"checkpoints": signed, "heads": told, "key": self.key.as_pem(private=False).decode()}
