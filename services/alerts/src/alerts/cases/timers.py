"""The clock of the cases: limits that passed rise a level, assessments that ended go. One writer at a time."""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.cases.clock import CaseLimits, due, ticked
from alerts.cases.store import CaseStore, Change
from chassis.errors import Conflict, Unavailable
from chassis.log import log, place_of

__all__ = ["CaseClock"]

PAGE = 50
AFTER_A_FAULT = timedelta(hours=1)


@dataclass(frozen=True)
class CaseClock:
    """Works off what is due. What another has changed meanwhile comes again when its lease ends."""

    store: CaseStore
    limits: CaseLimits
    now: Callable[[], datetime]
    turn: asyncio.Lock

    async def run(self, every: float) -> None:
        """Tick for ever."""
        while True:
            try:
                full = await self.tick() == PAGE
            except Unavailable:
                log.warning("case_clock_waits")
                full = False
            await asyncio.sleep(0 if full else every)

    async def tick(self) -> int:
        """Work off up to a page of what is due; how many that was. Raises Unavailable."""
        async with self.turn:
            now = self.now()
            ids = await self.store.due(now, secrets.token_hex(8), PAGE)
            for id in ids:
                await self._work_off(id, now)
        return len(ids)

    async def _work_off(self, id: str, now: datetime) -> None:
        try:
            case = await self.store.one(id)
            if case is None:
                return
            after = ticked(case, self.limits, now)
            if after is case:
                # Its limits are not what they were when this was armed.
                await self.store.arm(id, due(case, self.limits))
                return
            await self.store.save([Change(case, after)])
            log.info("case_clock", risen_to=after.level, severity=after.severity)
        except Unavailable:
            raise
        except Conflict:
            log.info("case_changed_meanwhile")
        except Exception as error:  # noqa: BLE001  one faulty case must not keep all others from their limits
            log.error("case_deadline_failed", **place_of(error))
            await self.store.arm(id, now + AFTER_A_FAULT)
