"""What people do with cases. Each step names the revision it saw; its announcement waits in the outbox."""

import hashlib
import json
import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts.asks_store import Asks
from alerts.cases.admission import Admission
from alerts.cases.case import Case, Part, opened
from alerts.cases.clock import CaseLimits, urged
from alerts.cases.closing import decided
from alerts.cases.gather import Gathered, gather
from alerts.cases.merging import merged, unmerged
from alerts.cases.record import By, CaseRefused
from alerts.cases.refusals import changed, not_yours, refusal, unknown_case
from alerts.cases.seats import may, seats
from alerts.cases.steps import closed
from alerts.cases.store import CaseStore, Change
from alerts.cases.tasks import Asked
from alerts.cases.working import Around, worked
from alerts.reasons import Reasons
from alerts.seen import seen_revision
from alerts.store import Store
from alerts.subjects import key_of
from chassis.errors import Conflict
from chassis.metrics import ALERTS
from chassis.mongo import insist
from chassis.statement import Actor
from contracts.casework import CaseStep, Close, Merge, Offer, OpenCase, Pin, Plan, Regroup, Unmerge

__all__ = ["CaseCommands"]

GATED = frozenset({"begin", "finish"})
ACTION = "administrative_action"


def _new_id() -> str:
    return secrets.token_hex(12)


def _id_of(wanted: OpenCase, actor: Actor) -> str:
    told = json.dumps([actor.agency, actor.name, wanted.model_dump(mode="json")])
    return hashlib.sha256(told.encode()).hexdigest()[:24]


@dataclass(frozen=True)
class CaseCommands:
    """Opening cases and working on them."""

    cases: CaseStore
    alerts: Store
    asks: Asks
    reasons: Reasons
    admission: Admission
    now: Callable[[], datetime]
    limits: CaseLimits
    new_id: Callable[[], str] = _new_id

    async def open(self, wanted: OpenCase, actor: Actor) -> Case:
        """A new case of the actor's agency. Raises Problem 404 for what is not the agency's to open one about."""
        # Who did not hear the answer sends the wish again: the same wish is the same case.
        id = _id_of(wanted, actor) if wanted.once else self.new_id()
        return await insist(lambda: self._open(id, wanted, actor))

    async def _open(self, id: str, wanted: OpenCase, actor: Actor) -> Case:
        if wanted.once and (there := await self.cases.one(id)) is not None:
            return there
        case = await self._admitted(id, wanted, actor)
        await self.cases.save([Change(None, case)])
        return case

    async def _admitted(self, id: str, wanted: OpenCase, actor: Actor) -> Case:
        by = self._by(actor)
        blank = opened(id, wanted, 1, by)
        try:
            if not (wanted.groups or wanted.pinned):
                raise CaseRefused("about_nothing")
            self.admission.works_on_cases(actor.agency)
            found = await self.admission.admitted(blank, blank.parts[0], actor, by.at)
        except CaseRefused as error:
            raise refusal(error) from error
        return opened(id, wanted, found.severity, by)

    async def seen(self, id: str, actor: Actor) -> Case:
        """A case that concerns the actor's agency. Raises Problem 404."""
        case = await self.cases.one(id)
        if case is None or not seats(case, actor.agency):
            raise unknown_case()
        return case

    async def work(self, id: str, if_match: str, step: CaseStep, actor: Actor) -> Case:
        """Take a step. Raises Problem 403, 404, 409, 412 or 428."""
        revision = seen_revision(if_match)
        try:
            # The database also refuses writers that came at once to different rows: then this one is still as seen.
            return await insist(lambda: self._work(id, revision, step, actor))
        except Conflict as error:
            raise changed() from error

    async def _work(self, id: str, revision: int, step: CaseStep, actor: Actor) -> Case:
        case = await self.seen(id, actor)
        if case.revision != revision:
            raise changed(case.revision)
        if not may(case, actor.agency, step):
            raise not_yours()
        try:
            return await self._taken(case, step, actor)
        except CaseRefused as error:
            raise refusal(error) from error

    async def _taken(self, case: Case, step: CaseStep, actor: Actor) -> Case:
        by = self._by(actor)
        match step:
            case Close():
                return await self._close(case, step, by)
            case Merge() | Unmerge():
                return await self._join(case, step, by)
            case Regroup() | Pin():
                around = Around(self.new_id(), await self._severity(case, step, actor))
            case Plan() | Offer() if step.agency is not None:
                self.admission.works_on_cases(step.agency)
                around = Around(self.new_id())
            case _ if step.step in GATED:
                around = Around("", asked=await self._asked(case, step, actor))
            case _:
                around = Around(self.new_id())
        after = urged(worked(case, step, by, around), case.severity, self.limits, by.at)
        await self.cases.save([Change(case, after)])
        return after

    async def _severity(self, case: Case, step: Regroup | Pin, actor: Actor) -> int:
        if not step.add:
            return 1
        part = Part(id=case.id, severity=1)
        part = part.model_copy(update={"groups" if isinstance(step, Regroup) else "pinned": step.add})
        return (await self.admission.admitted(case, part, actor, self.now())).severity

    async def _close(self, case: Case, step: Close, by: By) -> Case:
        found = await gather(case, self.alerts, by.at)
        after = closed(case, step, by, await self._left_out(case, found.persons))
        pairs = await self.reasons.decided(decided(case, found.alerts, step, by))
        await self.cases.save([Change(case, after)], pairs)
        for _, alert in pairs:
            ALERTS.labels(alert.rule, alert.state).inc()
        return after

    async def _join(self, case: Case, step: Merge | Unmerge, by: By) -> Case:
        other = await self.cases.one(step.other)
        if other is None or (other.merged_into != case.id and not seats(other, by.agency)):
            raise unknown_case()
        if isinstance(step, Merge) and other.revision != step.other_revision:
            raise changed(other.revision)
        pair = merged(case, other, by) if isinstance(step, Merge) else unmerged(case, other, step.move, by)
        after = urged(pair[0], case.severity, self.limits, by.at)
        await self.cases.save([Change(case, after), Change(other, pair[1])])
        return after

    async def _left_out(self, case: Case, persons: Collection[str]) -> Collection[str]:
        """Persons of the case whom no finished administrative action was about, whoever they became since."""
        done = [task.persons for task in case.tasks if task.kind == ACTION and task.state == "done"]
        if None in done:
            return ()
        acted = {person for one in done for person in one or ()}
        standing = await self.alerts.standing({key_of("person", person) for person in acted})
        return set(persons) - acted - {state.id for state in standing.values()}

    async def _asked(self, case: Case, step: CaseStep, actor: Actor) -> Asked:
        """Persons of the case, and those of whom the agency has no good `proceed` for the action of the task."""
        task = next((one for one in case.tasks if one.id == getattr(step, "task", "")), None)
        if task is None or task.kind != ACTION:
            return Asked()
        persons = sorted((await gather(case, self.alerts, self.now())).persons)
        if not persons:
            raise CaseRefused("person_required")
        waiting = [one for one in persons if not await self.asks.may_proceed(one, task.action, actor)]
        return Asked(tuple(persons), waiting)

    def _by(self, actor: Actor) -> By:
        return By(actor.name, actor.agency, self.now())

    async def gathered(self, case: Case) -> Gathered:
        """The alerts and persons of a case as they are now."""
        return await gather(case, self.alerts, self.now())

    async def about(self, kind: str, id: str, actor: Actor) -> Sequence[Case]:
        """Open cases of the agency that have this alert pinned, or this subject as a group, also after merges."""
        mine = [case for case in await self.cases.open() if seats(case, actor.agency)]
        if kind == "alert":
            return [case for case in mine if id in case.pinned]
        keys = {f"{group.kind}:{group.id}" for case in mine for group in case.groups} | {f"{kind}:{id}"}
        standing = await self.alerts.standing(sorted(keys))
        wanted = standing[f"{kind}:{id}"].key if f"{kind}:{id}" in standing else f"{kind}:{id}"
        return [case for case in mine if wanted in _keys(case, {key: one.key for key, one in standing.items()})]


def _keys(case: Case, living: dict[str, str]) -> set[str]:
    named = [f"{group.kind}:{group.id}" for group in case.groups]
    return {living.get(name, name) for name in named}
