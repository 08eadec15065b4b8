"""Before every administrative action, of anyone, an officer asks: the answer is `proceed` or `wait`, with no reason."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.listing import Page
from gateway.audit import Audit, Read
from gateway.dossiers import Dossiers
from gateway.lists import Listing
from gateway.peers import Call, Part, Peers
from gateway.policy import Action, require
from gateway.visits import Visit

__all__ = ["Asks"]


@dataclass(frozen=True)
class Asks:
    """Questions and answers, each on record. The record does not hold the answer."""

    peers: Peers
    audit: Audit
    dossiers: Dossiers
    now: Callable[[], datetime]

    async def ask(self, visit: Visit, person: str, action: str) -> dict[str, Any]:
        """Ask of a person to whom the purpose leads, and the area where it has to. Raises Problem 403, on record."""
        await self.dossiers.reached(visit, Action.ASK, person)
        await self.audit.record(Read(visit, Action.ASK, [person]), self.now())
        call = Call(Part.ALERTS, "POST", "/asks", body={"person": person, "action": action})
        answer: dict[str, Any] = await self.peers.ask(call, visit)
        return answer

    async def read(self, visit: Visit, ask: str) -> dict[str, Any]:
        """A question of the viewer's agency, answered where its time has come. Raises Problem 404."""
        require(visit.role, Action.READ_ASKS, visit.purpose.kind)
        answer: dict[str, Any] = await self.peers.ask(Call(Part.ALERTS, "GET", f"/asks/{ask}"), visit)
        await self.audit.record(Read(visit, Action.READ_ASKS, [answer["person"], ask]), self.now())
        return answer

    async def about(self, visit: Visit, person: str, listing: Listing) -> Page[Mapping[str, Any]]:
        """What the viewer's agency asked of a person."""
        require(visit.role, Action.READ_ASKS, visit.purpose.kind)
        answer = await self.peers.ask(Call(Part.ALERTS, "GET", "/asks", {"person": person}), visit)
        page = listing.cut(answer["items"])
        if ids := [item["id"] for item in page.items]:
            await self.audit.record(Read(visit, Action.READ_ASKS, [person, *ids]), self.now())
        return page
