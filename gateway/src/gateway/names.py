"""Names of persons, joined at the moment of reading: beside a list for the desk alone, beside an alert or a case."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from chassis.errors import Problem
from gateway.audit import Audit, Read
from gateway.peers import Call, Part, Peers
from gateway.policy import Action, require
from gateway.purpose import Kind
from gateway.visits import Visit

__all__ = ["Names", "stand_on_list"]

MOST = 500
"""Of so many persons the registry tells the names at once."""


@dataclass(frozen=True)
class Names:
    """What persons are called, by what the registry knows."""

    peers: Peers
    audit: Audit
    now: Callable[[], datetime]

    async def of(self, visit: Visit, people: Iterable[str]) -> dict[str, str]:
        """Their names, however many there are. Whoever asks puts them on record. Raises Problem."""
        names: dict[str, str] = {}
        wanted = list(dict.fromkeys(people))
        for start in range(0, len(wanted), MOST):
            body = {"ids": wanted[start : start + MOST]}
            names |= await self.peers.ask(Call(Part.REGISTRY, "POST", "/persons/names", body=body), visit)
        return names

    async def beside(self, visit: Visit, people: Iterable[str]) -> tuple[dict[str, str], list[str]]:
        """The names to stand beside rows, on record; and who is away. Raises Problem 403."""
        wanted = list(dict.fromkeys(people))
        if not wanted:
            return {}, []
        require(visit.role, Action.JOIN_NAMES, visit.purpose.kind)
        try:
            names = await self.of(visit, wanted)
        except Problem as problem:
            # What they stand beside is of use without them: it goes on, and says who is away.
            if problem.code != "part_unavailable":
                raise
            return {}, [Part.REGISTRY.value]
        await self.audit.record(Read(visit, Action.JOIN_NAMES, wanted), self.now())
        return names, []


def stand_on_list(visit: Visit, action: Action = Action.LIST_NAMES) -> bool:
    """Whether names stand on a list: not without a purpose. Raises Problem 403 for one that nobody checks there."""
    if visit.purpose.kind is Kind.NONE:
        return False
    require(visit.role, action, visit.purpose.kind)
    return True
