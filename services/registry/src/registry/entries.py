"""An entry of the log as it is shown: who sent it and when, the form as received, its place in the chain. Pure."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from chassis.mongo import Document
from registry.cutting import filled
from registry.intake import TAPAL
from registry.lines import Line

__all__ = ["entry_view", "raw_form", "visible_paths"]

WITHHELD = ("listing_no",)
ABOUT = ("document", "new_document")
_HEADER = ("agency", "source", "kind", "action", "at", "received_at", "channel", "sequence", "outcome", "trace")


def visible_paths(lines: Iterable[Line]) -> set[str]:
    """Which parts of an event a reader of this person's dossier may see: those about this person, and no other's."""
    mine = [line for line in lines if not line.elsewhere]
    return {path for line in mine for path in (line.path or line.kind, *ABOUT)}


def raw_form(entry: Document, paths: set[str]) -> dict[str, Any] | None:
    """The event as received, its parts filled back in; what is not in `paths` stays empty. None for a citizen's."""
    parts = {part["path"]: part["bytes"] for part in entry["parts"] if part["path"] in paths}
    if entry["agency"] == TAPAL:
        return {path: json.loads(part) for path, part in parts.items()}
    if not entry["body"]:
        return None
    whole = filled(entry["body"], parts)
    return {**whole, "data": _without(whole.get("data"))}


def entry_view(entry: Document, paths: set[str], sealed: Mapping[str, Any] | None) -> dict[str, Any]:
    """What is shown of an entry; `sealed` says which block it is in, or that it still waits."""
    header = {name: entry[name] for name in _HEADER}
    return {"key": entry["_id"], **header, "raw": raw_form(entry, paths), "withheld": WITHHELD, "block": sealed}


def _without(data: Any) -> Any:
    return {name: value for name, value in data.items() if name not in WITHHELD} if isinstance(data, dict) else data
