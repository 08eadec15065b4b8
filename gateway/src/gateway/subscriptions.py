"""Who else is told of alerts: webhooks and letters that an agency's supervisor or an administrator sets up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.audit import Audit, Read
from gateway.peers import Call, Part, Peers
from gateway.policy import Action, require
from gateway.visits import Visit

__all__ = ["STEPS", "Subscriptions"]

STEPS = ("test", "rotate", "pause", "resume")


@dataclass(frozen=True)
class Subscriptions:
    """Each change is on record before it is done: where notices go is worth knowing. All raise Problem."""

    peers: Peers
    audit: Audit
    now: Callable[[], datetime]

    async def found(self, visit: Visit) -> dict[str, Any]:
        """Those of the viewer's agency, for an administrator all; `mail` says whether letters can be sent."""
        require(visit.role, Action.READ_SUBSCRIPTIONS, visit.purpose.kind)
        page: dict[str, Any] = await self.peers.ask(Call(Part.ALERTS, "GET", "/subscriptions"), visit)
        return page

    async def one(self, visit: Visit, id: str) -> dict[str, Any]:
        """One, with its last notices and every attempt to deliver them."""
        require(visit.role, Action.READ_SUBSCRIPTIONS, visit.purpose.kind)
        found: dict[str, Any] = await self.peers.ask(Call(Part.ALERTS, "GET", f"/subscriptions/{id}"), visit)
        return found

    async def make(self, visit: Visit, wish: Mapping[str, Any]) -> dict[str, Any]:
        """A new one; for a webhook with the secret, which is told this once. Its id is on record afterwards."""
        made = await self._change(visit, Call(Part.ALERTS, "POST", "/subscriptions", body=dict(wish)))
        await self._record(visit, [made["id"]])
        return made

    async def step(self, visit: Visit, id: str, step: str, if_match: str) -> dict[str, Any]:
        """Test it, rotate its secret, pause or resume it."""
        return await self._change(
            visit, Call(Part.ALERTS, "POST", f"/subscriptions/{id}/{step}", if_match=if_match), id
        )

    async def end(self, visit: Visit, id: str, if_match: str) -> None:
        """Delete it, with everything that was sent to it."""
        await self._change(visit, Call(Part.ALERTS, "DELETE", f"/subscriptions/{id}", if_match=if_match), id)

    async def _change(self, visit: Visit, call: Call, id: str | None = None) -> dict[str, Any]:
        require(visit.role, Action.CHANGE_SUBSCRIPTIONS, visit.purpose.kind)
        await self._record(visit, [id] if id else [])
        answer: dict[str, Any] = await self.peers.ask(call, visit)
        return answer

    async def _record(self, visit: Visit, ids: list[str]) -> None:
        await self.audit.record(Read(visit, Action.CHANGE_SUBSCRIPTIONS, ids), self.now())
