"""Approvals to employ a person. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from contracts.papers import WorkApproval
from registry.lines import Line, day_of
from registry.said import party

__all__ = ["build_work"]

_STATED = ("position", "sites", "valid_until", "contract_until", "headcount")


def build_work(lines: Iterable[Line]) -> tuple[WorkApproval, ...]:
    """The approvals by number, each as its last event left it; an application until it becomes one."""
    applied: dict[str, dict[str, Any]] = {}
    found: dict[str, dict[str, Any]] = {}
    for line in lines:
        if line.kind != "work":
            continue
        employer = party(line, "employer")
        if line.action == "applied":
            paper = applied.setdefault(line.data["application_no"], _fresh(line, employer))
            paper["applied_on"] = day_of(line.at)
        else:
            number = line.data["approval_no"]
            if number not in found:
                found[number] = _taken(applied, line, employer)
            paper = found[number]
        if line.action == "amended" and paper.get("status") == "approved":
            paper["earlier"] = (*paper.get("earlier", ()), _terms(paper, line))
        paper |= _step(line) | ({"employer": employer} if employer else {})
        paper["evidence"] += (line.key,)
    return tuple(WorkApproval.model_validate(paper) for paper in (*found.values(), *applied.values()))


def _fresh(line: Line, employer: str | None) -> dict[str, Any]:
    return {"ref": line.key, "employer": employer, "evidence": ()}


def _taken(applied: dict[str, dict[str, Any]], line: Line, employer: str | None) -> dict[str, Any]:
    """The application that became this approval: by its number or, where none is given, this employer's first."""
    number = line.data.get("application_no")
    if number is None:
        number = next((one for one, paper in applied.items() if paper["employer"] == employer), "")
    return applied.pop(number, None) or _fresh(line, employer)


def _terms(paper: Mapping[str, Any], amended: Line) -> dict[str, Any]:
    """What the approval allowed up to this day."""
    return {"until": day_of(amended.at), "position": paper.get("position"), "sites": paper.get("sites", ())}


def _step(line: Line) -> dict[str, Any]:
    said = {name: line.data[name] for name in _STATED if name in line.data}
    match line.action:
        case "applied":
            return {**said, "status": "applied"}
        case "ended":
            return {**said, "status": "ended", "ended_on": line.data["ended_on"]}
    return {**said, "status": "approved", "ended_on": None}
