"""From what is said of a subject, what is stored and the time to its alerts, and when to look again. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from alerts.alert import DECIDED, Alert
from alerts.anchors import Alias, alias_key, candidates, survivor
from alerts.facts import Item, Value
from alerts.inhibition import ranked
from alerts.judge import Situation, before_its_time, judge, named, orphaned, waiting, winner
from alerts.rules import Compiled
from alerts.snooze import active
from alerts.world import World
from contracts.messages import Subject

__all__ = ["FIRST", "Before", "Known", "Outcome", "decide", "handed_on"]

# A process may die just before it sees that a source has spoken meanwhile: look again without being told.
RECHECK = timedelta(hours=1)
FIRST = 1


@dataclass(frozen=True)
class Before:
    """What the same rules were last judged on, and when: what did not change since need not be judged again."""

    items: Sequence[Item]
    at: datetime

    def of(self, item: Item) -> Mapping[str, Value] | None:
        """The facts of the same thing then; none where it was not there, or where they rest on others as well."""
        if item.needs:
            return None
        same = (one for one in self.items if one.anchor == item.anchor and one.keys == item.keys)
        return next((one.facts for one in same), None)


@dataclass(frozen=True)
class Known:
    """What is stored: alerts by id, aliases by key, the ids that the keeper lists, the episodes beyond the first."""

    keeper: str
    alerts: Mapping[str, Alert]
    aliases: Mapping[str, Alias]
    listed: Sequence[str] = ()
    on_hold: bool = False
    episodes: Mapping[str, int] = field(default_factory=dict)
    before: Before | None = None

    @property
    def own(self) -> list[Alert]:
        """The alerts that it keeps itself."""
        found = (self.alerts.get(id) for id in self.listed)
        return [alert for alert in found if alert is not None and alert.keeper == self.keeper]


@dataclass(frozen=True)
class Outcome:
    """What follows: alerts that are new or not as they were, aliases to write, when to look again and for whom.

    `kept` are the ids of all its alerts, `keys` those of all its items, `episodes` all beyond the first.
    """

    alerts: tuple[Alert, ...] = ()
    kept: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    aliases: Mapping[str, Alias] = field(default_factory=dict)
    due: datetime | None = None
    waits: frozenset[str] = frozenset()
    episodes: Mapping[str, int] = field(default_factory=dict)


def as_old_as(outcome: Outcome, opened: Mapping[str, datetime]) -> Outcome:
    """The same, with what is made again as old as it was."""
    if not opened:
        return outcome
    since = {alert.id: min(alert.opened_at, opened.get(alert.id, alert.opened_at)) for alert in outcome.alerts}
    # What is as it was stays the same object.
    alerts = (
        alert if alert.opened_at == since[alert.id] else replace(alert, opened_at=since[alert.id])
        for alert in outcome.alerts
    )
    return replace(outcome, alerts=tuple(alerts))


def handed_on(known: Known, heir: Subject, keeper: str, now: datetime) -> tuple[Alert, ...]:
    """The alerts of a person who was merged away, kept by the person who lives on."""
    moved = (
        alert.moved(heir if alert.subject.kind == heir.kind else alert.subject, keeper, now) for alert in known.own
    )
    return _new(known.alerts, moved)


def decide(items: Iterable[Item], known: Known, world: World, now: datetime) -> Outcome:
    """Judge everything of one subject. Alerts of what is gone withdraw."""
    own, beside = known.own, list(items)
    judged = [
        _Judgement(item, beside, known, world, now).outcome()
        for item in beside
        # What is over and has no alert cannot come to have one by itself.
        if not item.over or own or any(alias_key(item.anchor, key) in known.aliases for key in item.keys)
    ]
    seen = {alert.id for outcome in judged for alert in outcome.alerts}
    gone = [orphaned(alert, "gone", now) for alert in own if alert.id not in seen]
    alerts = [*(alert for outcome in judged for alert in outcome.alerts), *gone]
    # What is gone may come back: by then its next episode has to be known for the next.
    episodes = {**known.episodes, **{name: n for outcome in judged for name, n in outcome.episodes.items()}}
    later = {world.id_of(series, anchor, n) for name, n in episodes.items() for series, anchor in [name.split(" ", 1)]}
    return Outcome(
        alerts=_new(known.alerts, ranked(alerts, known.alerts.values(), world.rules, now)),
        kept=tuple(sorted(seen | (later & known.alerts.keys()))),
        keys=tuple(alias_key(item.anchor, key) for item in beside for key in item.keys),
        aliases={key: alias for outcome in judged for key, alias in outcome.aliases.items()},
        due=min((outcome.due for outcome in judged if outcome.due), default=None),
        waits=frozenset().union(*(outcome.waits for outcome in judged)),
        episodes=episodes,
    )


def _new(before: Mapping[str, Alert], after: Iterable[Alert]) -> tuple[Alert, ...]:
    return tuple(alert for alert in after if before.get(alert.id) is not alert)


class _Judgement:
    """One item under judgement."""

    def __init__(self, item: Item, beside: Sequence[Item], known: Known, world: World, now: datetime) -> None:
        self._item, self._known, self._world, self._now = item, known, world, now
        anchors = candidates(item, beside, known.keeper, known.aliases)
        by_anchor = {anchor: self._alerts_at(anchor) for anchor in anchors}
        self._anchor = survivor(anchors, by_anchor, item.keys[0])
        self._current = {alert.series: alert for alert in by_anchor.get(self._anchor, ())}
        self._twins = [alert for anchor in anchors if anchor != self._anchor for alert in by_anchor[anchor]]

    def _alerts_at(self, anchor: str) -> list[Alert]:
        ids = [self._id(series, anchor)[0] for series in self._world.rules.series(self._item.anchor)]
        return [self._known.alerts[id] for id in ids if id in self._known.alerts]

    def _id(self, series: str, anchor: str) -> tuple[str, int]:
        episode = self._known.episodes.get(f"{series} {anchor}", FIRST)
        # Who was merged away kept count of theirs: whoever lives on has the alerts and not the number.
        while self._world.id_of(series, anchor, episode + 1) in self._known.alerts:
            episode += 1
        return self._world.id_of(series, anchor, episode), episode

    def outcome(self) -> Outcome:
        """Alerts of this item, changed or not; aliases only where there is an alert to find again."""
        on_hold = self._known.on_hold or self._item.on_hold
        situation = Situation(self._item, self._anchor, self._known.keeper, on_hold, self._now)
        activation = self._world.rules.activation(self._item.anchor, self._item.facts)
        alerts = [orphaned(alert, "same", self._now) for alert in self._twins]
        waits, episodes = self._item.needs, dict[str, int]()
        for series, compiled in self._touched():
            fired, alert, episode = self._judged(series, compiled, situation, activation)
            alerts += [alert] if alert is not None else []
            episodes |= {f"{series} {self._anchor}": episode} if episode > FIRST else {}
            if fired is not None and alert is not None and alert.stage not in DECIDED:
                waits |= waiting(fired.rule, self._item, self._world)
        again = [self._now + RECHECK] if waits - self._item.needs else []
        due = self._due([*again, *(found.until for alert in alerts if (found := active(alert)))])
        aliases = self._aliases() if alerts else {}
        return Outcome(tuple(alerts), aliases=aliases, due=due, waits=waits, episodes=episodes)

    def _touched(self) -> list[tuple[str, Sequence[Compiled]]]:
        """The series that may judge otherwise than before: those with an alert, and those whose facts are new."""
        rules, item, before = self._world.rules, self._item, self._known.before
        facts = before.of(item) if before and not self._twins else None
        if before is None or facts is None:
            return list(rules.series(item.anchor).items())
        names = self._current.keys() | rules.touched(item.anchor, facts, before.at, item.facts)
        return [(name, rules.series(item.anchor)[name]) for name in sorted(names) if name in rules.series(item.anchor)]

    def _judged(
        self, series: str, compiled: Sequence[Compiled], situation: Situation, activation: object
    ) -> tuple[Compiled | None, Alert | None, int]:
        current = self._current.get(series)
        able = [one for one in compiled if one.rule.subject in self._item.subjects]
        fired = winner(able, activation, current, self._now)
        if fired is None and current is None:
            return None, None, FIRST
        id, episode = self._id(series, self._anchor)
        if fired and current and fired.active(self._now) and _over(current, fired, self._item):
            current, episode = None, episode + 1
            id = self._world.id_of(series, self._anchor, episode)
        asked = None if fired is not None and before_its_time(fired.rule, self._item, self._world) else fired
        return fired, judge(current, id, asked, situation, self._world), episode

    def _aliases(self) -> dict[str, Alias]:
        alias = Alias(self._anchor, self._known.keeper)
        keys = (alias_key(self._item.anchor, key) for key in (*self._item.keys, self._anchor))
        return {key: alias for key in keys if self._known.aliases.get(key) != alias}

    def _due(self, again: Sequence[datetime]) -> datetime | None:
        if self._item.over:
            return None
        declared = self._world.rules.deadlines(self._item.anchor, self._item.facts)
        return min((at for at in (*declared, *self._item.moments, *again) if at > self._now), default=None)


def _over(alert: Alert, fired: Compiled, item: Item) -> bool:
    if alert.side == "protection" and alert.stage in DECIDED:
        return _is_new_ground(alert, fired, item)
    ended = alert.stage == "withdrawn" or (alert.stage in DECIDED and alert.noted is not None and not alert.noted[0])
    return ended and fired.rule.again == "new_episode"


def _is_new_ground(alert: Alert, fired: Compiled, item: Item) -> bool:
    """Whether more is seen than what an officer of the desk let go of: whoever is new was never let go."""
    rule, facts = alert.noted or (alert.rule, alert.facts)
    joined = item.anchor == "incident" and not set(item.evidence) <= set(alert.evidence)
    return not rule or joined or named(fired, item.facts) != facts
