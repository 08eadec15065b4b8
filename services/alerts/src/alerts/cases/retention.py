"""Words of cases are erased when their time is over, or when everybody they are about is gone. A proof stays.

A legal hold on anybody it is about keeps a case.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alerts.cases.case import Case
from alerts.cases.clock import CaseLimits
from alerts.cases.erasure import bared, is_over, is_without_people, words
from alerts.cases.gather import gather
from alerts.cases.store import CaseStore
from alerts.documents import SubjectState
from alerts.legal_holds import LegalHolds
from alerts.store import Store
from alerts.subjects import key_of
from chassis.errors import Conflict
from chassis.log import log
from chassis.mongo import Document
from contracts.case_terms import Group
from contracts.snapshots import PersonErased

__all__ = ["CaseRetention"]


@dataclass(frozen=True)
class CaseRetention:
    """Works off what is due. Safe to stop anywhere and to repeat. All raise Unavailable."""

    cases: CaseStore
    alerts: Store
    holds: LegalHolds
    limits: CaseLimits
    now: Callable[[], datetime]

    async def tick(self) -> None:
        """Erase what is due by now."""
        now, erased = self.now(), 0
        for case in await self.cases.worded():
            erased += await self._look(case, now)
        # What was merged into a case goes after it.
        gone = await self.cases.erased()
        for case in await self.cases.worded():
            if case.merged_into in gone:
                erased += await self._erase(case, "closed_case", now)
        if erased:
            log.info("case_retention", cases=erased)

    async def take(self, batch: Sequence[object]) -> None:
        """Erase what is about nobody else than persons who were just erased. Safe to repeat."""
        people = {told.person for told in batch if isinstance(told, PersonErased)}
        for case in await self.cases.about(people) if people else ():
            await self._look(case, self.now(), terms=False)

    async def _look(self, case: Case, now: datetime, *, terms: bool = True) -> bool:
        standing = await self._standing(case)
        pinned = await self.alerts.alerts(case.pinned)
        if is_without_people(case, standing, pinned):
            return await self._erase(case, "person_erased", now)
        if not (terms and is_over(case, self.limits, now)) or await self._is_kept(case, now):
            return False
        return await self._erase(case, "closed_case", now)

    async def _standing(self, case: Case) -> Mapping[Group, SubjectState]:
        keys = {group: key_of(group.kind, group.id) for group in case.groups if group.kind == "person"}
        found = await self.alerts.standing(list(keys.values()))
        return {group: found[key] for group, key in keys.items() if key in found}

    async def _is_kept(self, case: Case, now: datetime) -> bool:
        """Whether somebody it is about is on a legal hold, by whichever id they have after merges."""
        held = await self.holds.people()
        if not held:
            return False
        about = (await gather(case, self.alerts, now)).persons
        heirs = await self.alerts.standing([key_of("person", one) for one in held])
        return not about.isdisjoint(held | {state.id for state in heirs.values()})

    async def _erase(self, case: Case, rule: str, now: datetime) -> bool:
        try:
            await self.cases.erase(case, bared(case, now), _proof(case, rule, now))
        except Conflict:
            # Somebody works on it at this moment.
            return False
        return True


def _proof(case: Case, rule: str, now: datetime) -> Document:
    told: dict[str, Any] = {"case": case.id, "rule": rule, "at": now, "entries": words(case)}
    return {"_id": f"{case.id}.{case.revision}", **told}
