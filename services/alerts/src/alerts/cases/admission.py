"""What an agency may make a case about: what it is told of, or has an order for. A case opens dossiers, so no less."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from alerts.alert import LIVE
from alerts.cases.case import Case, Part
from alerts.cases.gather import Gathered, gather
from alerts.cases.record import CaseRefused
from alerts.desk import Desk
from alerts.store import Store
from alerts.subjects import key_of
from chassis.statement import Actor
from contracts.agencies import within
from contracts.case_terms import Group

__all__ = ["Admission"]


@dataclass(frozen=True)
class Admission:
    """Looks at what is about to be added to a case."""

    store: Store
    desk: Desk

    async def admitted(self, case: Case, part: Part, actor: Actor, now: datetime) -> Gathered:
        """The alerts that these groups and pinned alerts bring. Raises CaseRefused."""
        found = await gather(case.model_copy(update={"parts": (part,)}), self.store, now)
        if unknown := set(part.pinned) - {alert.id for alert in found.alerts}:
            raise CaseRefused("unknown_alert", alerts=sorted(unknown))
        places = {group for group in part.groups if group.kind == "place"}
        if not all(self._lies_within(group, actor.agency) for group in places):
            raise CaseRefused("outside_area")
        await self._has_a_reason(set(part.groups) - places, found, actor)
        return found

    async def _has_a_reason(self, groups: Collection[Group], found: Gathered, actor: Actor) -> None:
        told = {(alert.subject.kind, alert.subject.id) for alert in found.alerts if alert.stage in LIVE}
        rest = {group for group in groups if (found.heirs[group].kind, found.heirs[group].id) not in told}
        keys = {key_of(group.kind, group.id) for group in rest}
        # An order stands in the access log with its number: it leads to whom no alert leads to.
        known = await self.store.standing(keys) if actor.purpose.startswith("order:") else {}
        if keys - known.keys():
            raise CaseRefused("unknown_subject")

    def _lies_within(self, place: Group, agency: str) -> bool:
        areas = (area for one in self.desk.agencies if one.code == agency for area in one.area)
        return any(within(place.id, area) for area in areas)

    def works_on_cases(self, agency: str) -> None:
        """Nothing for an agency that is told of some rule: the others only send. Raises CaseRefused."""
        if not any(one.code == agency and one.receives for one in self.desk.agencies):
            raise CaseRefused("unknown_agency")
