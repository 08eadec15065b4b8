"""The question before every administrative action, of anyone: `proceed` or `wait`, same words and same delay. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

__all__ = ["ACTIONS", "Action", "Answer", "Ask", "State", "answered", "asked", "state_of"]

Action = Literal["detention", "hand_over", "administrative"]
Answer = Literal["proceed", "wait"]
State = Literal["pending", "proceed", "wait", "lapsed"]
ACTIONS: tuple[Action, ...] = ("detention", "hand_over", "administrative")


@dataclass(frozen=True)
class Ask:
    """One question: who asked for whom, before what, and from when there is an answer. The answer stands once given."""

    id: str
    person: str
    action: Action
    by: str
    agency: str
    asked_at: datetime
    answer_at: datetime
    answer: Answer | None = None
    given_to: str | None = None
    given_at: datetime | None = None
    valid_until: datetime | None = None


def asked(ask: Ask, delay: timedelta) -> Ask:
    """The question with the moment of its answer: the delay is the same for everyone."""
    return replace(ask, answer_at=ask.asked_at + delay)


def answered(ask: Ask, answer: Answer, to: str, at: datetime, valid: timedelta) -> Ask:
    """The question with its answer, good for so long. Nothing of why goes into it."""
    return replace(ask, answer=answer, given_to=to, given_at=at, valid_until=at + valid)


def state_of(ask: Ask, now: datetime) -> State:
    """How it stands. A lapsed answer is asked for again."""
    if ask.answer is None or ask.valid_until is None:
        return "pending"
    return ask.answer if now < ask.valid_until else "lapsed"
