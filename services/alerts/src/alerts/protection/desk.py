"""The protection desk at work: its matters and its signs as one list of tasks."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alerts.alert import Decision, Refused
from alerts.desk import Desk
from alerts.protection.findings import NOW, findings
from alerts.protection.matters import Matters, Release, Task
from alerts.protection.rota import Rota
from alerts.protection.signs import Signs
from alerts.seen import seen_revision
from alerts.store import Store
from alerts.subjects import key_of
from chassis.errors import Conflict, Problem
from contracts.snapshots import PersonChanged

__all__ = ["ProtectionDesk"]


@dataclass(frozen=True)
class ProtectionDesk:
    """What an officer of the desk sees and does. Without a rota every protection officer is a member."""

    matters: Matters
    signs: Signs
    desk: Desk
    store: Store
    rota: Rota | None
    now: Callable[[], datetime]

    def admits(self, name: str) -> bool:
        """Whether this account is a named member."""
        return self.rota is None or name in self.rota.members

    async def tasks(self, state: str) -> list[dict[str, Any]]:
        """The most urgent first, then the newest."""
        wanted = None if state == "all" else state
        rows = [await self._row(task) for task in await self.matters.found(wanted)]  # type: ignore[arg-type]
        rows += [self._with_duty(row) for row in await self.signs.found(state)]
        rows.sort(key=lambda row: row["received_at"], reverse=True)
        return sorted(rows, key=lambda row: -row["severity"])

    async def full(self, id: str) -> dict[str, Any]:
        """One task with what was reported; an unreadable event as its text. Raises Problem 404."""
        task = await self.matters.one(id)
        if task is None:
            return self._with_duty(await self._sign(id))
        event = self._event(task)
        told = event.get("data", event) if isinstance(event, dict) else None
        return await self._row(task) | {"event": told if isinstance(told, dict) else {"text": self.matters.event(task)}}

    async def take(self, id: str, if_match: str, by: str) -> dict[str, Any]:
        """Somebody looks at it now: the deputy need not be asked. Raises Problem 404, 409, 412 or 428."""
        seen = seen_revision(if_match)
        task = await self.matters.one(id)
        if task is None:
            return await self._sign_step(id, lambda: self.signs.take(id, seen, by))
        await self._step(task, seen, lambda: self.matters.take(task, by, self.now()))
        return await self.full(id)

    async def release(self, id: str, if_match: str, release: Release) -> dict[str, Any]:
        """Let go of whom it holds. Raises Problem 404, 409, 412 or 428."""
        seen = seen_revision(if_match)
        task = await self.matters.one(id)
        if task is None:
            decision = Decision("dismissed", release.reason, release.by, release.at)
            return await self._sign_step(id, lambda: self.signs.release(id, seen, decision))
        await self._step(task, seen, lambda: self.matters.release(task, release))
        return await self.full(id)

    async def _row(self, task: Task) -> dict[str, Any]:
        # What the registry could not read may hold anything at all: it is shown as it is, and no rule looks at it.
        event = None if task.unreadable else self._event(task)
        data = event.get("data") if isinstance(event, dict) else None
        found = findings(task.id, event, await self._person(task), self.desk, self.now())
        row = {
            "id": task.id,
            "revision": task.revision,
            "state": task.state,
            "person": task.person,
            "people": [task.person] if task.person else [],
            "kind": data.get("kind") if isinstance(data, dict) else None,
            "findings": found,
            "severity": NOW if task.unreadable else max((one["severity"] for one in found), default=2),
            "lapsed": False,
            "occurred_at": task.occurred_at,
            "received_at": task.received_at,
            "unreadable": task.unreadable,
            "taken_by": task.taken_by,
        }
        return self._with_duty(row)

    def _with_duty(self, row: dict[str, Any]) -> dict[str, Any]:
        waits = self.rota is not None and row["state"] == "open" and row["taken_by"] is None
        duty = self.rota.responsible(row["received_at"], self.now()) if self.rota and waits else None
        return row | {"responsible": row["taken_by"] or duty}

    async def _person(self, task: Task) -> PersonChanged | None:
        state = await self.store.subject(key_of("person", task.person)) if task.person else None
        told = state.told if state else None
        return told if isinstance(told, PersonChanged) else None

    def _event(self, task: Task) -> Any:
        try:
            return json.loads(self.matters.event(task))
        except ValueError:
            return None

    async def _sign(self, id: str) -> dict[str, Any]:
        sign = await self.signs.one(id)
        if sign is None:
            raise Problem(404, "unknown_task", id="Tugas tidak dikenal.", en="Unknown task.")
        return sign

    async def _sign_step(self, id: str, step: Callable[[], Any]) -> dict[str, Any]:
        try:
            await step()
        except Conflict as error:
            raise _changed() from error
        except Refused as error:
            raise _not_open() from error
        return self._with_duty(await self._sign(id))

    @staticmethod
    async def _step(task: Task, seen: int, step: Callable[[], Any]) -> None:
        if seen != task.revision:
            raise _changed()
        if task.state != "open":
            raise _not_open()
        try:
            await step()
        except Conflict as error:
            raise _changed() from error


def _changed() -> Problem:
    return Problem(412, "old_revision", id="Tugas telah berubah; muat ulang.", en="The task has changed; reload.")


def _not_open() -> Problem:
    return Problem(409, "wrong_state", id="Tugas sudah dilepas.", en="The task is released already.")
