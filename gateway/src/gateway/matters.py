"""The protection desk: its tasks, for protection officers alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.errors import Problem
from gateway.audit import Audit, Read
from gateway.peers import Call, Part, Peers
from gateway.policy import Action, require
from gateway.purpose import DESK, Kind, Purpose
from gateway.visits import Visit

__all__ = ["Matters"]


@dataclass(frozen=True)
class Matters:
    """Tasks of the protection desk. Every look at them is on record, out of sight of the agencies' audit readers."""

    peers: Peers
    audit: Audit
    now: Callable[[], datetime]

    async def page(self, visit: Visit, state: str) -> dict[str, Any]:
        """The tasks in this state."""
        require(visit.role, Action.LIST_MATTERS)
        visit = visit.under(DESK)
        call = Call(Part.PROTECTION, "GET", "/tasks", {"state": state})
        answer: dict[str, Any] = await self.peers.ask(call, visit)
        await self._record(visit, Action.LIST_MATTERS, [item["id"] for item in answer["items"]])
        return answer

    async def read(self, visit: Visit, task: str) -> dict[str, Any]:
        """One task with what was reported. The purpose must be this very matter."""
        await self._permitted(visit, Action.READ_MATTER, task)
        call = Call(Part.PROTECTION, "GET", f"/tasks/{task}")
        answer: dict[str, Any] = await self.peers.ask(call, visit)
        ids = [task, *filter(None, [answer.get("person")])]
        await self._record(visit, Action.READ_MATTER, ids)
        return answer

    async def release(self, visit: Visit, task: str, reason: str, if_match: str) -> dict[str, Any]:
        """Release what the matter holds. Releasing names its own matter as purpose."""
        visit = visit.under(Purpose(Kind.MATTER, task))
        await self._permitted(visit, Action.RELEASE_MATTER, task)
        await self._record(visit, Action.RELEASE_MATTER, [task])
        call = Call(Part.PROTECTION, "POST", f"/tasks/{task}/release", body={"reason": reason}, if_match=if_match)
        answer: dict[str, Any] = await self.peers.ask(call, visit)
        return answer

    async def _permitted(self, visit: Visit, action: Action, task: str) -> None:
        try:
            require(visit.role, action, visit.purpose.kind)
            if visit.purpose.reference != task:
                raise Problem(
                    403,
                    "purpose_does_not_hold",
                    id="Tujuan harus menyebut tugas ini.",
                    en="The purpose must name this task.",
                )
        except Problem as problem:
            await self._record(visit, action, [task], f"refused:{problem.code}")
            raise

    async def _record(self, visit: Visit, action: Action, ids: Sequence[str], outcome: str = "given") -> None:
        await self.audit.record(Read(visit, action, ids, outcome, protection=True), self.now())
