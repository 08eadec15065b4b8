"""Why a person is looked at: an order, an alert, a case, a doubtful pair, an emergency, the desk's list, a matter."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from chassis.errors import Problem

__all__ = ["DESK", "NO_PURPOSE", "OPEN_STATES", "Kind", "Purpose", "is_about", "is_open", "parse"]


class Kind(StrEnum):
    """The kinds of purpose."""

    NONE = "none"
    DESK = "desk"
    ORDER = "order"
    ALERT = "alert"
    CASE = "case"
    MATTER = "matter"
    REVIEW = "review"
    EMERGENCY = "emergency"


@dataclass(frozen=True)
class Purpose:
    """A purpose and what it points to: the order's number, the alert, the matter."""

    kind: Kind
    reference: str = ""

    def __str__(self) -> str:
        if self.kind is Kind.NONE:
            return ""
        return f"{self.kind}:{self.reference}" if self.reference else str(self.kind)


NO_PURPOSE = Purpose(Kind.NONE)
DESK = Purpose(Kind.DESK)
OPEN_STATES = frozenset({"open", "acknowledged", "in_review", "held"})
REFERENCES: Mapping[Kind, re.Pattern[str]] = {
    Kind.DESK: re.compile(r""),
    Kind.ORDER: re.compile(r"[0-9A-Za-z][0-9A-Za-z./ -]{2,79}"),
    Kind.ALERT: re.compile(r"[0-9A-Za-z_-]{1,80}"),
    Kind.CASE: re.compile(r"[0-9A-Za-z_-]{1,80}"),
    Kind.MATTER: re.compile(r"[0-9A-Za-z_-]{1,80}"),
    Kind.REVIEW: re.compile(r"[0-9A-Za-z_-]{1,80}"),
    Kind.EMERGENCY: re.compile(r"[0-9A-Za-z_-]{1,80}"),
}


def parse(header: str | None) -> Purpose:
    """The purpose that a `Tapal-Purpose` header names; none without one. Raises Problem 400 for any other text."""
    if header is None or not header.strip():
        return NO_PURPOSE
    name, _, reference = header.strip().partition(":")
    kinds = {kind.value: kind for kind in REFERENCES}
    kind = kinds.get(name)
    if kind is None or not REFERENCES[kind].fullmatch(reference.strip()):
        raise Problem(
            400,
            "bad_purpose",
            id="Tapal-Purpose harus order:<nomor>, desk, atau alert, case, review, matter, emergency dengan :<id>.",
            en="Tapal-Purpose must be order:<number>, desk, or alert, case, review, matter, emergency with :<id>.",
        )
    return Purpose(kind, reference.strip())


def is_open(alert: Mapping[str, Any]) -> bool:
    """Whether somebody still works on this alert."""
    return alert.get("state") in OPEN_STATES


def is_about(alert: Mapping[str, Any], id: str, kind: str = "person") -> bool:
    """Whether this alert, still open, is a reason to look at this person, or at a subject of another kind."""
    subject = alert.get("subject") or {}
    return is_open(alert) and subject.get("kind") == kind and subject.get("id") == id
