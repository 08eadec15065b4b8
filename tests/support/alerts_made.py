"""Alerts as a test needs them, without a rule having fired."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from alerts.alert import Alert
from alerts.facts import WIB
from alerts.rulebook import load
from contracts.messages import Subject

RULES = load()
NOW = datetime(2026, 3, 5, tzinfo=WIB)


def alert(rule: str, subject: str = "p1", **fields: Any) -> Alert:
    known = RULES.compiled[rule].rule
    blank = Alert(
        id=f"{rule} {subject}",
        revision=1,
        rule=rule,
        rule_version=1,
        series=known.series,
        side=known.side,
        severity=known.severity,
        stage="open",
        subject=Subject(kind="person", id=subject),
        keeper=f"person:{subject}",
        anchor="k1",
        village=None,
        agencies=("imigrasi",),
        reading="",
        facts={},
        evidence=(),
        opened_at=NOW,
        updated_at=NOW,
    )
    return replace(blank, **fields)
