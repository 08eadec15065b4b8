"""What became of an agency's events: asked of the registry, and of its sealed side for the sender itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracts.agencies import Agency
from gateway.own import not_your_source, own_sources
from gateway.peers import Call, Part, Peers
from gateway.policy import Action, is_allowed, require
from gateway.purpose import Kind
from gateway.visits import Visit

__all__ = ["Receipts"]


@dataclass(frozen=True)
class Receipts:
    """Reads receipts of the viewer's own agency, or of their one source."""

    peers: Peers
    agencies: Mapping[str, Agency]

    async def of(self, visit: Visit, key: tuple[str, str]) -> list[Any]:
        """Every outcome of the event with this (source, id), oldest first. Raises Problem."""
        require(visit.role, Action.READ_RECEIPTS, visit.purpose.kind)
        if visit.viewer.source and key[0] not in {one.uri for one in own_sources(self.agencies, visit.viewer)}:
            raise not_your_source()
        found = await self._ask(Part.REGISTRY, visit, key)
        # That a protection event exists is known to its sender alone, not to colleagues of the same agency.
        if not found and is_allowed(visit.role, Action.READ_SEALED_RECEIPTS, Kind.NONE):
            return await self._ask(Part.SEALED, visit, key)
        return found

    async def _ask(self, part: Part, visit: Visit, key: tuple[str, str]) -> list[Any]:
        query = {"agency": visit.viewer.agency, "source": key[0], "id": key[1]}
        answer = await self.peers.ask(Call(part, "GET", "/receipts", query), visit)
        found: list[Any] = answer["receipts"]
        return found
