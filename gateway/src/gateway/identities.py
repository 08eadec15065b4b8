"""Who is who: doubtful pairs and what a human says of them. Reads are on record like every read of a person."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.audit import Audit, Read
from gateway.dossiers import Dossiers
from gateway.peers import Call, Part, Peers
from gateway.policy import Action, require
from gateway.purpose import Kind, Purpose
from gateway.visits import Visit

__all__ = ["Identities"]


@dataclass(frozen=True)
class Identities:
    """The queue, the pairs, and changes to persons, for a viewer."""

    peers: Peers
    audit: Audit
    dossiers: Dossiers
    now: Callable[[], datetime]

    async def queue(self, visit: Visit, asked: Mapping[str, str | int]) -> dict[str, Any]:
        """Open pairs, the likeliest first. No names, so nothing to record."""
        require(visit.role, Action.LIST_REVIEWS, visit.purpose.kind)
        call = Call(Part.REGISTRY, "GET", "/reviews", query=asked)
        answer: dict[str, Any] = await self.peers.ask(call, visit)
        return answer

    async def pair(self, visit: Visit, review: str) -> dict[str, Any]:
        """Both sides with names. The pair is the purpose while it is open; settled, it shows nobody."""
        visit = visit.under(Purpose(Kind.REVIEW, review))
        require(visit.role, Action.READ_REVIEW, visit.purpose.kind)
        answer = await self._read(visit, review)
        if not answer["open"]:
            return {**answer, "sides": [], "parts": [], "verdicts": []}
        await self._record(visit, Action.READ_REVIEW, [side["person"] for side in answer["sides"]])
        return answer

    async def judge(self, visit: Visit, review: str, said: Mapping[str, str]) -> dict[str, Any]:
        """A verdict on an open pair. Answers the persons as they are afterwards."""
        visit = visit.under(Purpose(Kind.REVIEW, review))
        require(visit.role, Action.JUDGE_REVIEW, visit.purpose.kind)
        await self._record(visit, Action.JUDGE_REVIEW, (await self._read(visit, review))["people"])
        call = Call(Part.REGISTRY, "POST", f"/reviews/{review}/verdict", body=dict(said))
        answer: dict[str, Any] = await self.peers.ask(call, visit)
        return answer

    async def change(
        self, visit: Visit, action: Action, way: tuple[str, str], said: Mapping[str, Any]
    ) -> dict[str, Any]:
        """A change to the person and by the command of `way`: merge, split, withdraw a verdict.

        The purpose has to lead to the other person of a merge as well. Raises Problem 403, on record.
        """
        person, command = way
        people = [person, *([said["other"]] if "other" in said else [])]
        await self.dossiers.reached(visit, action, *people)
        return await self._changed(visit, action, people, (command, said))

    async def decide(self, visit: Visit, action: Action, event: tuple[str, str, str], reason: str) -> dict[str, Any]:
        """Contest an event (person, key, command) that the viewer may see, or decide it. Raises Problem 403."""
        person, key, command = event
        await self.dossiers.seen(visit, action, person, key)
        return await self._changed(visit, action, [person], (f"events/{key}/{command}", {"reason": reason}))

    async def _changed(
        self, visit: Visit, action: Action, people: list[str], said: tuple[str, Mapping[str, Any]]
    ) -> dict[str, Any]:
        await self._record(visit, action, people)
        command, body = said
        call = Call(Part.REGISTRY, "POST", f"/persons/{people[0]}/{command}", body=dict(body))
        answer: dict[str, Any] = await self.peers.ask(call, visit)
        return answer

    async def _read(self, visit: Visit, review: str) -> dict[str, Any]:
        answer: dict[str, Any] = await self.peers.ask(Call(Part.REGISTRY, "GET", f"/reviews/{review}"), visit)
        return answer

    async def _record(self, visit: Visit, action: Action, ids: list[str]) -> None:
        await self.audit.record(Read(visit, action, list(dict.fromkeys(ids)), "given", protection=False), self.now())
