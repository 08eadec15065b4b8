"""What one batch touches, in memory: news comes in, judgements are made, and what changed is known. Pure."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from alerts.alert import Alert
from alerts.anchors import Alias
from alerts.decide import Before, Known, Outcome, as_old_as, decide, handed_on
from alerts.desk import Era
from alerts.documents import NEVER, SubjectState
from alerts.facts.around import Around
from alerts.facts.shares import Share, shares
from alerts.forgetting import unlinked
from alerts.judge import put_on_hold
from alerts.news import News, subject_key
from alerts.shadow import Sighting, sightings
from alerts.subjects import KINDS, key_of
from alerts.world import World
from contracts.messages import HoldChanged, Message, PartyChanged, SourceChanged, Subject
from contracts.snapshots import Origin, PersonErased

__all__ = ["Block"]

# After a merge the heir is looked at again on its own, should its own news have come before the tombstone.
HEIR_AFTER = A_MINUTE = timedelta(minutes=1)
# What is judged of a party with the shares of persons in it: without such rules, no shares.
PATTERNS = ("establishment", "request", "guarantor")
# Tombstones first, so that their alerts are handed on; parties after the persons who have a share in them.
ORDER = ("person", "incident", "review", "account", "source", "party")


@dataclass
class Block:
    """Rows as read, and as they become. `parties` are what persons ask for; `shares` those in parties to be judged."""

    subjects: dict[str, SubjectState]
    aliases: dict[str, Alias] = field(default_factory=dict)
    known_keys: frozenset[str] = frozenset()
    alerts: dict[str, Alert] = field(default_factory=dict)
    parties: dict[str, PartyChanged] = field(default_factory=dict)
    era: Era = field(default_factory=Era)
    shares: dict[str, dict[str, Share]] = field(default_factory=dict)
    read: dict[str, int] = field(default_factory=dict)
    new_aliases: dict[str, Alias] = field(default_factory=dict)
    new_shares: dict[tuple[str, str], Share | None] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    judged: set[str] = field(default_factory=set)
    stirred: set[str] = field(default_factory=set)
    again: set[str] = field(default_factory=set)
    origins: dict[str, Origin] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)
    sighted: list[Sighting] = field(default_factory=list)
    gone_keys: set[str] = field(default_factory=set)
    _original: dict[str, Alert] = field(default_factory=dict)

    def take(self, news: News) -> None:
        """Put the news in: a version that is not above the stored one changes nothing, and is announced again."""
        for hold in news.holds:
            self._hold(hold)
        newest: dict[str, Message] = {}
        for told in news.told:
            key = subject_key(told)
            self._note_repeat(key, told)
            if key not in newest or told.version > newest[key].version:  # type: ignore[attr-defined]
                newest[key] = told
        for key, told in newest.items():
            self._tell(key, told)
        for key in news.look_at & self.subjects.keys():
            # The row of the deadline may say something else than the subject's: it is written in any case.
            state = self.subjects[key]
            state.armed = (NEVER, state.armed[1])
            self._touch(state)

    def forget(self, erased: Iterable[PersonErased], now: datetime) -> None:
        """Drop what is known of erased persons but the version: news from before that comes late is none."""
        for told in erased:
            key = key_of("person", told.person)
            state = self.subjects.get(key, SubjectState("person", told.person))
            if state.version >= told.version and state.body is None:
                continue
            mine = (self.alerts[id] for id in state.listed if id in self.alerts)
            self.alerts |= {alert.id: unlinked(alert, now) for alert in mine if alert.keeper == key}
            self.new_shares |= {(party, told.person): None for party in state.shares}
            self.gone_keys |= state.keys.keys()
            self.subjects[key] = SubjectState("person", told.person, n=state.n, version=told.version, armed=state.armed)
            self.changed.add(key)
            self.judged.discard(key)
            self.again -= set(state.listed)

    def _touch(self, state: SubjectState) -> None:
        self.changed.add(state.key)
        self.judged.add(state.key)

    def _note_repeat(self, key: str, told: Message) -> None:
        state = self.subjects.get(key)
        if state is not None and state.version >= told.version:  # type: ignore[attr-defined]
            self.again |= set(state.listed)
            # It may be a redelivery whose work was cut short: those who wait are woken again.
            self.stirred |= _names(state, told)

    def _hold(self, hold: HoldChanged) -> None:
        state = self._state("person", hold.person)
        if state.hold_version >= hold.version:
            self.again |= set(state.listed)
            return
        state.hold_version, state.on_hold = hold.version, hold.on
        self._touch(state)

    def _state(self, kind: str, id: str) -> SubjectState:
        return self.subjects.setdefault(key_of(kind, id), SubjectState(kind, id))

    def _tell(self, key: str, told: Message) -> None:
        kind, id = key.split(":", 1)
        if kind == "source" and key not in self.subjects:
            return  # no agency file names it
        state = self._state(kind, id)
        if state.version >= told.version:  # type: ignore[attr-defined]
            return
        self.stirred |= _names(state, told)
        if state.body is not None:
            self.before[key] = state.body
        state.keep(told)
        # A hold has no event. Whether it comes with its person's news is chance, and must be seen by nobody.
        held = key in self.judged
        self._touch(state)
        if (origin := getattr(told, "origin", None)) and not held:
            self.origins[key] = origin

    def learn(self, world: World, now: datetime) -> None:
        """Judge nobody yet but leave that to the clock, which comes a minute late. A hold holds at once."""
        for state in [self.subjects[key] for key in sorted(self.judged)]:
            if told := state.told:
                state.due = now - A_MINUTE
                self._share(state, told, world)
            if state.on_hold:
                self._keep(Outcome(tuple(put_on_hold(alert, world, now) for alert in self._known(state, world).own)))

    def judge(self, world: World, now: datetime) -> None:
        """Judge everyone the news is about."""
        states = [self.subjects[key] for key in sorted(self.judged)]
        for state in sorted(states, key=lambda one: (ORDER.index(one.kind), one.merged_into is None)):
            if told := state.told:
                self._judge(state, told, world, now)
                self._share(state, told, world)

    def _judge(self, state: SubjectState, told: Message, world: World, now: datetime) -> None:
        known = self._known(state, world)
        if state.merged_into is not None:
            state.due, state.waits = None, frozenset()
            if state.kind == "person":
                self._hand_on(known, state.merged_into, now)
                return
        mine = tuple(self.shares.get(state.id, {}).values()) if state.kind == "party" else ()
        around = Around(now, world.tables, world.villages, self.parties, mine)
        items = tuple(KINDS[state.kind].judged_on(told, around))
        outcome = as_old_as(decide(items, known, world, now), state.opened)
        self.sighted += sightings(items, world)
        self._keep(outcome)
        state.due, state.waits, state.episodes = outcome.due, outcome.waits, dict(outcome.episodes)
        state.judged = (now, world.digest)
        state.keys = {key: self.aliases[key].anchor for key in outcome.keys if key in self.aliases}
        # What is listed stays listed for a person: after a merge the old row still tells what to announce again.
        before = state.listed if state.kind == "person" else []
        state.listed = [*before, *(id for id in outcome.kept if id not in before)]

    def _known(self, state: SubjectState, world: World) -> Known:
        listed, kind = tuple(state.listed), KINDS[state.kind]
        known = Known(state.key, self.alerts, self.aliases, listed, state.on_hold, state.episodes)
        if state.kind != "person" or state.judged is None or state.judged[1] != world.digest:
            return known
        at = state.judged[0]
        body = self.before.get(state.key, state.body)
        told = kind.message.model_validate_json(body) if body else None
        # An item that asks for a party is judged anew in any case.
        items = tuple(kind.judged_on(told, Around(at, world.tables, world.villages))) if told else ()
        return replace(known, before=Before(items, at))

    def _hand_on(self, known: Known, heir: str, now: datetime) -> None:
        moved = handed_on(known, Subject(kind="person", id=heir), key_of("person", heir), now)
        self._keep(Outcome(moved))
        if moved:
            state = self._state("person", heir)
            state.listed += [alert.id for alert in moved if alert.id not in state.listed]
            self.changed.add(state.key)
            if state.body is not None and state.key not in self.judged:
                state.due = min(filter(None, (state.due, now + HEIR_AFTER)))

    def _share(self, state: SubjectState, told: Message, world: World) -> None:
        """Tell the parties of a person what they have to do with each other now, as far as that is new."""
        if state.kind != "person" or not any(world.rules.series(anchor) for anchor in PATTERNS):
            return
        limits = world.tables.limits
        mine = {share.party: share for share in shares(told, limits, on_hold=state.on_hold)}  # type: ignore[arg-type]
        digests = {party: _digest(share) for party, share in mine.items()}
        for party in digests.keys() | state.shares.keys():
            if digests.get(party) != state.shares.get(party):
                self.new_shares[party, state.id] = mine.get(party)
                self.shares.setdefault(party, {}).pop(state.id, None)
                if party in mine:
                    self.shares[party][state.id] = mine[party]
        state.shares = digests

    def _keep(self, outcome: Outcome) -> None:
        self.alerts |= {alert.id: alert for alert in outcome.alerts}
        self.aliases |= outcome.aliases
        self.new_aliases |= outcome.aliases

    @property
    def dirty(self) -> set[str]:
        """Parties whose shares changed and that are not judged here."""
        return {party for party, _ in self.new_shares if key_of("party", party) not in self.judged}

    def written(self) -> list[Alert]:
        """Alerts that are not as they were read."""
        return [alert for alert in self.alerts.values() if self._original.get(alert.id) is not alert]

    def remember(self, alerts: Iterable[Alert]) -> None:
        """Take alerts in as they were read."""
        self.alerts |= {alert.id: alert for alert in alerts}
        self._original = dict(self.alerts)
        self.read = {id: alert.revision for id, alert in self.alerts.items()}

    def trace_of(self, alert: Alert) -> str | None:
        """The trace of the last event of whoever keeps the alert, for what the clock has changed."""
        state = self.subjects.get(alert.keeper)
        origin = getattr(state.told, "origin", None) if state else None
        return origin.trace if origin else None

    def announced(self) -> Sequence[tuple[Alert, Origin | None]]:
        """Alerts to tell of, with the event that changed them where there is one."""
        new = [alert for alert in self.written() if alert.revision > self.read.get(alert.id, 0)]
        told = {alert.id for alert in new}
        again = [self.alerts[id] for id in sorted(self.again - told) if id in self.alerts]
        return [(alert, self.origins.get(alert.keeper)) for alert in new] + [(alert, None) for alert in again]


def _names(state: SubjectState, told: Message) -> set[str]:
    """Under what name those wait who rest on this subject, where it says something that matters to them."""
    if isinstance(told, SourceChanged):
        before = state.told
        same = isinstance(before, SourceChanged) and before.covers == told.covers and before.version < told.version
        return set() if same else {state.id}
    return {state.key} if state.kind == "party" else set()


def _digest(share: Share) -> str:
    return hashlib.sha256(share.model_dump_json(exclude_defaults=True).encode()).hexdigest()[:16]
