"""The registry's core without a database: what the store keeps is kept in one world."""

import itertools
from collections.abc import Iterable
from typing import Any

from synthetic import AGENCIES, HASHER, MATCHER, READER

from chassis.bus import Incoming
from chassis.mongo import Document
from contracts.snapshots import PersonChanged
from registry.documents import log_document
from registry.drafts import Draft
from registry.intake import apply
from registry.joining import Joining
from registry.permits import permit_table
from registry.settle import Announcements, Settler, review_now
from registry.world import Outcome, PersonState, World


class Memory:
    """Takes batches in and remembers."""

    def __init__(self) -> None:
        self.world = World()
        self.log: list[Document] = []
        self.settler = Settler(permit_table(), HASHER, MATCHER, AGENCIES)
        ids = (f"{number:032x}" for number in itertools.count(1))
        self.joining = Joining(MATCHER, lambda: next(ids))

    def receive(self, *batch: Incoming) -> tuple[list[Outcome], Announcements]:
        """One batch. Returns the outcomes and what would be announced."""
        return self.take(*map(READER.read, batch))

    def take(self, *drafts: Draft) -> tuple[list[Outcome], Announcements]:
        """One batch of what was read already, or decided."""
        for draft in drafts:
            apply(draft, self.world, self.joining)
        self.log += [log_document(draft, self.world.heads[draft.key]) for draft in self.world.stored.values()]
        announcements = self.settler.settle(self.world)
        outcomes = self.world.outcomes
        self._rest()
        return outcomes, announcements

    def _rest(self) -> None:
        world = self.world
        for states in (world.persons, world.parties, world.holds, world.sources, world.incidents):
            for state in states.values():
                state.read_version = state.version
        world.known_reviews |= {pair: review_now(pair, world) for pair in world.reviews}
        world.counts = {}
        world.next_batch()

    def living(self) -> list[PersonState]:
        """Everyone who was not merged away."""
        return [state for state in self.world.persons.values() if state.merged_into is None]

    def people(self) -> list[Any]:
        """All dossiers, without what depends on chance: ids and versions."""
        return sorted(self.by_id().values(), key=str)

    def by_id(self) -> dict[str, Any]:
        """The dossiers of everyone, without versions."""
        return {state.id: self._bare(self.settler.dossier(state)) for state in self.living()}

    def on_hold(self) -> set[str]:
        """The persons on whom no rule acts for now."""
        return {state.id for state in self.living() if (hold := self.world.holds.get(state.id)) and hold.causes}

    def _bare(self, dossier: Any) -> Any:
        plain = dossier.history.model_dump(exclude={"person", "version", "origin"}, mode="json")
        plain = self._without_chance(plain)
        return (plain, dossier.names, dossier.birth_dates, dossier.contradictions, dossier.documents)

    def _without_chance(self, value: Any) -> Any:
        """Parties by their keys: their ids are minted."""
        if isinstance(value, dict):
            return {name: self._without_chance(item) for name, item in value.items()}
        if isinstance(value, list):
            return [self._without_chance(item) for item in value]
        return sorted(self.world.parties[value].keys) if value in self.world.parties else value

    def only(self) -> PersonChanged:
        """The history of the only person there is."""
        [state] = self.living()
        return self.settler.dossier(state).history


def after(*arrivals: Incoming | Iterable[Incoming]) -> Memory:
    """A registry that received these, one by one."""
    memory = Memory()
    for incoming in arrivals:
        memory.receive(*([incoming] if isinstance(incoming, Incoming) else incoming))
    return memory
