"""What the system found against what it should have found."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median, quantiles
from typing import Any

from alerts.alert import LIVE, Alert
from region.places import WIB
from region.play import Played
from region.truth import Expected

__all__ = ["Found", "RuleScore", "found", "scored"]


@dataclass(frozen=True)
class Found:
    """One alert under one rule, from when to when; `opened` is when it was first not on hold."""

    alert: str
    rule: str
    events: frozenset[str]
    begins: datetime
    ends: datetime | None
    opened: datetime | None
    held_for: frozenset[str] = frozenset()


@dataclass
class RuleScore:
    """One rule's account. Times are hours from when the evidence was there."""

    should: int = 0
    found: int = 0
    missed: list[Expected] = field(default_factory=list)
    false: list[Found] = field(default_factory=list)
    withdrew: list[Found] = field(default_factory=list)
    """Raised without ground by what was known, and withdrawn by itself before the end."""
    late_evidence: int = 0
    """Rightly raised by what was known, and withdrawn when late evidence came."""
    held: Counter[str] = field(default_factory=Counter)
    hits: list[Found] = field(default_factory=list)
    raised: list[float] = field(default_factory=list)
    opened: list[float] = field(default_factory=list)

    def line(self) -> dict[str, Any]:
        hits, wrong = self.found, len(self.false)
        return {
            "should": self.should,
            "found": self.found,
            "missed": len(self.missed),
            "false": wrong,
            "precision": round(hits / (hits + wrong), 4) if hits + wrong else None,
            "recall": round(hits / self.should, 4) if self.should else None,
            "self_withdrawn": self.late_evidence + len(self.withdrew),
            "held": dict(self.held),
            "hours_to_raised": _cuts(self.raised),
            "hours_to_open": _cuts(self.opened),
        }


def _cuts(hours: Sequence[float]) -> list[float]:
    """Median and 95th percentile."""
    if len(hours) < 2:
        return [round(one, 1) for one in hours] * 2
    return [round(median(hours), 1), round(quantiles(hours, n=20, method="inclusive")[18], 1)]


def found(played: Played) -> list[Found]:
    """Every alert cut into the spells in which one rule had it."""
    told: dict[str, list[dict[str, Any]]] = {}
    for change in played.heard.alerts:
        told.setdefault(change["alert"], []).append(change)
    spells: list[Found] = []
    for alert in played.alerts:
        changes = {change["revision"]: change for change in told.get(alert.id, ())}
        events = frozenset(_named(alert, played.keys))
        spells += _spells(alert, _history(alert, changes), events)
    # What comes up and goes within one step of the clock is a matter of the steps.
    return [spell for spell in (*spells, *_matters(played)) if spell.begins != spell.ends]


def _matters(played: Played) -> Iterable[Found]:
    """What the protection desk finds in a matter, it finds when it looks."""
    for task in played.tasks:
        for finding in task["findings"] if task["id"] in played.keys else ():
            at = datetime.fromisoformat(task["received_at"])
            yield Found(task["id"], finding["rule"], frozenset({played.keys[task["id"]]}), at, None, at)


def _named(alert: Alert, keys: Mapping[str, str]) -> Iterable[str]:
    yield from (keys[key] for key in alert.evidence if key in keys)
    if alert.subject.kind == "source":
        yield alert.subject.id
    if alert.subject.id in keys:
        yield keys[alert.subject.id]
    if (first := alert.anchor.split("/")[-1]) in keys:
        yield keys[first]


def _history(alert: Alert, changes: Mapping[int, dict[str, Any]]) -> list[tuple[datetime, str, str]]:
    """When, rule, state: as announced; by the alert's own history where it is told to the desk alone."""
    if changes:
        ordered = [changes[revision] for revision in sorted(changes)]
        return [(datetime.fromisoformat(one["updated_at"]), one["rule"], one["state"]) for one in ordered]
    return [(entry.at, alert.rule, entry.state) for entry in alert.history]


def _spells(alert: Alert, history: Sequence[tuple[datetime, str, str]], events: frozenset[str]) -> Iterable[Found]:
    begun: tuple[str, datetime, datetime | None] | None = None
    for at, rule, state in history:
        live = state != "withdrawn"
        if begun and (not live or begun[0] != rule):
            yield Found(alert.id, begun[0], events, begun[1], at, begun[2])
            begun = None
        if live:
            rule_, begins, opened = begun or (rule, at, None)
            begun = (rule_, begins, opened or (at if state != "held" else None))
    if begun:
        held = alert.held_for if alert.stage in LIVE else frozenset()
        yield Found(alert.id, begun[0], events, begun[1], None, begun[2], held)


def scored(due: Sequence[Expected], hindsight: Sequence[Expected], seen: Sequence[Found]) -> dict[str, RuleScore]:
    """By rule. `hindsight` is what should have come up had every report arrived at once."""
    scores: dict[str, RuleScore] = {}
    spells = _by_event(seen)
    late = {(one.rule, event) for one in hindsight for event in one.events}
    matched, standing = set[int](), set[int]()
    for one in due:
        score = scores.setdefault(one.rule, RuleScore())
        score.should += 1
        mine = [spell for spell in _candidates(one, spells) if _touch(one, spell)]
        mine = [spell for spell in mine if one.ends is not None or spell.ends is None]
        if not mine:
            score.missed.append(one)
            continue
        score.found += 1
        matched |= {id(spell) for spell in mine}
        standing |= {id(_longest(mine))} if one.ends is None else set()
        score.hits += mine
        _account(score, one, mine, late)
    for spell in seen:
        # What should have ended and goes on is as wrong as what should never have been.
        if id(spell) not in (standing if spell.ends is None else matched):
            score = scores.setdefault(spell.rule, RuleScore())
            (score.false if spell.ends is None else score.withdrew).append(spell)
    return scores


def _longest(mine: Sequence[Found]) -> Found:
    """The one that is right of several that stand about the same: the others are one too many."""
    return min((spell for spell in mine if spell.ends is None), key=lambda spell: spell.begins)


def _account(score: RuleScore, one: Expected, mine: Sequence[Found], late: set[tuple[str, str]]) -> None:
    first = min(mine, key=lambda spell: spell.begins)
    score.raised.append(_hours(one.begins, first.begins))
    if opened := min((spell.opened for spell in mine if spell.opened), default=None):
        score.opened.append(_hours(one.begins, opened))
    if one.ends is None:
        score.held += Counter(min("+".join(sorted(spell.held_for)) for spell in mine if spell.ends is None).split())
    elif not any((one.rule, event) in late for event in one.events):
        score.late_evidence += 1


def _by_event(seen: Iterable[Found]) -> dict[tuple[str, str], list[Found]]:
    spells: dict[tuple[str, str], list[Found]] = {}
    for spell in seen:
        for event in spell.events:
            spells.setdefault((spell.rule, event), []).append(spell)
    return spells


def _candidates(one: Expected, spells: Mapping[tuple[str, str], list[Found]]) -> list[Found]:
    near = [spell for event in one.events for spell in spells.get((one.rule, event), ())]
    return list({id(spell): spell for spell in near}.values())


SLACK = timedelta(hours=24)
"""How much longer than it should an alert may take to come up, where it should end again."""


def _touch(one: Expected, spell: Found) -> bool:
    begins, ends = spell.begins.astimezone(WIB), spell.ends.astimezone(WIB) if spell.ends else None
    return (one.ends is None or begins <= one.ends + SLACK) and (ends is None or ends >= one.begins)


def _hours(begins: datetime, at: datetime) -> float:
    return max(0.0, (at - begins).total_seconds() / 3600)
