"""Members of the desk who are on duty are told that they have a task: no more than that, and nobody else."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from alerts.notify.attempts import Outcome
from alerts.notify.bodies import task_letter
from alerts.notify.items import Notice
from alerts.notify.notices_store import Notices
from alerts.notify.plan import Hash, Plan, Told
from alerts.notify.post import Letters
from alerts.protection.matters import Matters
from alerts.protection.rota import Rota
from alerts.protection.signs import Signs
from chassis.errors import Conflict, Unavailable

__all__ = ["Summons", "TaskPost", "summoned"]

Waiting = tuple[str, datetime]
"""A task that nobody took, and since when it waits."""


def summoned(waiting: Iterable[Waiting], rota: Rota, now: datetime) -> dict[str, list[str]]:
    """Who must look at what: the officer on duty, later the deputy; only members who gave an address."""
    found: dict[str, list[str]] = {}
    for task, received in sorted(waiting):
        member = rota.responsible(received, now)
        if member in rota.addresses:
            found.setdefault(member, []).append(task)
    return found


@dataclass(frozen=True)
class Summons:
    """Looks through the open tasks now and then; each member is told once of each, all at one look in one letter."""

    matters: Matters
    signs: Signs
    rota: Rota
    notices: Notices
    hash: Hash
    now: Callable[[], datetime]
    wake: Callable[[], None]

    async def run(self, every: float) -> None:
        """For ever. An outage is waited out without a word: this process says nothing of what it does."""
        while True:
            with suppress(Unavailable, Conflict):
                await self.look()
            await asyncio.sleep(every)

    async def look(self) -> None:
        """Safe to repeat. Raises Unavailable; Conflict when another worker looks at the same moment."""
        now = self.now()
        for member, tasks in summoned(await self._waiting(), self.rota, now).items():
            ids = {self.hash("told", member, task): task for task in tasks}
            fresh = ids.keys() - await self.notices.known(ids, ())
            if fresh:
                await self.notices.save(self._plan(member, sorted(fresh), now))
                self.wake()

    async def _waiting(self) -> list[Waiting]:
        matters = [(task.id, task.received_at) for task in await self.matters.found("open") if not task.taken_by]
        signs = [(row["id"], row["received_at"]) for row in await self.signs.found("open") if not row["taken_by"]]
        return matters + signs

    def _plan(self, member: str, told: Sequence[str], now: datetime) -> Plan:
        notice = Notice(self.hash("notice", member, *told), member, "task", now, now)
        return Plan(told=[Told(id, member, now) for id in told], notices=[notice])


@dataclass(frozen=True)
class TaskPost:
    """Sends the letter to the address that the rota has now."""

    rota: Rota
    letters: Letters

    async def __call__(self, notice: Notice, now: datetime) -> Outcome | None:
        """Send once. None where the member has no address any more."""
        to = self.rota.addresses.get(notice.subscription)
        if to is None:
            return None
        return await self.letters.mail.send(task_letter(notice.id, to, self.letters.envelope))
