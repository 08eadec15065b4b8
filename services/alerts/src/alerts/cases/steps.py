"""Who holds a case and what it is about: each step gives the next revision or is refused. Pure."""

from collections.abc import Collection

from alerts.cases.case import Case, Closing, Offered, Part
from alerts.cases.record import By, CaseRefused
from alerts.cases.tasks import OPEN
from contracts.case_terms import ADMINISTRATIVE_OUTCOMES
from contracts.casework import Accept, Assign, Close, Offer, Pin, Regroup, Reopen, SendBack, TakeUp

__all__ = ["accepted", "assigned", "closed", "offered", "pinned", "regrouped", "reopened", "sent_back", "taken_up"]


def taken_up(case: Case, _: TakeUp, by: By) -> Case:
    """An officer works on it: the first clock stops, and what it had raised counts no more."""
    _in(case, "open")
    rest = tuple(one for one in case.escalated if one.clock != "take_up")
    return case.became("taken_up", by, officer=by.name, taken_up_at=by.at, escalated=rest)


def assigned(case: Case, step: Assign, by: By) -> Case:
    """Another officer: the first clock begins anew."""
    _in(case, "open")
    return case.became("assigned", by, officer=step.officer, **_waiting(case, by))


def offered(case: Case, step: Offer, by: By) -> Case:
    _in(case, "open")
    _without_an_offer(case)
    if step.agency == case.agency:
        raise CaseRefused("own_agency")
    offer = Offered(agency=step.agency, reason=step.reason, by=by.name, at=by.at)
    return case.became("offered", by, offered=offer)


def accepted(case: Case, step: Accept, by: By) -> Case:
    """The holder is another now; its officer has to take it up."""
    _in(case, "open")
    if case.offered is None or case.offered.agency != by.agency:
        raise CaseRefused("no_offer")
    moved = {"agency": by.agency, "officer": step.officer, "offered": None}
    return case.became("accepted", by, **moved, **_waiting(case, by))


def sent_back(case: Case, step: SendBack, by: By) -> Case:
    """Not accepted, or taken back. The reason stands in history."""
    _in(case, "open")
    if case.offered is None:
        raise CaseRefused("no_offer")
    what = "taken_back" if by.agency == case.agency else "returned"
    return case.became(what, by, offered=None).told(step.reason)


def regrouped(case: Case, step: Regroup, severity: int, by: By) -> Case:
    _in(case, "open")
    parts = tuple(
        part.model_copy(update={"groups": tuple(one for one in part.groups if one not in step.remove)})
        for part in case.parts
    )
    known = {group for part in parts for group in part.groups}
    new = tuple(one for one in dict.fromkeys(step.add) if one not in known)
    own = parts[0].model_copy(update={"groups": parts[0].groups + new})
    return _about(case, (own, *parts[1:]), severity, by, "grouped")


def pinned(case: Case, step: Pin, severity: int, by: By) -> Case:
    _in(case, "open")
    parts = tuple(
        part.model_copy(update={"pinned": tuple(one for one in part.pinned if one not in step.remove)})
        for part in case.parts
    )
    known = {id for part in parts for id in part.pinned}
    new = tuple(one for one in dict.fromkeys(step.add) if one not in known)
    own = parts[0].model_copy(update={"pinned": parts[0].pinned + new})
    return _about(case, (own, *parts[1:]), severity, by, "pinned")


def closed(case: Case, step: Close, by: By, left_out: Collection[str] = ()) -> Case:
    """Over, with an outcome. Raises CaseRefused while something of it is not over.

    `left_out`: persons of the case about whom no finished administrative action was.
    """
    _in(case, "open")
    _without_an_offer(case)
    if open_tasks := sorted(task.id for task in case.tasks if task.state in OPEN):
        raise CaseRefused("tasks_open", tasks=open_tasks)
    acted = any(task.kind == "administrative_action" and task.state == "done" for task in case.tasks)
    if step.outcome in ADMINISTRATIVE_OUTCOMES and (left_out or not acted):
        raise CaseRefused("action_required", persons=sorted(left_out))
    closing = Closing(outcome=step.outcome, reason=step.reason, by=by.name, at=by.at)
    return case.became("closed", by, state="closed", closing=closing)


def reopened(case: Case, step: Reopen, by: By) -> Case:
    """Worked on again by whoever had it, with all the time there is for a case."""
    _in(case, "closed")
    anew = {"state": "open", "closing": None, "running_since": by.at, "escalated": ()}
    return case.became("reopened", by, **_waiting(case, by) | anew).told(step.reason)


def _waiting(case: Case, by: By) -> dict[str, object]:
    rest = tuple(one for one in case.escalated if one.clock != "take_up")
    return {"taken_up_at": None, "waiting_since": by.at, "escalated": rest}


def _about(case: Case, parts: tuple[Part, ...], severity: int, by: By, what: str) -> Case:
    if not any(part.groups or part.pinned for part in parts):
        raise CaseRefused("about_nothing")
    own = parts[0].model_copy(update={"severity": max(severity, parts[0].severity)})
    return case.became(what, by, parts=(own, *parts[1:]))


def _in(case: Case, state: str) -> None:
    if case.state != state:
        raise CaseRefused("wrong_case_state", state=case.state)


def _without_an_offer(case: Case) -> None:
    if case.offered is not None:
        raise CaseRefused("offer_pending")
