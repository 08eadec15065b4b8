"""The alerts of a case, found at the moment of reading: a new alert on the same person joins by itself.

A case holds what its holder is told of: alerts of other agencies, of protection and about readers are never in it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from alerts.alert import LIVE, Alert
from alerts.cases.case import Case
from alerts.documents import SubjectState
from alerts.store import Store
from alerts.subjects import key_of
from chassis.mongo import Document
from contracts.case_terms import Group

__all__ = ["Gathered", "gather"]

PLACE_REACH = timedelta(days=180)


@dataclass(frozen=True)
class Gathered:
    """Alerts, newest change first; every person the case is about; each group as it stands after merges."""

    alerts: Sequence[Alert]
    persons: frozenset[str]
    heirs: Mapping[Group, Group]

    @property
    def severity(self) -> int:
        return max((alert.severity for alert in self.alerts), default=1)


async def gather(case: Case, store: Store, now: datetime) -> Gathered:
    """What belongs to a case now; of one that is closed, what was there by then. Raises Unavailable."""
    keyed = {group: key_of(group.kind, group.id) for group in case.groups if group.kind != "place"}
    standing = await store.standing(list(keyed.values()))
    heirs = {group: _heir(group, standing.get(key)) for group, key in keyed.items()}
    places = {group.id for group in case.groups if group.kind == "place"}
    found = {alert.id: alert for alert in await store.alerts({*case.pinned, *await _listed(standing.values(), store)})}
    for place in places:
        span = (case.opened_at - PLACE_REACH, now)
        found |= {alert.id: alert for alert in await store.changed_within(span, wanted=partial(_in, place))}
    subjects = {(group.kind, group.id) for group in heirs.values()}
    alerts = [alert for alert in found.values() if _joins(alert, case, subjects, places)]
    alerts.sort(key=lambda alert: (alert.updated_at, alert.id), reverse=True)
    named = {group.id for group in heirs.values() if group.kind == "person"}
    return Gathered(alerts, frozenset(named | _persons(alerts, case)), heirs)


def _in(village: str, row: Document) -> bool:
    return bool(row["village"] == village)


async def _listed(states: Iterable[SubjectState], store: Store) -> set[str]:
    """Ids that may be of these subjects: an alert about a party is kept by the person whose news it came with."""
    states = list(states)
    parties = [state.id for state in states if state.kind == "party"]
    people = [key for party in parties for key in await store.persons_of(party)]
    keepers = [*states, *(await store.standing(people)).values()]
    return {id for state in keepers for id in state.listed}


def _joins(alert: Alert, case: Case, subjects: Collection[tuple[str, str]], places: Collection[str]) -> bool:
    if alert.side == "safeguard" or case.agency not in alert.agencies:
        return False
    if alert.id in case.pinned:
        return True
    if case.closing is not None and alert.opened_at > case.closing.at:
        return False
    return (alert.subject.kind, alert.subject.id) in subjects or alert.village in places


def _persons(alerts: Iterable[Alert], case: Case) -> set[str]:
    return {
        alert.subject.id
        for alert in alerts
        if alert.subject.kind == "person" and (alert.stage in LIVE or alert.id in case.pinned)
    }


def _heir(group: Group, state: SubjectState | None) -> Group:
    return group if state is None or state.id == group.id else Group(kind=group.kind, id=state.id)
