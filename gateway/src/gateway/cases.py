"""Cases of the viewer's agency: names are joined at the moment of reading, and every look and look-up is on record."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.case_terms import Group
from contracts.casework import CaseStep, OpenCase
from gateway.area import Area
from gateway.audit import Audit, Read
from gateway.names import Names, stand_on_list
from gateway.peers import Call, Part, Peers
from gateway.policy import Action, require
from gateway.purpose import Kind, Purpose
from gateway.rows import visible
from gateway.visits import Visit

__all__ = ["STEPS", "Cases", "leads_to"]

STEPS: Mapping[str, Action] = {
    "offer": Action.HAND_OVER_CASE,
    "accept": Action.HAND_OVER_CASE,
    "return": Action.HAND_OVER_CASE,
    "close": Action.CLOSE_CASE,
    "reopen": Action.CLOSE_CASE,
    "merge": Action.MERGE_CASES,
    "unmerge": Action.MERGE_CASES,
}
"""What a step is to the policy; every other one is work on the case."""
WORKING = frozenset({"holder", "tasked"})


def leads_to(case: Mapping[str, Any], person: str | None) -> bool:
    """Whether an open case is a reason to look at this person (none: at anybody who is searched for).

    To whom it is merely offered it is none before they have accepted.
    """
    named = {group["id"] for group in case["groups"] if group["kind"] == "person"}
    works = case["state"] == "open" and not WORKING.isdisjoint(case["seats"])
    return works and (person is None or person in named | set(case.get("persons") or ()))


@dataclass(frozen=True)
class Cases:
    """Cases as one viewer may see them. What does not concern the agency is answered as unknown by the alerts."""

    peers: Peers
    audit: Audit
    area: Area
    names: Names
    now: Callable[[], datetime]

    async def page(self, visit: Visit, query: Mapping[str, str | int]) -> dict[str, Any]:
        """A list of cases, for the desk with the names of the persons they are about. Raises Problem 403."""
        require(visit.role, Action.READ_CASES, visit.purpose.kind)
        named = stand_on_list(visit)
        page: dict[str, Any] = await self.peers.ask(Call(Part.ALERTS, "GET", "/cases", query), visit)
        people = [group["id"] for row in page["items"] for group in _named(row)] if named else ()
        names, away = await self.names.beside(visit, people)
        return {**page, "names": names, "away": away}

    async def one(self, visit: Visit, case: str) -> dict[str, Any]:
        """One case with the names of its persons while it is open. Raises Problem 404."""
        require(visit.role, Action.READ_CASES, visit.purpose.kind)
        found = await self.plain(visit, case)
        names, away = await self.names.beside(visit.under(Purpose(Kind.CASE, case)), _people(found))
        alerts = [{**row, "subject_name": names.get(row["subject"]["id"])} for row in _alerts(visit, found)]
        return {**found, "alerts": alerts, "names": names, "away": away}

    async def plain(self, visit: Visit, case: str) -> dict[str, Any]:
        """The same without a name. Raises Problem 404."""
        found: dict[str, Any] = await self.peers.ask(Call(Part.ALERTS, "GET", f"/cases/{case}"), visit)
        return found

    async def open(self, visit: Visit, wanted: OpenCase) -> dict[str, Any]:
        """Open a case: from here on it opens the dossiers of its persons. The wish is on record before, the id after.

        Whom an order leads to it leads to here, and to nobody of another area. Raises Problem 403.
        """
        require(visit.role, Action.OPEN_CASE, visit.purpose.kind)
        await self.area.require(visit, Action.OPEN_CASE, *_persons(wanted.groups))
        await self._record(visit, Action.OPEN_CASE, [*(group.id for group in wanted.groups), *wanted.pinned])
        once = {"once": visit.new_id()} if visit.once else {}
        call = Call(Part.ALERTS, "POST", "/cases", body={**wanted.model_dump(mode="json"), **once})
        made: dict[str, Any] = await self.peers.ask(call, visit)
        await self._record(visit, Action.OPEN_CASE, [made["id"], *made.get("persons", ())])
        return made

    async def work(self, visit: Visit, case: str, step: CaseStep, if_match: str) -> dict[str, Any]:
        """Take a step. Raises Problem 428 without a revision, 412 for an old one, 403, 404 or 409."""
        action = STEPS.get(step.step, Action.WORK_CASE)
        require(visit.role, action, visit.purpose.kind)
        if step.step == "group":
            await self.area.require(visit, action, *_persons(step.add))
            # What is added opens dossiers: the purpose (an order) is kept for the record, and the case beside it.
            await self._record(visit, action, [case, *(group.id for group in step.add)])
        elif step.step in ("begin", "finish"):
            # The answers to what was asked before an administrative action are looked at.
            await self._record(visit.under(Purpose(Kind.CASE, case)), Action.READ_ASKS, [case, step.task])
        body = step.model_dump(mode="json", exclude_unset=True)
        call = Call(Part.ALERTS, "POST", f"/cases/{case}/steps", body=body, if_match=if_match)
        answer: dict[str, Any] = await self.peers.ask(call, visit)
        return {**answer, "alerts": _alerts(visit, answer)}

    async def _record(self, visit: Visit, action: Action, ids: list[str]) -> None:
        await self.audit.record(Read(visit, action, ids), self.now())


def _persons(groups: Iterable[Group]) -> list[str]:
    return [group.id for group in groups if group.kind == "person"]


def _named(row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [group for group in row["groups"] if group["kind"] == "person"] if row["state"] == "open" else []


def _people(case: Mapping[str, Any]) -> list[str]:
    if case["state"] != "open":
        return []
    return [*(group["id"] for group in _named(case)), *case.get("persons", ())]


def _alerts(visit: Visit, case: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in visible(visit.viewer, case.get("alerts") or ())]
