"""What becomes of one alert: pure. The situation as the rules see it, the alert as it stood, the alert as it is now."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from alerts.alert import DECIDED, LIVE, Alert, Changes
from alerts.coverage import unasked, waits_for
from alerts.facts import Item, Value
from alerts.rules import Compiled, Rule
from alerts.snooze import awake, settled
from alerts.world import World, told

__all__ = ["Situation", "before_its_time", "judge", "named", "orphaned", "put_on_hold", "waiting", "winner"]


@dataclass(frozen=True, slots=True)
class Situation:
    """One item at one moment, the key its alerts are tied to, who keeps them, and whether that one is on hold."""

    item: Item
    anchor: str
    keeper: str
    on_hold: bool
    now: datetime

    @property
    def facts(self) -> Mapping[str, Value]:
        return self.item.facts


def winner(compiled: Sequence[Compiled], activation: Any, current: Alert | None, now: datetime) -> Compiled | None:
    """The highest rule of a series that fires. An expired rule raises nothing, but keeps what it raised and stands."""
    for item in compiled:
        kept = current is not None and current.rule == item.rule.id and current.stage != "withdrawn"
        if (kept or item.active(now)) and item.fires(activation):
            return item
    return None


def waiting(rule: Rule, item: Item, world: World) -> frozenset[str]:
    """The sources a rule of absence still waits for; `*` when nothing at all clears it."""
    period = rule.absence.period(item.facts) if rule.absence else None
    if rule.absence is None or period is None:
        return frozenset()
    found = waits_for(world.clearing(rule.absence, item.village), period)
    return frozenset({"*"}) if found is None else found


def before_its_time(rule: Rule, item: Item, world: World) -> bool:
    """Whether what was not seen lies before any source that could have seen it began."""
    absence, period = rule.absence, rule.absence.period(item.facts) if rule.absence else None
    return absence is not None and period is not None and unasked(world.clearing(absence, item.village), period)


def judge(current: Alert | None, id: str, fired: Compiled | None, situation: Situation, world: World) -> Alert | None:
    """The alert after this judgement; the same object when nothing is new; none where there is nothing to raise."""
    if current is None:
        return None if fired is None else _opened(id, fired, situation, world)
    subject = situation.item.subjects.get(fired.rule.subject if fired else current.subject.kind, current.subject)
    current = current.moved(subject, situation.keeper, situation.now)
    if current.stage in DECIDED:
        return _noted(current, fired, situation, world)
    if fired is None:
        return _withdrawn(current, situation, world) if current.stage in LIVE else current
    return _updated(current, fired, situation, world)


def _opened(id: str, fired: Compiled, situation: Situation, world: World) -> Alert:
    blank = Alert(
        id=id,
        revision=world.floor,
        rule=fired.rule.id,
        rule_version=fired.rule.version,
        series=fired.rule.series,
        side=fired.rule.side,
        severity=fired.rule.severity,
        stage="open",
        subject=situation.item.subjects[fired.rule.subject],
        keeper=situation.keeper,
        anchor=situation.anchor,
        village=None,
        agencies=(),
        reading="",
        facts={},
        evidence=(),
        opened_at=situation.now,
        updated_at=situation.now,
    )
    return _shaped(blank, fired, situation, world).became("raised", situation.now)


def _shaped(alert: Alert, fired: Compiled, situation: Situation, world: World) -> Alert:
    rule, item = fired.rule, situation.item
    activation = world.rules.activation(rule.anchor, item.facts)
    shaped = replace(
        alert,
        rule=rule.id,
        rule_version=rule.version,
        side=rule.side,
        severity=fired.severity(activation),
        village=item.village,
        agencies=told(world.agencies, rule.id, item.village),
        reading=rule.reading.of(situation.facts) if rule.reading else "",
        facts=named(fired, situation.facts),
        evidence=item.evidence,
        held_for=frozenset(_causes(fired, situation, world)),
    )
    return settled(shaped, situation.facts, situation.now)


def _causes(fired: Compiled, situation: Situation, world: World) -> Iterator[str]:
    if situation.on_hold and fired.rule.yields:
        yield "hold"
    if waiting(fired.rule, situation.item, world):
        yield "coverage"
    if fired.rule.wait and fired.waits(world.rules.activation(fired.rule.anchor, situation.facts)):
        yield "rule"


def named(compiled: Compiled, facts: Mapping[str, Value]) -> dict[str, Value]:
    """Those of the facts that the rule rests on."""
    return {name: facts[name] for name in compiled.names if name in facts}


def _updated(current: Alert, fired: Compiled, situation: Situation, world: World) -> Alert:
    if current.stage == "withdrawn":
        return _shaped(replace(current, stage="open"), fired, situation, world).became("reopened", situation.now)
    shaped = _shaped(current, fired, situation, world)
    # More evidence of the same is no news; evidence that is gone is.
    if set(current.evidence) <= set(situation.item.evidence):
        shaped = replace(shaped, evidence=current.evidence)
    if _face(shaped) == _face(current):
        # A cause of a hold that came or went behind the same face must not show, not even as a revision.
        same = (shaped.held_for, shaped.snoozes) == (current.held_for, current.snoozes)
        return current if same else replace(current, held_for=shaped.held_for, snoozes=shaped.snoozes)
    if _face(replace(shaped, held_for=current.held_for)) != _face(current):
        # A hold alone is no news of the case itself, whatever its cause.
        shaped = replace(shaped, evidence=situation.item.evidence)
    return shaped.became(_what(current, shaped), situation.now, changed=_changed(current.facts, shaped.facts))


def _face(alert: Alert) -> tuple[object, ...]:
    return (
        alert.rule,
        alert.state,
        alert.severity,
        alert.village,
        alert.agencies,
        alert.reading,
        alert.facts,
        alert.evidence,
    )


def _what(before: Alert, after: Alert) -> str:
    if before.rule != after.rule:
        return "rule_changed"
    if before.state != after.state:
        return "held" if after.state == "held" else "resumed"
    return "changed"


def _changed(before: Mapping[str, Value], after: Mapping[str, Value]) -> Changes:
    names = [*before, *(name for name in after if name not in before)]
    return tuple((name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name))


def _withdrawn(current: Alert, situation: Situation, world: World) -> Alert:
    facts = _facts_of(current, situation, world)
    changed = _changed(current.facts, facts) or (("now", current.updated_at, situation.now),)
    compiled = world.rules.compiled.get(current.rule)
    if compiled is not None and compiled.stopped:
        changed = (("rule", "active", "stopped"),)
    gone = replace(awake(current, situation.now), stage="withdrawn", facts=facts, held_for=frozenset(), behind="")
    return gone.became("withdrawn", situation.now, changed=changed)


def orphaned(current: Alert, why: str, now: datetime) -> Alert:
    """What becomes of an alert whose anchor is gone, or turned out to be one that has its own alert."""
    if current.stage not in LIVE:
        return current
    gone = replace(awake(current, now), stage="withdrawn", held_for=frozenset(), behind="")
    return gone.became("withdrawn", now, changed=(("anchor", "known", why),))


def put_on_hold(current: Alert, world: World, now: datetime) -> Alert:
    """Held because its person is, before it is judged again; the same object where that is nothing new to it."""
    compiled = world.rules.compiled.get(current.rule)
    if current.stage not in LIVE or "hold" in current.held_for or compiled is None or not compiled.rule.yields:
        return current
    held = replace(current, held_for=current.held_for | {"hold"})
    return held if held.state == current.state else held.became("held", now)


def _facts_of(current: Alert, situation: Situation, world: World) -> dict[str, Value]:
    compiled = world.rules.compiled.get(current.rule)
    return named(compiled, situation.facts) if compiled else {}


def _noted(current: Alert, fired: Compiled | None, situation: Situation, world: World) -> Alert:
    """Never over a decision: the alert stands, and the decider sees that the ground has moved."""
    rule = fired.rule.id if fired else ""
    facts = named(fired, situation.facts) if fired else _facts_of(current, situation, world)
    before = current.noted or (current.rule, current.facts)
    if before == (rule, facts):
        return current
    noted = replace(current, noted=(rule, facts))
    if not rule and before[1] == facts:
        # Time has passed, nothing else: remembered (the occurrence is over), and no news for the decider.
        return noted
    changed = _changed(before[1], facts) or (("now", current.updated_at, situation.now),)
    return noted.became("new_evidence", situation.now, changed=changed)
