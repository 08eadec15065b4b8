"""How alerts, rules and sources look to a caller. The cause of a hold is in none of them. Pure."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from alerts.alert import Alert, Entry
from alerts.coverage import key_of
from alerts.explain import conditions
from alerts.facts import FACTS, WIB, Value
from alerts.facts.around import Around
from alerts.facts.source import sources
from alerts.rules import Rule
from alerts.snooze import bindable, hidden
from alerts.world import World
from contracts.messages import SourceChanged

__all__ = ["row_of", "rule_view", "snooze_rows", "source_view", "view_of"]


def row_of(alert: Alert, world: World) -> dict[str, Any]:
    """One line of a list."""
    rule = world.rules.rule(alert.rule, alert.rule_version)
    title = rule.title_of(alert.reading).model_dump() if rule else {"id": alert.rule, "en": alert.rule}
    return {
        "id": alert.id,
        "revision": alert.revision,
        "rule": alert.rule,
        "series": alert.series,
        "side": alert.side,
        "severity": alert.severity,
        "state": alert.state,
        "subject": alert.subject.model_dump(),
        "village": alert.village,
        "agencies": list(alert.agencies),
        "title": title,
        "opened_at": alert.opened_at,
        "updated_at": alert.updated_at,
        "reading": alert.reading,
        "evidence": list(alert.evidence),
        "behind": alert.behind,
    }


def snooze_rows(alert: Alert, agency: str, world: World) -> Iterable[dict[str, Any]]:
    """Each time this agency put an alert aside: bound to what, by whom, and what became of the alert meanwhile."""
    rule = world.rules.rule(alert.rule, alert.rule_version)
    for one in (snooze for snooze in alert.snoozes if snooze.agency == agency):
        yield {
            "alert": row_of(alert, world),
            "fact": {"name": one.fact, "value": _told(one.value), "label": _label(rule, one.fact)},
            "reason": one.reason,
            "by": one.by,
            "at": one.at,
            "until": one.until,
            "ended": one.ended,
            "hid": [_entry(entry) for entry in hidden(alert, one)],
        }


def view_of(alert: Alert, world: World, now: datetime) -> dict[str, Any]:
    """One alert in full."""
    rule = world.rules.rule(alert.rule, alert.rule_version)
    decision = alert.decision
    return row_of(alert, world) | {
        "legal": rule.legal.model_dump(mode="json") if rule else None,
        "wording": rule.wording.model_dump() if rule else None,
        "rule_version": alert.rule_version,
        "facts": [
            {"name": name, "value": _told(value), "label": _label(rule, name)} for name, value in alert.facts.items()
        ],
        "history": [_entry(entry) for entry in alert.history],
        "decision": decision and asdict(decision),
        "conditions": _conditions(alert, rule, now),
        "bindable": _bindable(alert, world),
        "clearing_sources": list(_clearing(rule, alert.village, world, now)) if rule else [],
    }


def _bindable(alert: Alert, world: World) -> list[dict[str, Any]]:
    compiled = world.rules.compiled.get(alert.rule)
    if compiled is None:
        return []
    return [
        {"name": name, "value": _told(alert.facts.get(name)), "label": _label(compiled.rule, name)}
        for name in bindable(compiled)
    ]


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "revision": entry.revision,
        "at": entry.at,
        "what": entry.what,
        "by": entry.by,
        "state": entry.state,
        "changed": [
            {"name": name, "before": _told(before), "after": _told(after)} for name, before, after in entry.changed
        ],
    }


def _conditions(alert: Alert, rule: Rule | None, now: datetime) -> list[dict[str, Any]]:
    found = conditions(rule, alert.facts, now) if rule else []
    for fact in (fact for one in found for fact in one["facts"]):
        fact["value"] = _told(fact["value"])
    return found


def _told(value: Value | None) -> Value | None:
    # Days begin and end in WIB here; a reader elsewhere sees which offset is meant.
    return value.astimezone(WIB).isoformat() if isinstance(value, datetime) else value


def _label(rule: Rule | None, name: str) -> dict[str, str]:
    fact = FACTS[rule.anchor].get(name) if rule else None
    return fact.label.model_dump() if fact else {"id": name, "en": name}


def _clearing(rule: Rule, village: str | None, world: World, now: datetime) -> Iterable[dict[str, Any]]:
    for source in world.clearing(rule.absence, village) if rule.absence else ():
        yield {
            "agency": source.agency,
            "source": source.source,
            "covered_until": _covered_until(source),
            "silent": _silent(source, world, now),
        }


def _covered_until(source: SourceChanged) -> datetime | None:
    return source.covers[-1][1] if source.covers else None


def _silent(source: SourceChanged, world: World, now: datetime) -> bool:
    rules = [one for series in world.rules.series("source").values() for one in series]
    for item in sources(source, Around(now, world.tables)):
        activation = world.rules.activation(item.anchor, item.facts)
        return any(one.fires(activation) for one in rules)
    return False


def source_view(source: SourceChanged, world: World, now: datetime) -> dict[str, Any]:
    """How fresh a source is."""
    return {
        "key": key_of(source),
        "agency": source.agency,
        "source": source.source,
        "clears": list(source.clears),
        "rhythm_hours": source.rhythm_hours,
        "last_heard_at": source.last_heard_at,
        "covered_until": _covered_until(source),
        "closed_until": source.closed_until,
        "silent": _silent(source, world, now),
    }


def rule_view(rule: Rule) -> dict[str, Any]:
    """One rule as its file says it, without its twins."""
    return rule.model_dump(mode="json", by_alias=True, exclude={"twins", "reading", "rank", "again"})
