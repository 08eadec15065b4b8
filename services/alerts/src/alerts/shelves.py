"""On which shelves an alert lies, so that a list reads what it shows and little else. Pure.

The database walks an index to the end of what it was given, so each filter of the lists has a shelf of its own, in the
order of the last change: all, a rule and a state, an agency and a state. Two more filters at once are read from the
narrower shelf and matched there. What watches the readers lies on a shelf that nobody else's list looks at.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Literal, get_args

from alerts.alert import Alert
from chassis import backwards
from chassis.backwards import Span

__all__ = [
    "ALL",
    "KEPT",
    "SAFEGUARD",
    "STATES",
    "State",
    "aside",
    "shelves_for",
    "shelves_of",
    "within",
]

State = Literal["open", "acknowledged", "in_review", "confirmed", "dismissed", "held", "withdrawn"]
ALL, SAFEGUARD = "all", "safeguard"
STATES: tuple[State, ...] = get_args(State)
KEPT = timedelta(weeks=104)
"""Alerts that have not changed for longer are no longer listed; they can still be read by id."""


def shelves_of(alert: Alert) -> list[str]:
    """Where it is found."""
    put_aside = sorted({aside(one.agency) for one in alert.snoozes})
    if alert.side == SAFEGUARD:
        return [SAFEGUARD, *put_aside]
    told = (_shelf("to", agency, alert.state) for agency in alert.agencies)
    return [ALL, _shelf("rule", alert.rule, alert.state), *told, *put_aside]


def shelves_for(rule: str | None, agency: str | None, state: State | None) -> Sequence[str]:
    """Where everything lies that a list asks for, and as little else as can be."""
    states = [state] if state else STATES
    if rule:
        return [_shelf("rule", rule, one) for one in states]
    return [_shelf("to", agency, one) for one in states] if agency else [ALL]


def aside(agency: str) -> str:
    """What this agency put aside, now or before."""
    return _shelf("aside", agency)


def within(span: Span, shelf: str) -> dict[str, Any]:
    """What changed in this time on a shelf, as the database is asked for it."""
    return {"shelf": shelf, **backwards.within(span)}


def _shelf(*parts: str) -> str:
    return " ".join(parts)
