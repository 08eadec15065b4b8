"""Which agency may do what with a case: by whether it holds it, is offered it, or has a task in it. Pure."""

from collections.abc import Mapping
from typing import Literal

from alerts.cases.case import Case
from contracts.casework import STEP_NAMES, CaseStep

__all__ = ["HOLDER", "Seat", "may", "seats", "steps_of"]

Seat = Literal["holder", "offered", "tasked"]
HOLDER: Seat = "holder"
OFFERED: Seat = "offered"
TASKED: Seat = "tasked"
_ALL = frozenset({HOLDER, OFFERED, TASKED})
STATE = {"reopen": "closed"}
_HOLDER = frozenset({HOLDER})
_OTHERS: Mapping[str, frozenset[Seat]] = {
    "accept": frozenset({OFFERED}),
    "return": frozenset({HOLDER, OFFERED}),
    # Only on a task of its own: whoever has none cannot name it.
    "begin": frozenset({HOLDER, TASKED}),
    "finish": frozenset({HOLDER, TASKED}),
    "amend": frozenset({HOLDER, TASKED}),
    "cancel": frozenset({HOLDER, TASKED}),
    "note": _ALL,
    "assess": frozenset({HOLDER, TASKED}),
    "attach": frozenset({HOLDER, TASKED}),
}


def seats(case: Case, agency: str) -> frozenset[Seat]:
    """What an agency has to do with a case; nothing: it does not see it.

    The tasks of a case that was merged away are those of the other: theirs goes on there.
    """
    tasked = agency in case.tasked and case.state != "merged"
    offered = case.offered is not None and case.offered.agency == agency
    found: dict[Seat, bool] = {HOLDER: case.agency == agency, OFFERED: offered, TASKED: tasked}
    return frozenset(seat for seat, has in found.items() if has)


def may(case: Case, agency: str, step: CaseStep) -> bool:
    """Whether the agency may take this step. A task is worked on by whose it is; its plan is the holder's."""
    mine = seats(case, agency)
    task = next((one for one in case.tasks if one.id == getattr(step, "task", None)), None)
    if task is not None and step.step in ("begin", "finish"):
        return task.agency == agency
    if task is not None and HOLDER not in mine:
        return task.agency == agency
    return bool(mine & _OTHERS.get(step.step, _HOLDER))


def steps_of(case: Case, agency: str) -> list[str]:
    """Names of the steps that the agency may take as the case stands, whoever of it may."""
    mine = seats(case, agency)
    offer = {"accept", "return"} if case.offered is None else {"offer", "close", "merge"}
    return [
        name
        for name in STEP_NAMES
        if case.state == STATE.get(name, "open") and name not in offer and mine & _OTHERS.get(name, _HOLDER)
    ]
