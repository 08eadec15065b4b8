"""Opaque ids of what an event names besides persons and parties: a number or a phone, by a keyed hash. Pure."""

from collections.abc import Mapping
from typing import Any

from chassis.seal import Hasher
from registry.lines import Line
from registry.matching import normal_number

__all__ = ["refs_of"]


def refs_of(hasher: Hasher, header: Line, data: Mapping[str, Any]) -> dict[str, str]:
    """What rules may compare and nobody can read back. The number of a request is its agency's own."""
    found = {
        "phone": ("phone", data.get("contact_phone")),
        # Who depends on nobody's permit is the principal of those who depend on this one.
        "principal": ("permit", data.get("principal_permit_no") or data.get("permit_no")),
        "approval": ("approval", data.get("approval_no")),
        "request": ("request", data.get("request_no")),
    }
    mine = {"permit": ("phone", "principal"), "work": ("approval",), "lodging": ("request",)}.get(header.kind, ())
    return {name: _ref(hasher, header, *found[name]) for name in mine if found[name][1]}


def _ref(hasher: Hasher, header: Line, purpose: str, number: str | None) -> str:
    owner = (header.agency,) if purpose == "request" else ()
    return hasher.of(f"ref-{purpose}", *owner, normal_number(number or ""))
