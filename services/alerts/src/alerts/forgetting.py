"""What is left of an alert when the person it is about is erased, or long after it was dismissed. Pure."""

from dataclasses import replace
from datetime import datetime

from alerts.alert import LIVE, Alert
from contracts.messages import Subject

__all__ = ["unlinked"]


def unlinked(alert: Alert, now: datetime) -> Alert:
    """That there was an alert of this rule, when, and how it ended: not about whom, on what grounds, nor in what words.

    One that is still open ends: there is nothing left to look at.
    """
    ended = replace(alert, stage="withdrawn") if alert.stage in LIVE else alert
    decision = replace(alert.decision, reason="", by="") if alert.decision else None
    bare = replace(
        ended,
        subject=Subject(kind=alert.subject.kind, id=""),
        keeper="",
        anchor="",
        reading="",
        facts={},
        evidence=(),
        held_for=frozenset(),
        history=(),
        decision=decision,
        noted=None,
        snoozes=(),
        behind="",
    )
    return bare.became("unlinked", now)
