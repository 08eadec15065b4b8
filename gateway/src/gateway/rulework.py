"""The life of rules as the team sees it: every version, what it would ask of people, and who took which step."""

from dataclasses import dataclass
from typing import Any

from gateway.peers import Call, Part, Peers
from gateway.policy import Action, require
from gateway.visits import Visit

__all__ = ["Rulework", "Step"]


@dataclass(frozen=True)
class Step:
    """A step with a version: backtest, probation, approve, renew or kill, and why."""

    rule: str
    version: int
    wish: str
    reason: str


@dataclass(frozen=True)
class Rulework:
    """Questions and steps. All raise Problem."""

    peers: Peers

    async def versions(self, visit: Visit) -> list[dict[str, Any]]:
        """Every version of every rule."""
        answer = await self._ask(visit, "/rules/versions")
        items: list[dict[str, Any]] = answer["items"]
        return items

    async def budget(self, visit: Visit) -> list[dict[str, Any]]:
        """Where a rule asked more of an agency than it can look at in a week."""
        items: list[dict[str, Any]] = (await self._ask(visit, "/rules/budget"))["items"]
        return items

    async def one(self, visit: Visit, rule: str, version: int) -> dict[str, Any]:
        """One version: its text, its trial on history, what it found on probation."""
        found: dict[str, Any] = await self._ask(visit, f"/rules/{rule}/versions/{version}")
        return found

    async def fairness(self, visit: Visit, rule: str, version: int) -> dict[str, Any]:
        """Whom it would find, by citizenship beside the base rate: an aggregate of the reports."""
        require(visit.role, Action.READ_REPORTS, visit.purpose.kind)
        found: dict[str, Any] = await self.peers.ask(Call(Part.REPORTS, "GET", f"/fairness/{rule}/{version}"), visit)
        return found

    async def draft(self, visit: Visit, text: str, reason: str) -> dict[str, Any]:
        """A new version."""
        require(visit.role, Action.CHANGE_RULES, visit.purpose.kind)
        body = {"text": text, "reason": reason}
        found: dict[str, Any] = await self.peers.ask(Call(Part.ALERTS, "POST", "/rules", body=body), visit)
        return found

    async def step(self, visit: Visit, step: Step) -> dict[str, Any]:
        """Take a step with a version of a rule of the own agency."""
        require(visit.role, Action.CHANGE_RULES, visit.purpose.kind)
        path = f"/rules/{step.rule}/versions/{step.version}/{step.wish}"
        call = Call(Part.ALERTS, "POST", path, body={"reason": step.reason})
        found: dict[str, Any] = await self.peers.ask(call, visit)
        return found

    async def _ask(self, visit: Visit, path: str) -> Any:
        require(visit.role, Action.READ_RULES, visit.purpose.kind)
        return await self.peers.ask(Call(Part.ALERTS, "GET", path), visit)
