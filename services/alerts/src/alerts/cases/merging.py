"""Two cases become one, and two again: each keeps what it brought, as a part of its own. Pure."""

from collections.abc import Collection
from typing import Any

from alerts.cases.case import ITEMS, Case, Part
from alerts.cases.record import By, CaseRefused

__all__ = ["merged", "unmerged"]


def merged(case: Case, other: Case, by: By) -> tuple[Case, Case]:
    """The survivor with the other's parts, and the other as it will be given back. Raises CaseRefused."""
    if case.id == other.id:
        raise CaseRefused("same_case")
    for one in (case, other):
        if one.state != "open":
            raise CaseRefused("wrong_case_state", state=one.state)
        if one.offered is not None:
            raise CaseRefused("offer_pending")
    if case.agency != other.agency:
        raise CaseRefused("other_holder")
    survivor = case.became("merged", by, parts=case.parts + other.parts)
    return survivor, other.became("merged_away", by, state="merged", merged_into=case.id)


def unmerged(case: Case, other: Case, move: Collection[str], by: By) -> tuple[Case, Case]:
    """Both as they were, with the work done on their parts since. What came since stays, but for what `move` names.

    The clocks of the case that is given back stood still meanwhile. Raises CaseRefused.
    """
    if case.state != "open":
        raise CaseRefused("wrong_case_state", state=case.state)
    if other.state != "merged" or other.merged_into != case.id:
        raise CaseRefused("not_merged")
    brought = {part.id for part in other.parts}
    mine = tuple(part for part in case.parts if part.id not in brought)
    theirs = tuple(part for part in case.parts if part.id in brought)
    if unknown := set(move) - set(_names(mine[0])):
        raise CaseRefused("unknown_item", items=sorted(unknown))
    stays, goes = _divided(mine[0], frozenset(move))
    back = (_joined(theirs[0], goes), *theirs[1:])
    if not _about_something((stays, *mine[1:])):
        raise CaseRefused("about_nothing")
    return (
        case.became("unmerged", by, parts=(stays, *mine[1:])),
        other.became("given_back", by, state="open", merged_into=None, parts=back, **_resumed(case, other, by)),
    )


def _resumed(case: Case, other: Case, by: By) -> dict[str, Any]:
    paused = by.at - other.updated_at
    times = {"waiting_since": other.waiting_since + paused, "running_since": other.running_since + paused}
    same = case.agency == other.agency
    return {**times, "agency": case.agency, "officer": other.officer if same else None}


def _names(part: Part) -> set[str]:
    """What may be moved, by name: groups, pinned alerts, tasks and papers."""
    items = {item.id for field in ITEMS for item in getattr(part, field)}
    return items | {f"{group.kind}:{group.id}" for group in part.groups} | {f"alert:{id}" for id in part.pinned}


def _divided(part: Part, move: frozenset[str]) -> tuple[Part, Part]:
    """What stays and what goes."""
    named: dict[str, list[tuple[str, Any]]] = {
        field: [(one.id, one) for one in getattr(part, field)] for field in ITEMS
    }
    named["groups"] = [(f"{group.kind}:{group.id}", group) for group in part.groups]
    named["pinned"] = [(f"alert:{id}", id) for id in part.pinned]
    stays = {field: tuple(one for name, one in pairs if name not in move) for field, pairs in named.items()}
    goes = {field: tuple(one for name, one in pairs if name in move) for field, pairs in named.items()}
    return part.model_copy(update=stays), part.model_copy(update=goes)


def _joined(part: Part, more: Part) -> Part:
    fields = ("groups", "pinned", *ITEMS)
    return part.model_copy(
        update={name: tuple(dict.fromkeys((*getattr(part, name), *getattr(more, name)))) for name in fields}
    )


def _about_something(parts: Collection[Part]) -> bool:
    return any(part.groups or part.pinned for part in parts)
