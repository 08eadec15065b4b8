"""What became of an agency's events: asked of the registry, and of its sealed side for the sender itself."""

from dataclasses import dataclass
from typing import Any

from chassis.errors import Problem
from gateway.peers import Call, Part, Peers
from gateway.policy import Action, is_allowed, require
from gateway.purpose import Kind
from gateway.senders import Sender
from gateway.visits import Visit

__all__ = ["Receipts"]


@dataclass(frozen=True)
class Receipts:
    """Reads receipts of the viewer's own agency."""

    peers: Peers

    async def of(self, visit: Visit, sender: Sender | None, key: tuple[str, str]) -> list[Any]:
        """Every outcome of the event with this (source, id), oldest first. Raises Problem."""
        require(visit.role, Action.READ_RECEIPTS, visit.purpose.kind)
        if sender is not None and sender.source.uri != key[0]:
            raise Problem(
                403, "not_your_source", id="Sumber ini bukan milik Anda.", en="This source belongs to another key."
            )
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
