"""The protection desk: its tasks, for protection officers who are named members of it alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.errors import Problem
from chassis.listing import Page
from gateway.audit import Audit, Read
from gateway.lists import Listing
from gateway.peers import Call, Part, Peers
from gateway.policy import Action, require
from gateway.purpose import DESK, Kind, Purpose
from gateway.visits import Visit

__all__ = ["Matters"]


@dataclass(frozen=True)
class Matters:
    """Tasks of the protection desk. Every look at them is on record, out of sight of the agencies' audit readers.

    Who is a member is known by the desk alone: it refuses whom its rota does not name.
    """

    peers: Peers
    audit: Audit
    now: Callable[[], datetime]

    async def page(self, visit: Visit, state: str, listing: Listing) -> Page[Mapping[str, Any]]:
        """Tasks in this state."""
        require(visit.role, Action.LIST_MATTERS)
        visit = visit.under(DESK)
        answer = await self._asked(visit, Action.LIST_MATTERS, Call(Part.PROTECTION, "GET", "/tasks", {"state": state}))
        page = listing.cut(answer["items"])
        await self._record(visit, Action.LIST_MATTERS, [item["id"] for item in page.items])
        return page

    async def read(self, visit: Visit, task: str) -> dict[str, Any]:
        """One task with what was reported. The purpose must be this very matter."""
        await self._permitted(visit, Action.READ_MATTER, task)
        answer = await self._asked(visit, Action.READ_MATTER, Call(Part.PROTECTION, "GET", f"/tasks/{task}"))
        await self._record(visit, Action.READ_MATTER, [task, *answer.get("people", ())])
        return answer

    async def take(self, visit: Visit, task: str, if_match: str) -> dict[str, Any]:
        """Say that one looks at it now. Taking names its own matter as purpose."""
        call = Call(Part.PROTECTION, "POST", f"/tasks/{task}/take", if_match=if_match)
        return await self._step(visit, Action.TAKE_MATTER, task, call)

    async def release(self, visit: Visit, task: str, reason: str, if_match: str) -> dict[str, Any]:
        """Release what the matter holds. Releasing names its own matter as purpose."""
        call = Call(Part.PROTECTION, "POST", f"/tasks/{task}/release", body={"reason": reason}, if_match=if_match)
        return await self._step(visit, Action.RELEASE_MATTER, task, call)

    async def _step(self, visit: Visit, action: Action, task: str, call: Call) -> dict[str, Any]:
        visit = visit.under(Purpose(Kind.MATTER, task))
        await self._permitted(visit, action, task)
        await self._record(visit, action, [task])
        return await self._asked(visit, action, call)

    async def _asked(self, visit: Visit, action: Action, call: Call) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = await self.peers.ask(call, visit)
        except Problem as problem:
            if problem.status == 403:
                await self._record(visit, action, [], f"refused:{problem.code}")
            raise
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
