"""An alert: one thing that needs a human look, and how it may change."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from alerts.facts import Value
from contracts.messages import Subject

__all__ = ["DECIDED", "LIVE", "Alert", "Changes", "Decision", "Entry", "Refused", "Snooze", "Stage"]

Changes = tuple[tuple[str, Any, Any], ...]
Stage = Literal["open", "acknowledged", "in_review", "confirmed", "dismissed", "withdrawn"]
LIVE = frozenset({"open", "acknowledged", "in_review"})
DECIDED = frozenset({"confirmed", "dismissed"})
HISTORY = 100
COMMANDS: Mapping[str, tuple[frozenset[str], Stage]] = {
    "acknowledge": (frozenset({"open"}), "acknowledged"),
    "review": (frozenset({"open", "acknowledged"}), "in_review"),
}
DECIDABLE = frozenset({"acknowledged", "in_review"})


class Refused(Exception):
    """A command that the alert's state does not allow."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of history. `by` is empty for what the system did; `changed` names facts, before and after."""

    revision: int
    at: datetime
    what: str
    by: str
    state: str
    changed: Changes = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided, and why. `code` says it for the rule's figures; `case`: it was decided with that case.

    Reasons are bytes as they rest (`reasons.py`), and words where they are given or shown.
    """

    outcome: str
    reason: bytes | str
    by: str
    at: datetime
    code: str = ""
    case: str = ""


@dataclass(frozen=True, slots=True)
class Snooze:
    """Put aside while a fact stays what it is: not after `until`, and not once the alert is more urgent than it was."""

    fact: str
    value: Value | None
    severity: int
    reason: bytes | str
    by: str
    agency: str
    at: datetime
    until: datetime
    ended: datetime | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert as it stands. `held_for` is never shown: every cause has the same face.

    `keeper` is whose news it is judged by: a check of a person may make an alert about an employer. It stands `behind`
    another alert about the same subject while that one asks the larger question. `n` counts the writes of its row.
    """

    id: str
    revision: int
    rule: str
    rule_version: int
    series: str
    side: str
    severity: int
    stage: Stage
    subject: Subject
    keeper: str
    anchor: str
    village: str | None
    agencies: tuple[str, ...]
    reading: str
    facts: Mapping[str, Value]
    evidence: tuple[str, ...]
    opened_at: datetime
    updated_at: datetime
    held_for: frozenset[str] = frozenset()
    history: tuple[Entry, ...] = ()
    decision: Decision | None = None
    noted: tuple[str, Mapping[str, Value]] | None = field(default=None)
    """After a decision: the rule that would fire now (or empty) and the facts, as last noted."""
    snoozes: tuple[Snooze, ...] = ()
    behind: str = ""
    n: int = 0

    @property
    def state(self) -> str:
        """The state that every viewer sees."""
        return "held" if self.held_for and self.stage in LIVE else self.stage

    def became(self, what: str, at: datetime, *, by: str = "", changed: Changes = ()) -> "Alert":
        """The next revision of this alert, with a line of history."""
        revision = self.revision + 1
        entry = Entry(revision, at, what, by, self.state, changed)
        # The first line stays: when and how the alert came up.
        history = (*self.history, entry)
        if len(history) > HISTORY:
            history = (history[0], *history[1 - HISTORY :])
        return replace(self, revision=revision, updated_at=at, history=history)

    def commanded(self, command: str, by: str, at: datetime) -> "Alert":
        """Acknowledged or put under review. Raises Refused."""
        allowed, stage = COMMANDS[command]
        if self.state not in allowed:
            raise Refused(self.state)
        return replace(self, stage=stage).became(stage, at, by=by)

    def decided(self, decision: Decision) -> "Alert":
        """Confirmed or dismissed by a person. Raises Refused."""
        if self.state not in DECIDABLE:
            raise Refused(self.state)
        stage: Stage = "confirmed" if decision.outcome == "confirmed" else "dismissed"
        decided = replace(self, stage=stage, decision=decision, noted=(self.rule, self.facts))
        return decided.became(stage, decision.at, by=decision.by)

    def let_go(self, decision: Decision) -> "Alert":
        """Closed by the protection desk in any state: what lapsed has to be let go of too. Raises Refused."""
        if self.decision is not None:
            raise Refused(self.state)
        closed = replace(self, stage="dismissed", decision=decision, noted=(self.rule, self.facts))
        return closed.became("dismissed", decision.at, by=decision.by)

    def moved(self, subject: Subject, keeper: str, at: datetime) -> "Alert":
        """The same alert after a merge, kept by the person who lives on."""
        if self.subject == subject:
            return self if self.keeper == keeper else replace(self, keeper=keeper)
        return replace(self, subject=subject, keeper=keeper).became("subject_merged", at)
