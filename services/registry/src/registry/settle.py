"""After a batch is applied: fold who was touched, and say what is to be announced. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from chassis.seal import Hasher
from contracts.agencies import Agency
from contracts.messages import HoldChanged, Message, Receipt, ReceiptsIssued, ReviewChanged
from contracts.refusals import REASONS
from contracts.snapshots import Origin, PersonChanged, PersonErased
from registry.dealings import party_changed
from registry.disputed import disputed
from registry.dossier import Dossier, fold
from registry.incidents import announced
from registry.indexing import index
from registry.matcher import Matcher
from registry.nodes import Pair
from registry.permits import PermitTable
from registry.retention import Retention, due, retention_table
from registry.screening import screen
from registry.sources import announcement
from registry.world import HoldState, KnownReview, Outcome, PersonState, World

__all__ = ["Announcements", "Settler", "receipt"]


@dataclass(frozen=True)
class Announcements:
    """What goes out: messages for everybody, receipts for one agency each."""

    messages: tuple[Message, ...]
    receipts: tuple[ReceiptsIssued, ...]


@dataclass(frozen=True)
class Settler:
    """Folds and announces. Everything it needs is handed in."""

    table: PermitTable
    hasher: Hasher
    matcher: Matcher
    agencies: Mapping[str, Agency]
    retention: Retention = field(default_factory=retention_table)

    def settle(self, world: World) -> Announcements:
        """Fold the touched persons, hold doubtful and contested ones, and say what is to be announced once stored."""
        people: dict[str, Origin | None] = {world.living(person).id: None for person in world.repeated}
        people |= world.touched
        snapshots = []
        for person, origin in people.items():
            state = world.persons[person]
            if state.erased:
                continue
            dossier = self.dossier(state)
            if person in world.touched:
                self._hold(state, dossier, world)
                index(state, dossier.lines, world)
                state.due = next(((one.on.isoformat(), one.rule) for one in due(dossier, self.retention)), None)
                world.disputed[person] = disputed(dossier.history.contradictions, dossier.lines)
            snapshots.append(self.snapshot(state, dossier, world).model_copy(update={"origin": origin}))
        return Announcements(
            (*_tombstones(world), *_erased(world), *snapshots, *self._others(world, people)),
            tuple(_receipts(world.outcomes)),
        )

    def snapshot(self, state: PersonState, dossier: Dossier, world: World) -> PersonChanged:
        """What goes out of a person: the dossier without names, screened against every list."""
        return dossier.history.model_copy(update={"watchlist": screen(state, dossier.lines, world, self.matcher)})

    def dossier(self, state: PersonState) -> Dossier:
        """The dossier of a person as its lines are now."""
        return fold(state.parsed(), self.table, person=state.id, version=state.version)

    def _hold(self, state: PersonState, dossier: Dossier, world: World) -> None:
        """No rule uses a doubtful link or a contested fact: the person is on hold until a human has decided."""
        reasons = {"doubtful": state.in_doubt, "contested": dossier.contested}
        known = world.holds[state.id].causes if state.id in world.holds else set()
        causes = set(known)
        for reason, there in reasons.items():
            causes = causes | {self.hasher.of("hold", reason)} if there else causes - {self.hasher.of("hold", reason)}
        if causes != known:
            hold = world.holds.setdefault(state.id, HoldState(state.id))
            hold.causes, hold.version = causes, hold.read_version + 1

    def _others(self, world: World, people: Iterable[str]) -> Iterable[Message]:
        for hold in world.holds.values():
            if hold.version > hold.read_version or (hold.version and hold.person in people):
                yield hold_changed(hold)
        for pair in sorted(world.reviews.keys() | (world.repeated_reviews & world.known_reviews.keys())):
            yield self.review(review_now(pair, world), world)
        yield from _of_things(world)
        for name, source in world.sources.items():
            if source.version > source.read_version or name in world.repeated_sources:
                yield announcement(source, self.agencies[source.agency])

    def review(self, known: KnownReview, world: World) -> ReviewChanged:
        """A question of who is who, as it is now, and who is concerned today."""
        doubt = known.doubt
        people = sorted({holder.id for node in doubt.pair if (holder := world.holder(node))})
        return ReviewChanged(
            review=review_id(self.hasher, doubt.pair),
            version=known.version,
            people=tuple(people),
            kind=doubt.kind,
            open=doubt.open,
        )


def review_now(pair: Pair, world: World) -> KnownReview:
    """A question as this batch leaves it. Both persons are written whenever it changes, so no other batch counts it."""
    known = world.known_reviews.get(pair)
    if pair in world.reviews:
        return KnownReview(world.reviews[pair], (known.version if known else 0) + 1)
    assert known is not None
    return known


def review_id(hasher: Hasher, pair: Pair) -> str:
    """The opaque id of a pair that waits for a verdict."""
    return hasher.of("review", *pair)


def _of_things(world: World) -> Iterable[Message]:
    for incident in world.incidents.values():
        if incident.version > incident.read_version or incident.id in world.repeated_incidents:
            yield announced(incident, world)
    for party in world.parties.values():
        if party.version > party.read_version or party.id in world.repeated_parties:
            yield party_changed(party)


def _tombstones(world: World) -> Iterable[Message]:
    for state in world.persons.values():
        if state.merged_into is not None and (state.version > state.read_version or state.id in world.repeated):
            yield tombstone(state)


def _erased(world: World) -> Iterable[Message]:
    for state in world.persons.values():
        if state.erased and (state.version > state.read_version or state.id in world.repeated):
            yield erased(state)


def erased(state: PersonState) -> PersonErased:
    """The last word on an id of whom nothing is left."""
    return PersonErased(person=state.id, version=state.version)


def tombstone(state: PersonState) -> PersonChanged:
    """The last word on an id that was merged away."""
    return PersonChanged(person=state.id, version=state.version, merged_into=state.merged_into)


def hold_changed(hold: HoldState) -> HoldChanged:
    """On or off, no cause."""
    return HoldChanged(person=hold.person, version=hold.version, on=bool(hold.causes))


def receipt(outcome: Outcome) -> Receipt:
    """The receipt of an outcome. It depends on the event alone."""
    reason = dict(zip(("id", "en"), REASONS[outcome.code], strict=True)) if outcome.refused else None
    return Receipt(
        source=outcome.draft.uri,
        id=outcome.draft.event_id,
        outcome="refused" if outcome.refused else "accepted",
        code=outcome.code,
        field="id" if outcome.refused else None,
        reason=reason,
        at=outcome.at,
        repeat=outcome.repeat,
    )


def _receipts(outcomes: Iterable[Outcome]) -> Iterable[ReceiptsIssued]:
    issued: dict[str, list[Receipt]] = defaultdict(list)
    for outcome in outcomes:
        issued[outcome.draft.header.agency].append(receipt(outcome))
    for agency, receipts in issued.items():
        yield ReceiptsIssued(agency=agency, receipts=tuple(receipts))
