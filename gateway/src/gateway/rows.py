"""Which alerts somebody may see, and which names may stand beside them. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gateway.policy import Action, may_ever
from gateway.purpose import OPEN_STATES
from gateway.viewers import Viewer

__all__ = ["grouped", "is_visible", "named_persons", "visible", "with_names"]

Row = Mapping[str, Any]


def is_visible(viewer: Viewer, row: Row) -> bool:
    """Whether this alert concerns the viewer's agency. Protection alerts are never on this side of the house.

    What watches the readers is for those who watch over data protection, whatever the agency, and for nobody else.
    """
    if row.get("side") == "safeguard":
        return may_ever(viewer.role, Action.WATCH_READERS)
    agencies: Iterable[str] = row.get("agencies") or ()
    return (
        may_ever(viewer.role, Action.READ_ALERTS)
        and row.get("side") not in (None, "protection")
        and viewer.agency in agencies
    )


def visible(viewer: Viewer, rows: Iterable[Row]) -> list[Row]:
    """The rows the viewer may see, in their order."""
    return [row for row in rows if is_visible(viewer, row)]


def grouped(rows: Sequence[Row]) -> list[Row]:
    """The rows of one subject together, in the order of its first; what stands behind another comes last."""
    order = {_of(row): place for place, row in reversed(list(enumerate(rows)))}
    return sorted(rows, key=lambda row: (order[_of(row)], bool(row.get("behind"))))


def _of(row: Row) -> tuple[str, str]:
    return row["subject"]["kind"], row["subject"]["id"]


def named_persons(rows: Iterable[Row]) -> list[str]:
    """The persons of open alerts, each once: closed alerts are shown without a name."""
    subjects = [row["subject"] for row in rows if row["state"] in OPEN_STATES]
    return list(dict.fromkeys(item["id"] for item in subjects if item["kind"] == "person"))


def with_names(rows: Sequence[Row], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """The rows, each with the name of its subject or none."""
    wanted = set(named_persons(rows))
    return [
        {
            **row,
            "subject_name": names.get(row["subject"]["id"])
            if row["state"] in OPEN_STATES and row["subject"]["id"] in wanted
            else None,
        }
        for row in rows
    ]
