"""What a human decides about the registry: who is who, and whether an event counts."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from chassis.errors import Problem
from chassis.mongo import insist
from chassis.outbox import Outbox
from chassis.seal import Hasher
from chassis.statement import Actor
from registry.decisions import Decider
from registry.drafts import Draft
from registry.handlers import message_letter
from registry.holds_moved import holds_moved
from registry.intake import apply
from registry.joining import Joining
from registry.settle import Settler
from registry.store import Store
from registry.world import PersonState, World

__all__ = ["Commands", "living", "unknown_person"]


def unknown_person() -> Problem:
    """Nobody has this id."""
    return Problem(404, "unknown_person", id="Orang tidak dikenal.", en="Unknown person.")


def living(world: World, person: str) -> PersonState:
    """Whom this id means today. Raises Problem 404 for an unknown person, 410 for an erased one."""
    if person not in world.persons:
        raise unknown_person()
    state = world.living(person)
    if state.erased:
        raise Problem(
            410,
            "person_erased",
            id="Data orang ini sudah dihapus menurut aturan penyimpanan.",
            en="What was kept of this person was erased by the rules of retention.",
        )
    return state


@dataclass(frozen=True)
class Commands:
    """Decisions: stored with their announcements in one transaction. All raise Problem 404 or 410, see `living`."""

    store: Store
    settler: Settler
    outbox: Outbox
    hasher: Hasher
    now: Callable[[], datetime]
    joining: Joining

    async def judge(self, people: tuple[str, str], verdict: str, reason: str, actor: Actor) -> list[str]:
        """Say of two persons that they are the same, different, or to be looked at later. Returns who they are now.

        Raises Problem 409 where the two are one person already.
        """

        async def decide() -> list[str]:
            left, right = await self._states(*people)
            if left.id == right.id:
                raise Problem(409, "one_person", id="Keduanya sudah satu orang.", en="They are one person already.")
            return await self._store(self._decider(actor).verdict(verdict, left.nodes, right.nodes, reason))

        return await self._insist(decide)

    async def split(self, person: str, nodes: set[str], reason: str, actor: Actor) -> list[str]:
        """Say that some claims of a person are of someone else. Returns who they are now.

        Raises Problem 409 unless some, and not all, of the person's claims are named.
        """

        async def decide() -> list[str]:
            (state,) = await self._states(person)
            taken = state.nodes.keys() & nodes
            if not taken or taken == state.nodes.keys() or taken != nodes:
                raise Problem(409, "not_a_part", id="Pilih sebagian data orang ini.", en="Choose a part of the person.")
            return await self._store(
                self._decider(actor).verdict("different", taken, state.nodes.keys() - taken, reason)
            )

        return await self._insist(decide)

    async def withdraw(self, person: str, verdict: str, reason: str, actor: Actor) -> list[str]:
        """Take back a verdict, as if it had not been given. Raises Problem 404 where there is none of that key."""

        async def decide() -> list[str]:
            (state,) = await self._states(person)
            given = state.verdicts.get(verdict)
            if given is None:
                raise Problem(404, "unknown_verdict", id="Putusan tidak dikenal.", en="Unknown verdict.")
            return await self._store(self._decider(actor).verdict("withdrawn", given.left, given.right, reason))

        return await self._insist(decide)

    async def on_event(self, about: tuple[str, str], action: str, reason: str, actor: Actor) -> None:
        """Contest an event (person, event key) on the person's behalf, or decide that it stands or is set aside.

        The event stays in the log. Raises Problem 404 where the person has no such event, 409 where there is nothing
        contested to decide.
        """

        async def decide() -> list[str]:
            (state,) = await self._states(about[0])
            nodes = {line.node for line in state.parsed() if line.key == about[1] and line.node}
            if not nodes:
                raise Problem(404, "unknown_event", id="Kejadian tidak dikenal.", en="Unknown event.")
            known = self.settler.dossier(state).decisions.get(about[1])
            if (action == "contested") == (known == "contested"):
                raise Problem(409, "not_contested", id="Tidak dapat diputuskan.", en="There is nothing to decide.")
            return await self._store(self._decider(actor).on_event(action, about[1], nodes, reason))

        await self._insist(decide)

    def _decider(self, actor: Actor) -> Decider:
        return Decider(self.hasher, actor, self.now())

    async def _states(self, *people: str) -> list[PersonState]:
        world = World()
        await self.store.load_persons(world, set(people))
        return [living(world, person) for person in people]

    async def _store(self, draft: Draft) -> list[str]:
        world = await self.store.load([draft])
        apply(draft, world, self.joining)
        await self.store.load_reviews(world)
        announcements = self.settler.settle(world)
        # No receipt: there is no agency to send it to.
        messages = [*announcements.messages, *await holds_moved(world, self.store.shelf.database)]
        await self.store.save(world, self.now(), list(map(message_letter, messages)))
        nodes = world.heads[draft.key].nodes
        return sorted({holder.id for node in nodes if (holder := world.holder(node))})

    async def _insist(self, decide: Callable[[], Awaitable[list[str]]]) -> list[str]:
        found = await insist(decide)
        self.outbox.wake()
        return found
