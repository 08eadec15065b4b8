"""What the desk's rules say of a call or a screening. Judged when an officer looks: nothing of it is stored."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from alerts.desk import Desk
from alerts.facts.around import Around
from alerts.facts.matter import matters, read_event
from alerts.facts.table import day_of
from contracts.snapshots import PersonChanged

__all__ = ["NOW", "findings"]

NOW = 4
"""The severity of what cannot be read: a human looks at it at once."""


def findings(matter: str, event: Any, person: PersonChanged | None, desk: Desk, now: datetime) -> list[dict[str, Any]]:
    """Each rule that fires, the most urgent first; none for what cannot be read."""
    told = read_event(matter, event, deposited=_deposited(person, now))
    found = list(_fired(told, desk, now)) if told else []
    return sorted(found, key=lambda one: (-one["severity"], one["rule"]))


def _fired(told: Any, desk: Desk, now: datetime) -> Iterator[dict[str, Any]]:
    for item in matters(told, Around(now, desk.tables)):
        activation = desk.rules.activation(item.anchor, item.facts)
        for series in desk.rules.series(item.anchor).values():
            for one in series:
                if one.active(now) and one.fires(activation):
                    yield {
                        "rule": one.rule.id,
                        "severity": one.severity(activation),
                        "title": one.rule.title.model_dump(),
                        "wording": one.rule.wording.model_dump(),
                        "facts": [
                            {"name": name, "value": item.facts[name]} for name in one.names if name in item.facts
                        ],
                    }


def _deposited(person: PersonChanged | None, now: datetime) -> bool:
    """Whether a receipt accounts for each paper of an adult: a pass left at the post says nothing of a passport."""
    if person is None or (person.adult_on is not None and day_of(now) < person.adult_on):
        return False
    states = {document.state for document in person.documents}
    return "deposited" in states and "held" not in states
