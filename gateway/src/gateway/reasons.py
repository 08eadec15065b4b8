"""Whether a purpose leads to a person: the alert, the case, the pair, the matter, the emergency it names."""

from dataclasses import dataclass

from chassis.errors import Problem
from gateway.cases import Cases, leads_to
from gateway.consents import Consents
from gateway.desk import Desk
from gateway.emergencies import Emergencies
from gateway.peers import Call, Part, Peers
from gateway.purpose import Kind, is_about, is_open
from gateway.visits import Visit

__all__ = ["Reasons"]

_OVER = Problem(
    403,
    "purpose_does_not_hold",
    id="Tujuan ini tidak menyangkut orang tersebut, atau sudah selesai.",
    en="This purpose is not about that person, or is over.",
)


@dataclass(frozen=True)
class Reasons:
    """Looks at what a purpose names."""

    peers: Peers
    desk: Desk
    cases: Cases
    emergencies: Emergencies
    consents: Consents

    async def require(self, visit: Visit, person: str | None) -> None:
        """Nothing where the purpose leads to this person (none: to a search). Raises Problem 403."""
        try:
            leads = await self._leads_to(visit, person)
        except Problem as problem:
            if problem.status != 404:
                raise
            leads = False
        if not leads:
            raise _OVER

    async def _leads_to(self, visit: Visit, person: str | None) -> bool:
        match visit.purpose.kind:
            case Kind.ORDER:
                return True
            case Kind.ALERT:
                alert = await self.desk.plain(visit, visit.purpose.reference)
                return is_about(alert, person) if person is not None else is_open(alert)
            case Kind.CASE:
                return leads_to(await self.cases.plain(visit, visit.purpose.reference), person)
        return person is not None and await self._leads_to_one(visit, person)

    async def _leads_to_one(self, visit: Visit, person: str) -> bool:
        named = visit.purpose.reference
        match visit.purpose.kind:
            case Kind.EMERGENCY:
                return await self.emergencies.leads_to(visit, person)
            case Kind.REVIEW:
                pair = await self.peers.ask(Call(Part.REGISTRY, "GET", f"/reviews/{named}"), visit)
                return bool(pair["open"] and person in pair["people"])
            case Kind.MATTER:
                matter = await self.peers.ask(Call(Part.PROTECTION, "GET", f"/tasks/{named}"), visit)
                if matter.get("state") == "released" or person not in (matter.get("people") or ()):
                    return False
                await self.consents.require("reveal", named)
                return True
        return False
