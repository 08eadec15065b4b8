"""What the data-protection officer does: legal holds, proofs of erasure, and everything that is held about one person.

The last by an order and a second person's consent, once (UU 27/2022 art. 7). All of it is on record before it is done.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.errors import Problem
from gateway.audit import Audit, Read
from gateway.consents import Consents
from gateway.peers import Call, Part, Peers
from gateway.policy import Action, require
from gateway.purpose import Kind, Purpose
from gateway.retention import Retention
from gateway.visits import Visit

__all__ = ["DataProtection", "Order"]


@dataclass(frozen=True)
class Order:
    """The paper that asks for it, and why."""

    order_no: str
    reason: str


@dataclass(frozen=True)
class DataProtection:
    """All raise Problem 403, and the registry's own."""

    peers: Peers
    consents: Consents
    retention: Retention
    audit: Audit
    now: Callable[[], datetime]

    async def holds(self, visit: Visit) -> list[Any]:
        """Every legal hold there was: its id, whether it is on, the event if it is on one. About whom the log says."""
        require(visit.role, Action.KEEP_HOLDS, visit.purpose.kind)
        answer: dict[str, list[Any]] = await self.peers.ask(Call(Part.REGISTRY, "GET", "/legal-holds"), visit)
        return answer["items"]

    async def hold(self, visit: Visit, person: str, event: str | None, order: Order) -> Any:
        """Keep a person, or one event of it, from being erased. Raises Problem 404, or 410 where it is too late."""
        once = {"once": visit.new_id()} if visit.once else {}
        body = {**vars(order), "event": event, **once}
        call = Call(Part.REGISTRY, "POST", f"/persons/{person}/legal-holds", body=body)
        made = await self._change(visit, call, order, [person, *([event] if event else [])])
        await self.retention.keep(made["id"], person)
        return made

    async def lift(self, visit: Visit, hold: str, order: Order) -> Any:
        """End a hold. Raises Problem 404, or 409 where it has ended."""
        call = Call(Part.REGISTRY, "POST", f"/legal-holds/{hold}/lift", body=vars(order))
        lifted = await self._change(visit, call, order, [hold])
        await self.retention.let_go(hold)
        return lifted

    async def erasures(self, visit: Visit, person: str | None) -> list[Any]:
        """Proofs of what was erased, the latest first: rule, time, numbers, opaque ids."""
        query = {"person": person} if person else {}
        found = await self._listed(visit, Call(Part.REGISTRY, "GET", "/erasures", query), [person] if person else [])
        if person:
            return found
        cases: dict[str, list[Any]] = await self.peers.ask(Call(Part.ALERTS, "GET", "/cases/erased"), visit)
        return sorted([*found, *cases["items"], *await self.retention.proofs()], key=_when, reverse=True)

    async def upcoming(self, visit: Visit) -> list[Any]:
        """Who is to be erased soon though no exit is known, the next first."""
        return await self._listed(visit, Call(Part.REGISTRY, "GET", "/erasures/upcoming"), [])

    async def everything(self, visit: Visit, consent: str) -> Any:
        """All that registry, alerts and cases hold of the person of a wish, once. Raises Problem 404, 410."""
        require(visit.role, Action.TAKE_EVERYTHING, visit.purpose.kind)
        allowed = await self.consents.allowed(visit, "everything", consent)
        under, person = visit.under(Purpose(Kind.ORDER, allowed["order_no"])), allowed["about"]
        try:
            found = await self.peers.ask(Call(Part.REGISTRY, "GET", f"/persons/{person}/everything"), under)
            found |= await self.peers.ask(Call(Part.ALERTS, "GET", "/everything", {"person": found["ids"]}), under)
        except Problem as problem:
            refused = Read(under, Action.TAKE_EVERYTHING, [person], f"refused:{problem.code}")
            await self.audit.record(refused, self.now())
            raise
        # By whichever of its ids somebody asks who looked at this person.
        await self.audit.record(Read(under, Action.TAKE_EVERYTHING, sorted({person, *found["ids"]})), self.now())
        await self.consents.use(consent)
        return found

    async def _change(self, visit: Visit, call: Call, order: Order, ids: Sequence[str]) -> Any:
        require(visit.role, Action.KEEP_HOLDS, visit.purpose.kind)
        under = visit.under(Purpose(Kind.ORDER, order.order_no))
        await self.audit.record(Read(under, Action.KEEP_HOLDS, ids), self.now())
        return await self.peers.ask(call, under)

    async def _listed(self, visit: Visit, call: Call, ids: Sequence[str]) -> list[Any]:
        require(visit.role, Action.READ_ERASURES, visit.purpose.kind)
        await self.audit.record(Read(visit, Action.READ_ERASURES, ids), self.now())
        answer: dict[str, list[Any]] = await self.peers.ask(call, visit)
        return answer["items"]


def _when(proof: dict[str, Any]) -> datetime:
    at = proof["at"]
    return at if isinstance(at, datetime) else datetime.fromisoformat(at)
