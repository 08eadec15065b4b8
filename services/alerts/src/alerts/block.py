"""What one batch touches, in memory: news comes in, judgements are made, and what changed is known. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from alerts.alert import Alert
from alerts.anchors import Alias
from alerts.coverage import key_of
from alerts.decide import Known, Outcome, decide_person, decide_source, ids_of
from alerts.documents import NEVER, PersonState, SourceState
from alerts.judge import World
from alerts.rules import Ruleset
from contracts.agencies import Agency
from contracts.messages import HoldChanged, SourceChanged
from contracts.snapshots import Origin, PersonChanged

__all__ = ["Block", "Desk", "News"]

# After a merge the heir is looked at again on its own, should its own news have come before the tombstone.
HEIR_AFTER = timedelta(minutes=1)


@dataclass(frozen=True)
class Desk:
    """What stays the same from batch to batch."""

    rules: Ruleset
    agencies: Sequence[Agency]
    id_of: Callable[[str, str, int], str]

    def sources(self) -> dict[str, SourceState]:
        """Every source of the agency files, as if nothing had been heard of it yet."""
        return {key: SourceState(key) for key in self._blank()}

    def _blank(self) -> dict[str, SourceChanged]:
        return {
            f"{agency.code}/{item.code}": SourceChanged(
                agency=agency.code, source=item.code, version=0, clears=item.clears, rhythm_hours=item.rhythm_hours
            )
            for agency in self.agencies
            for item in agency.sources
        }

    def world(self, states: Mapping[str, SourceState]) -> World:
        """The world of one batch: rules, and each source as last told; unheard ones as the files describe them."""
        blank = self._blank()
        told = {key: state.told for key, state in states.items() if state.told is not None and key in blank}
        return World(self.rules, self.id_of, self.agencies, blank | told)


@dataclass(frozen=True)
class News:
    """The messages of a batch, and subjects to look at although there is no message about them."""

    persons: Sequence[PersonChanged] = ()
    holds: Sequence[HoldChanged] = ()
    sources: Sequence[SourceChanged] = ()
    look_at_persons: frozenset[str] = frozenset()
    look_at_sources: frozenset[str] = frozenset()

    def people(self) -> set[str]:
        """Everyone whose row is needed: heirs too."""
        heirs = {message.merged_into for message in self.persons if message.merged_into}
        held = {hold.person for hold in self.holds}
        return {message.person for message in self.persons} | heirs | held | self.look_at_persons


@dataclass
class Block:
    """Rows as read, and as they become."""

    people: dict[str, PersonState]
    sources: dict[str, SourceState]
    aliases: dict[str, Alias] = field(default_factory=dict)
    known_keys: frozenset[str] = frozenset()
    alerts: dict[str, Alert] = field(default_factory=dict)
    read: dict[str, int] = field(default_factory=dict)
    new_aliases: dict[str, Alias] = field(default_factory=dict)
    changed_people: set[str] = field(default_factory=set)
    changed_sources: set[str] = field(default_factory=set)
    judged: set[str] = field(default_factory=set)
    covers_grew: set[str] = field(default_factory=set)
    again: set[str] = field(default_factory=set)
    origins: dict[str, Origin] = field(default_factory=dict)
    _original: dict[str, Alert] = field(default_factory=dict)

    def take(self, news: News) -> None:
        """Put the news in: a version that is not above the stored one changes nothing, and is announced again."""
        for source in news.sources:
            self._hear(source)
        for hold in news.holds:
            self._hold(hold)
        newest: dict[str, PersonChanged] = {}
        for snapshot in news.persons:
            self._note_repeat(snapshot)
            if snapshot.version > getattr(newest.get(snapshot.person), "version", 0):
                newest[snapshot.person] = snapshot
        for snapshot in newest.values():
            self._tell(snapshot)
        self._look(news)

    def _note_repeat(self, snapshot: PersonChanged) -> None:
        state = self.people.get(snapshot.person)
        if state is not None and state.version >= snapshot.version:
            self.again |= set(state.listed)

    def _look(self, news: News) -> None:
        for id in news.look_at_persons & self.people.keys():
            # The row of the deadline may say something else than the person's: it is written in any case.
            self.people[id].armed = (NEVER, self.people[id].armed[1])
            self.changed_people.add(id)
            self.judged.add(id)
        for key in news.look_at_sources & self.sources.keys():
            self.sources[key].armed = NEVER
            self.changed_sources.add(key)

    def _hear(self, told: SourceChanged) -> None:
        key = key_of(told)
        state = self.sources.get(key)
        if state is None:
            return
        if state.told is not None and state.told.version >= told.version:
            # It may be a redelivery whose work was cut short: those who wait are woken again.
            self.covers_grew.add(key)
            self.again |= {id for id, alert in self.alerts.items() if alert.subject.id == key}
            return
        if state.told is None or state.told.covers != told.covers:
            self.covers_grew.add(key)
        state.told = told
        self.changed_sources.add(key)

    def _hold(self, hold: HoldChanged) -> None:
        state = self.people.setdefault(hold.person, PersonState(hold.person))
        if state.hold_version >= hold.version:
            self.again |= set(state.listed)
            return
        state.hold_version, state.on_hold = hold.version, hold.on
        self.changed_people.add(state.id)
        self.judged.add(state.id)

    def _tell(self, snapshot: PersonChanged) -> None:
        state = self.people.setdefault(snapshot.person, PersonState(snapshot.person))
        if state.version >= snapshot.version:
            return
        state.keep(snapshot)
        self.changed_people.add(state.id)
        self.judged.add(state.id)
        if snapshot.origin is not None:
            self.origins[state.id] = snapshot.origin

    def judge(self, world: World, now: datetime) -> None:
        """Judge everyone the news is about; those who were merged away first, so that their alerts are handed on."""
        snapshots = [(self.people[id], snapshot) for id in self.judged if (snapshot := self.people[id].snapshot)]
        for state, snapshot in sorted(snapshots, key=lambda pair: pair[1].merged_into is None):
            self._judge_person(state, snapshot, world, now)
        for key in self.changed_sources:
            self._judge_source(self.sources[key], world, now)

    def _judge_person(self, state: PersonState, snapshot: PersonChanged, world: World, now: datetime) -> None:
        known = Known(self.alerts, self.aliases, tuple(state.listed), state.on_hold)
        outcome = decide_person(snapshot, known, world, now)
        self._keep(outcome)
        state.due, state.waits = outcome.due, outcome.waits
        if snapshot.merged_into is not None and outcome.alerts:
            self._hand_on(snapshot.merged_into, outcome, now)
            return
        # What is listed stays listed: after a merge the old row still tells what to announce again.
        state.keys = {
            key: self.aliases[key].anchor for stay in snapshot.stays for key in stay.keys if key in self.aliases
        }
        ids = ids_of(sorted(set(state.keys.values())), world)
        own = [id for id in ids if id in self.alerts and self.alerts[id].subject.id == state.id]
        state.listed += [id for id in own if id not in state.listed]

    def _hand_on(self, heir: str, outcome: Outcome, now: datetime) -> None:
        state = self.people.setdefault(heir, PersonState(heir))
        state.listed += [alert.id for alert in outcome.alerts if alert.id not in state.listed]
        self.changed_people.add(heir)
        if state.body is not None and heir not in self.judged:
            state.due = min(filter(None, (state.due, now + HEIR_AFTER)))

    def _judge_source(self, state: SourceState, world: World, now: datetime) -> None:
        if state.told is None:
            return
        current = self.alerts.get(self.source_alert(state, world))
        outcome, state.episode = decide_source(state.told, current, state.episode, world, now)
        self._keep(outcome)
        state.due = outcome.due

    @staticmethod
    def source_alert(state: SourceState, world: World) -> str:
        """The id of the alert about this source's present silence."""
        return world.id_of(next(iter(world.rules.series("source"))), state.key, state.episode)

    def _keep(self, outcome: Outcome) -> None:
        self.alerts |= {alert.id: alert for alert in outcome.alerts}
        self.aliases |= outcome.aliases or {}
        self.new_aliases |= outcome.aliases or {}

    def written(self) -> list[Alert]:
        """Alerts that are not as they were read."""
        return [alert for alert in self.alerts.values() if self._original.get(alert.id) is not alert]

    def remember(self, alerts: Iterable[Alert]) -> None:
        """Take alerts in as they were read."""
        self.alerts |= {alert.id: alert for alert in alerts}
        self._original = dict(self.alerts)
        self.read = {id: alert.revision for id, alert in self.alerts.items()}

    def trace_of(self, alert: Alert) -> str | None:
        """The trace of the last event of the alert's person, for what the clock has changed."""
        state = self.people.get(alert.subject.id)
        snapshot = state.snapshot if state else None
        return snapshot.origin.trace if snapshot and snapshot.origin else None

    def announced(self) -> list[tuple[Alert, Origin | None]]:
        """Alerts to tell of, with the event that changed them where there is one."""
        new = [alert for alert in self.written() if alert.revision > self.read.get(alert.id, 0)]
        told = {alert.id for alert in new}
        again = [self.alerts[id] for id in sorted(self.again - told) if id in self.alerts]
        return [(alert, self.origins.get(alert.subject.id)) for alert in new] + [(alert, None) for alert in again]
