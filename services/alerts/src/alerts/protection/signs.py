"""What the protection desk's own rules found: children, people off the post. Told to the desk, and held for it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from alerts.alert import LIVE, Alert, Decision
from alerts.block import Block
from alerts.desk import Desk
from alerts.documents import NEVER
from alerts.facts.incident import passengers
from alerts.protection.matters import HOLDS_QUEUE, released
from alerts.reasons import Reasons
from alerts.rules import Rule
from alerts.store import Store
from alerts.views import view_of
from chassis.bus import Letter
from chassis.errors import Conflict
from chassis.outbox import Outbox
from contracts.messages import IncidentChanged, PeopleHeld

__all__ = ["Signs", "held_letters", "holding"]


def holding(matter: str, people: set[str]) -> Letter:
    """The order to hold these persons for a matter."""
    held = PeopleHeld(matter=matter, people=tuple(sorted(people)))
    return Letter("", HOLDS_QUEUE, held.model_dump_json().encode(), type=held.TYPE)


def held_letters(block: Block) -> list[Letter]:
    """For each sign that stands: whom it protects is held. What a sender takes back lets nobody go: the desk does."""
    signs = [alert for alert, _ in block.announced() if alert.stage in LIVE]
    people = {alert.id: _people(alert, block) for alert in signs}
    return [holding(alert.id, people[alert.id]) for alert in signs if people[alert.id]]


def _people(alert: Alert, block: Block) -> set[str]:
    if alert.subject.kind == "person":
        return {alert.subject.id}
    told = block.subjects[alert.keeper].told
    return set(passengers(told)) if isinstance(told, IncidentChanged) else set()


def _finding(alert: Alert, rule: Rule) -> dict[str, Any]:
    texts = {"title": rule.title.model_dump(), "wording": rule.wording.model_dump()}
    return {"rule": alert.rule, "severity": alert.severity, **texts}


@dataclass(frozen=True)
class Signs:
    """The signs as the desk sees them, beside its matters."""

    store: Store
    desk: Desk
    outbox: Outbox
    reasons: Reasons
    now: Callable[[], datetime]

    async def found(self, state: str) -> list[dict[str, Any]]:
        """Open until somebody let go of them, also where the report was taken back."""
        alerts = await self.store.changed_within((NEVER, self.now()))
        wanted = {"open": [False], "released": [True], "all": [False, True]}[state]
        return [await self._row(alert) for alert in alerts if (alert.decision is not None) in wanted]

    async def one(self, id: str) -> dict[str, Any] | None:
        """One sign, with the facts it rests on."""
        found = await self.store.alerts([id])
        if not found:
            return None
        world = self.desk.world(await self.store.sources(self.desk))
        view = view_of(found[0], world, self.now())
        told = {name: view[name] for name in ("wording", "facts", "evidence")}
        return await self._row(found[0]) | {"sign": told}

    async def _row(self, alert: Alert) -> dict[str, Any]:
        rule = self.desk.rules.rule(alert.rule)
        people = await self._of(alert)
        return {
            "id": alert.id,
            "revision": alert.revision,
            "state": "open" if alert.decision is None else "released",
            "person": people[0] if len(people) == 1 else None,
            "people": people,
            "kind": "sign",
            "findings": [_finding(alert, rule)] if rule else [],
            "severity": alert.severity,
            "lapsed": alert.stage == "withdrawn",
            "occurred_at": alert.opened_at,
            "received_at": alert.opened_at,
            "unreadable": False,
            "taken_by": next((entry.by for entry in reversed(alert.history) if entry.what == "acknowledged"), None),
        }

    async def _of(self, alert: Alert) -> list[str]:
        if alert.subject.kind == "person":
            return [alert.subject.id]
        state = await self.store.subject(alert.keeper)
        told = state.told if state else None
        return passengers(told) if isinstance(told, IncidentChanged) else []

    async def take(self, id: str, revision: int, by: str) -> bool:
        """Somebody looks at it now. False where there is no such sign. Raises Conflict or Refused."""
        return await self._change(id, revision, lambda alert: alert.commanded("acknowledge", by, self.now()), [])

    async def release(self, id: str, revision: int, decision: Decision) -> bool:
        """Let go of whom it holds. False where there is no such sign. Raises Conflict or Refused."""
        if not await self.store.alerts([id]):
            return False
        shut = (await self.reasons.shut({id: str(decision.reason)}))[id]
        given = replace(decision, reason=shut)
        return await self._change(id, revision, lambda alert: alert.let_go(given), [released(id, None)])

    async def _change(self, id: str, revision: int, step: Callable[[Alert], Alert], letters: list[Letter]) -> bool:
        for alert in await self.store.alerts([id]):
            if alert.revision != revision:
                raise Conflict("sign")
            await self.store.replace(step(alert), letters)
            self.outbox.wake()
            return True
        return False
