"""From a snapshot, what is stored and the time to the alerts, the next moment to look, and what is waited for. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.alert import DECIDED, Alert
from alerts.anchors import Alias, candidates, survivor
from alerts.coverage import key_of
from alerts.facts import Value, of_source, of_stay, source_moments, stay_evidence, stay_moments
from alerts.judge import Situation, World, judge, orphaned, waiting, winner
from alerts.rules import Compiled
from contracts.messages import SourceChanged, Subject
from contracts.snapshots import PersonChanged, Stay

__all__ = ["Known", "Outcome", "decide_person", "decide_source", "ids_of"]

# A source may have spoken just when the alert that waits for it was written: look again without being told.
RECHECK = timedelta(hours=1)
ONLY = 1


@dataclass(frozen=True)
class Known:
    """What is stored about a person: alerts by id, aliases by key of a stay, the ids of the person's own alerts."""

    alerts: Mapping[str, Alert]
    aliases: Mapping[str, Alias]
    listed: Sequence[str] = ()
    on_hold: bool = False


@dataclass(frozen=True)
class Outcome:
    """What follows: alerts that are new or not as they were, aliases to write, when to look again and for whom."""

    alerts: tuple[Alert, ...] = ()
    aliases: Mapping[str, Alias] | None = None
    due: datetime | None = None
    waits: frozenset[str] = frozenset()


def ids_of(anchors: Iterable[str], world: World) -> list[str]:
    """The ids of every alert that stays with these anchors can have."""
    return [world.id_of(series, anchor, ONLY) for anchor in anchors for series in world.rules.series("person")]


def decide_person(person: PersonChanged, known: Known, world: World, now: datetime) -> Outcome:
    """Judge every stay of a person; alerts of stays that are gone withdraw; a tombstone hands its alerts on."""
    own = [known.alerts[id] for id in known.listed if id in known.alerts]
    own = [alert for alert in own if alert.subject.id == person.person]
    if person.merged_into is not None:
        heir = Subject(kind="person", id=person.merged_into)
        return Outcome(_new(known.alerts, [alert.moved(heir, now) for alert in own]))
    judged = [
        outcome
        for stay in person.stays
        # A closed stay without an alert cannot come to have one by itself.
        if stay.closed_on is None or own or any(key in known.aliases for key in stay.keys)
        for outcome in [_Stay(person, stay, known, world, now).outcome()]
    ]
    seen = {alert.id for outcome in judged for alert in outcome.alerts}
    gone = [orphaned(alert, "gone", now) for alert in own if alert.id not in seen]
    return Outcome(
        alerts=_new(known.alerts, [*(alert for outcome in judged for alert in outcome.alerts), *gone]),
        aliases={key: alias for outcome in judged for key, alias in (outcome.aliases or {}).items()},
        due=min((outcome.due for outcome in judged if outcome.due), default=None),
        waits=frozenset().union(*(outcome.waits for outcome in judged)),
    )


def _new(before: Mapping[str, Alert], after: Iterable[Alert]) -> tuple[Alert, ...]:
    return tuple(alert for alert in after if before.get(alert.id) is not alert)


class _Stay:
    """One stay under judgement."""

    def __init__(self, person: PersonChanged, stay: Stay, known: Known, world: World, now: datetime) -> None:
        self._person, self._stay, self._known, self._world, self._now = person, stay, known, world, now
        anchors = candidates(stay, person, known.aliases)
        by_anchor = {anchor: self._alerts_at(anchor) for anchor in anchors}
        self._anchor = survivor(anchors, by_anchor, stay.keys[0])
        self._twins = [alert for anchor in anchors if anchor != self._anchor for alert in by_anchor[anchor]]

    def _alerts_at(self, anchor: str) -> list[Alert]:
        return [self._known.alerts[id] for id in ids_of([anchor], self._world) if id in self._known.alerts]

    def outcome(self) -> Outcome:
        """Alerts of this stay, changed or not; aliases only where there is an alert to find again."""
        facts = of_stay(self._person, self._stay, self._now)
        situation = Situation(
            subject=Subject(kind="person", id=self._person.person),
            anchor=self._anchor,
            facts=facts,
            evidence=stay_evidence(self._person, self._stay),
            village=self._stay.village,
            on_hold=self._known.on_hold,
            now=self._now,
        )
        alerts, waits = self._judged(situation)
        alerts += [orphaned(alert, "same_stay", self._now) for alert in self._twins]
        due = self._due(facts, waits)
        return Outcome(tuple(alerts), self._aliases() if alerts else {}, due, waits)

    def _judged(self, situation: Situation) -> tuple[list[Alert], frozenset[str]]:
        activation = self._world.rules.activation("person", situation.facts)
        alerts: list[Alert] = []
        waits: frozenset[str] = frozenset()
        for series, compiled in self._world.rules.series("person").items():
            id = self._world.id_of(series, self._anchor, ONLY)
            current = self._known.alerts.get(id)
            fired = winner(compiled, activation, current, self._now)
            after = judge(current, id, fired, situation, self._world)
            if after is not None:
                alerts.append(after)
            if fired is not None and after is not None and after.stage not in DECIDED:
                waits |= waiting(fired.rule, situation.facts, self._world.sources)
        return alerts, waits

    def _aliases(self) -> dict[str, Alias]:
        alias = Alias(self._anchor, self._person.person)
        return {key: alias for key in (*self._stay.keys, self._anchor) if self._known.aliases.get(key) != alias}

    def _due(self, facts: Mapping[str, Value], waits: frozenset[str]) -> datetime | None:
        if self._stay.closed_on is not None:
            return None
        moments = stay_moments(self._person, self._stay)
        moments += [self._now + RECHECK] if waits else []
        return _next(self._world.rules.series("person").values(), facts, moments, self._now)


def _next(
    series: Iterable[Sequence[Compiled]], facts: Mapping[str, Value], moments: Iterable[datetime], now: datetime
) -> datetime | None:
    declared = [
        start + offset
        for compiled in series
        for item in compiled
        if item.rule.deadline and isinstance(start := facts.get(item.rule.deadline.from_), datetime)
        for offset in item.rule.deadline.offsets
    ]
    return min((moment for moment in (*declared, *moments) if moment > now), default=None)


def decide_source(
    source: SourceChanged, current: Alert | None, episode: int, world: World, now: datetime
) -> tuple[Outcome, int]:
    """Judge one source; also says which episode of silence this is."""
    facts = of_source(source, now)
    activation = world.rules.activation("source", facts)
    village = _village_of(source, world)
    key = key_of(source)
    situation = Situation(Subject(kind="source", id=key), key, facts, (), village, on_hold=False, now=now)
    alerts: list[Alert] = []
    for series, compiled in world.rules.series("source").items():
        fired = winner(compiled, activation, current, now)
        if fired is not None and current is not None and _over(current, fired):
            current, episode = None, episode + 1
        after = judge(current, world.id_of(series, key, episode), fired, situation, world)
        alerts += [after] if after is not None and after is not current else []
    due = _next(world.rules.series("source").values(), facts, source_moments(source), now)
    return Outcome(tuple(alerts), due=due), episode


def _over(alert: Alert, fired: Compiled) -> bool:
    ended = alert.stage == "withdrawn" or (alert.stage in DECIDED and alert.noted is not None and not alert.noted[0])
    return ended and fired.rule.again == "new_episode"


def _village_of(source: SourceChanged, world: World) -> str | None:
    found = [
        item.village
        for agency in world.agencies
        if agency.code == source.agency
        for item in agency.sources
        if item.code == source.source
    ]
    return found[0] if found else None
