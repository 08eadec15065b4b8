"""Putting an alert aside while a fact stays what it is. What was put aside looks like any other alert on hold. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from alerts.alert import LIVE, Alert, Entry, Refused, Snooze
from alerts.facts import FACTS, Value
from alerts.rules import Compiled

__all__ = ["CAUSE", "active", "asleep", "awake", "bindable", "hidden", "settled", "woken"]

CAUSE = "snooze"


def active(alert: Alert) -> Snooze | None:
    """The snooze that has not ended."""
    return next((one for one in alert.snoozes if one.ended is None), None)


def bindable(compiled: Compiled) -> list[str]:
    """The facts that a snooze of this rule's alerts may be bound to: what the clock alone changes is none of them."""
    table = FACTS[compiled.rule.anchor]
    return [name for name in compiled.names if name in table and not table[name].moves]


def asleep(alert: Alert, snooze: Snooze) -> Alert:
    """Put aside. Nobody is named in its history: on hold has one face. Raises Refused."""
    if alert.stage not in LIVE or active(alert) is not None:
        raise Refused(alert.state)
    after = replace(alert, held_for=alert.held_for | {CAUSE}, snoozes=(*alert.snoozes, snooze))
    return after if alert.state == "held" else after.became("held", snooze.at)


def woken(alert: Alert, agency: str, at: datetime) -> Alert:
    """Taken up again by the agency that had put it aside. Raises Refused."""
    found = active(alert)
    if found is None or found.agency != agency:
        raise Refused(alert.state)
    after = replace(awake(alert, at), held_for=alert.held_for - {CAUSE})
    return after if after.state == "held" else after.became("resumed", at)


def awake(alert: Alert, at: datetime) -> Alert:
    """Its snooze, if there is one, is over."""
    if active(alert) is None:
        return alert
    return replace(alert, snoozes=tuple(one if one.ended else replace(one, ended=at) for one in alert.snoozes))


def settled(alert: Alert, facts: Mapping[str, Value], now: datetime) -> Alert:
    """On hold while its snooze lasts; the snooze lapses when its fact is another, in time, or by a higher severity."""
    found = active(alert)
    if found is None:
        return alert
    if facts.get(found.fact) != found.value or now >= found.until or alert.severity > found.severity:
        return awake(alert, now)
    return replace(alert, held_for=alert.held_for | {CAUSE})


def hidden(alert: Alert, snooze: Snooze) -> Sequence[Entry]:
    """What became of the alert while it was put aside."""
    end = snooze.ended or alert.updated_at
    return [entry for entry in alert.history if snooze.at < entry.at <= end and entry.what not in ("held", "resumed")]
