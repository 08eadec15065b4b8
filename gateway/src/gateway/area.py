"""Who is of the viewer's area, by what the registry knows: asked where a purpose says only that there is something to
look for. Every refusal is on record.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.errors import Problem
from contracts.agencies import Agency
from gateway.audit import Audit, Read
from gateway.peers import Call, Part, Peers
from gateway.policy import Action
from gateway.purpose import Kind
from gateway.remit import concerns, remit_of
from gateway.viewers import Role
from gateway.visits import Visit

__all__ = ["Area"]

# What an agency is told of is within its area already; these say only that there is something to look for.
BY_AREA = frozenset({Kind.ORDER, Kind.REVIEW})


@dataclass(frozen=True)
class Area:
    """Persons in the registry, as far as they are the viewer's business."""

    peers: Peers
    audit: Audit
    agencies: Mapping[str, Agency]
    now: Callable[[], datetime]

    def agency(self, visit: Visit) -> Agency:
        """The viewer's. Raises Problem 403 where its file names no remit."""
        return remit_of(self.agencies, visit.viewer.agency)

    async def require(self, visit: Visit, action: Action, *people: str) -> None:
        """Nothing where these persons are of the area, or the purpose does not ask for that. Raises Problem 403."""
        if visit.purpose.kind in BY_AREA:
            for person in people:
                await self.dossier(visit, action, person)

    async def dossier(
        self, visit: Visit, action: Action, person: str, moment: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """The whole dossier, at this moment. Raises Problem 403 where the person is of another area, or 404."""
        call = Call(Part.REGISTRY, "GET", f"/persons/{person}", moment or {})
        dossier: dict[str, Any] = await self.peers.ask(call, visit)
        if visit.purpose.kind in BY_AREA and not concerns(dossier, self.agency(visit)):
            await self.record(visit, action, [person], "outside_area")
            raise Problem(
                403,
                "outside_area",
                id="Orang ini tidak tercatat di wilayah instansi Anda.",
                en="This person is not known in your agency's area.",
            )
        return dossier

    async def record(self, visit: Visit, action: Action, ids: list[str], refused: str = "", mark: str = "") -> None:
        """One row: these were given, or refused for that reason. Raises Unavailable."""
        outcome = f"refused:{refused}" if refused else "given"
        read = Read(visit, action, ids, outcome, visit.role is Role.PROTECTION_OFFICER, mark)
        await self.audit.record(read, self.now())
