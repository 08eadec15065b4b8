"""The protection desk's internal HTTP: only a protection officer sees that it holds anything."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header
from pydantic import BaseModel, Field

from alerts.protection_store import Matters, Release, Task
from chassis.errors import Conflict, Problem
from chassis.statement import Actor, Verifier

__all__ = ["ProtectionDesk", "Reason", "protection_routes"]

OFFICER = "protection_officer"


class Reason(BaseModel):
    """Why a hold is released."""

    reason: str = Field(min_length=1, max_length=2000)


@dataclass(frozen=True)
class ProtectionDesk:
    """The tasks as the desk sees them."""

    matters: Matters
    now: Callable[[], datetime]

    async def task(self, id: str) -> Task:
        """Raises Problem 404."""
        task = await self.matters.one(id)
        if task is None:
            raise Problem(404, "unknown_task", id="Tugas tidak dikenal.", en="Unknown task.")
        return task

    def view(self, task: Task) -> dict[str, Any]:
        """One line; with the event in `event` where it can be read."""
        event = self._event(task)
        data = event.get("data") if isinstance(event, dict) else None
        return {
            "id": task.id,
            "revision": task.revision,
            "state": task.state,
            "person": task.person,
            "kind": data.get("kind") if isinstance(data, dict) else None,
            "occurred_at": task.occurred_at,
            "received_at": task.received_at,
            "unreadable": task.unreadable,
        }

    def full(self, task: Task) -> dict[str, Any]:
        """The task with what was reported; an unreadable event as its text."""
        event = self._event(task)
        told = event.get("data", event) if isinstance(event, dict) else {"text": self.matters.event(task)}
        return self.view(task) | {"event": told}

    def _event(self, task: Task) -> Any:
        try:
            return json.loads(self.matters.event(task))
        except ValueError:
            return None

    async def release(self, id: str, if_match: str, release: Release) -> Task:
        """Raises Problem 404, 409, 412 or 428."""
        if not if_match:
            raise Problem(
                428, "revision_required", id="Sertakan revisi (If-Match).", en="Send the revision (If-Match)."
            )
        task = await self.task(id)
        if if_match.removeprefix("W/").strip('"') != str(task.revision):
            raise _changed()
        if task.state != "open":
            raise Problem(409, "wrong_state", id="Tugas sudah dilepas.", en="The task is released already.")
        try:
            await self.matters.release(task, release)
        except Conflict as error:
            raise _changed() from error
        return await self.task(id)


def _changed() -> Problem:
    return Problem(412, "old_revision", id="Tugas telah berubah; muat ulang.", en="The task has changed; reload.")


def protection_routes(desk: ProtectionDesk, verifier: Verifier) -> APIRouter:
    """All routes, for protection officers alone."""

    async def officer(actor: Annotated[Actor, Depends(verifier)]) -> Actor:
        if actor.role != OFFICER:
            raise Problem(403, "not_allowed", id="Tidak diizinkan.", en="Not allowed.")
        return actor

    router = APIRouter(prefix="/tasks", dependencies=[Depends(officer)])

    @router.get("")
    async def tasks(state: Literal["open", "released", "all"] = "open") -> dict[str, Any]:
        found = await desk.matters.found(None if state == "all" else state)
        return {"items": [desk.view(task) for task in found]}

    @router.get("/{id}")
    async def one(id: str) -> dict[str, Any]:
        return desk.full(await desk.task(id))

    @router.post("/{id}/release")
    async def release(
        id: str,
        reason: Reason,
        actor: Annotated[Actor, Depends(officer)],
        if_match: Annotated[str, Header(max_length=40)] = "",
    ) -> dict[str, Any]:
        return desk.view(await desk.release(id, if_match, Release(actor.name, desk.now(), reason.reason)))

    return router
