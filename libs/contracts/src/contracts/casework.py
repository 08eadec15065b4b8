"""What people do with a case, step by step: the same words at the gateway and inside. Opaque ids; texts are notes."""

from typing import Annotated, Literal, get_args

from pydantic import AwareDatetime, Field, StringConstraints

from contracts.case_terms import (
    Agency,
    Basis,
    Code,
    Conference,
    Group,
    Id,
    Line,
    Officer,
    Outcome,
    TaskKind,
    Text,
    Words,
)

__all__ = [
    "STEP_NAMES",
    "Accept",
    "Amend",
    "Assess",
    "Assign",
    "Attach",
    "Begin",
    "Cancel",
    "CaseStep",
    "Close",
    "Finish",
    "Merge",
    "Note",
    "Offer",
    "OpenCase",
    "Pin",
    "Plan",
    "Regroup",
    "Reopen",
    "SendBack",
    "TakeUp",
    "Unmerge",
    "Verdict",
]


class OpenCase(Words):
    """A new case, of the agency that opens it."""

    groups: tuple[Group, ...] = Field((), max_length=50)
    pinned: tuple[Id, ...] = Field((), max_length=200, description="Ids of alerts")
    officer: Officer | None = None
    once: Id | None = Field(None, description="Chosen by the caller for this wish: sent again it opens no second case")


class TakeUp(Words):
    """An officer of the holder begins to work on it."""

    step: Literal["take_up"]


class Assign(Words):
    """The holder names another officer, who has to take it up."""

    step: Literal["assign"]
    officer: Officer | None


class Regroup(Words):
    """Add and remove what alerts come together by."""

    step: Literal["group"]
    add: tuple[Group, ...] = Field((), max_length=50)
    remove: tuple[Group, ...] = Field((), max_length=50)


class Pin(Words):
    """Add and remove single alerts."""

    step: Literal["pin"]
    add: tuple[Id, ...] = Field((), max_length=200)
    remove: tuple[Id, ...] = Field((), max_length=200)


class Offer(Words):
    """Offer the case to another agency; it stays with the holder until that one accepts."""

    step: Literal["offer"]
    agency: Agency
    reason: Text


class Accept(Words):
    """The agency that was offered the case takes it over."""

    step: Literal["accept"]
    officer: Officer | None = None


class SendBack(Words):
    """The offer is not accepted; or the holder takes it back."""

    step: Literal["return"]
    reason: Text


class Plan(Words):
    """A task, of the holder or another agency. Basis and conference may follow, before it begins."""

    step: Literal["plan"]
    kind: TaskKind
    agency: Agency | None = Field(None, description="None: the holder")
    officer: Officer | None = None
    due: AwareDatetime
    what: Text
    action: Literal["detention", "hand_over", "administrative"] = "administrative"
    basis: Basis | None = None
    conference: Conference | None = None


class Amend(Words):
    """What changes or was missing; what is left out stays."""

    step: Literal["amend"]
    task: Id
    due: AwareDatetime | None = None
    officer: Officer | None = None
    basis: Basis | None = None
    conference: Conference | None = None


class Begin(Words):
    """Work on a task begins: now it must have what it needs."""

    step: Literal["begin"]
    task: Id


class Finish(Words):
    """A task is done, with its result."""

    step: Literal["finish"]
    task: Id
    result: Text


class Cancel(Words):
    """A task is not done, with the reason."""

    step: Literal["cancel"]
    task: Id
    reason: Text


class Note(Words):
    """A note for whoever works on the case."""

    step: Literal["note"]
    text: Text


class Assess(Words):
    """An intelligence note: an assessment, graded, that ends. No rule can read it."""

    step: Literal["assess"]
    text: Text
    reliability: Literal["A", "B", "C", "D", "E", "F"] = Field(description="Of the source; F cannot be judged")
    credibility: int = Field(ge=1, le=6, description="Of the information; 6 cannot be judged")
    expires_at: AwareDatetime


class Attach(Words):
    """A paper that lies elsewhere: where, and the digest of its bytes."""

    step: Literal["attach"]
    title: Line
    reference: Line
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Verdict(Words):
    """Why an alert of the case is done with, as it was seen."""

    alert: Id
    revision: int = Field(gt=0)
    code: Code


class Close(Words):
    """The case is over. Each of its alerts that is undecided and not on hold needs a verdict."""

    step: Literal["close"]
    outcome: Outcome
    reason: Text
    verdicts: tuple[Verdict, ...] = Field((), max_length=500)


class Reopen(Words):
    """A closed case is worked on again. What was decided about alerts stands."""

    step: Literal["reopen"]
    reason: Text


class Merge(Words):
    """Take another case of the same holder into this one."""

    step: Literal["merge"]
    other: Id
    other_revision: int = Field(gt=0)


class Unmerge(Words):
    """Give a case back that was merged into this one. `move`: ids of what came since and goes with it."""

    step: Literal["unmerge"]
    other: Id
    move: tuple[str, ...] = Field((), max_length=500)


CaseStep = (
    TakeUp | Assign | Regroup | Pin | Offer | Accept | SendBack | Plan | Amend | Begin | Finish | Cancel
    | Note | Assess | Attach | Close | Reopen | Merge | Unmerge
)  # fmt: skip
STEP_NAMES: tuple[str, ...] = tuple(get_args(step.model_fields["step"].annotation)[0] for step in get_args(CaseStep))
