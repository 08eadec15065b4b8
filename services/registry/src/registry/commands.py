"""What a human decides about the registry: entries of the log like any other, of the agency `tapal`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chassis.errors import Problem
from chassis.mongo import insist
from chassis.outbox import Outbox
from chassis.seal import Hasher, canonical
from chassis.statement import Actor
from registry.drafts import Draft, Subject, event_key, to_milliseconds
from registry.handlers import message_letter
from registry.identity import Contradiction
from registry.intake import TAPAL, Mint, apply
from registry.lines import Line
from registry.settle import Settler
from registry.store import Store
from registry.world import PersonState, World

__all__ = ["Commands"]

CONSOLE = "console"


@dataclass(frozen=True)
class Commands:
    """Decisions: stored with their announcements in one transaction."""

    store: Store
    settler: Settler
    outbox: Outbox
    hasher: Hasher
    now: Callable[[], datetime]
    mint: Mint

    async def resolve(self, person: str, field: str, reason: str, actor: Actor) -> None:
        """Accept that all values of a contested field belong to one person. Doing it twice changes nothing.

        Raises Problem 404 for an unknown person, 409 where nothing is contested in that field.
        """
        await insist(lambda: self._resolve(person, field, reason, actor))
        self.outbox.wake()

    async def _resolve(self, person: str, field: str, reason: str, actor: Actor) -> None:
        world = World()
        await self.store.load_persons(world, {person})
        if person not in world.persons:
            raise Problem(404, "unknown_person", id="Orang tidak dikenal.", en="Unknown person.")
        state = world.living(person)
        contested = {item.field: item for item in self.settler.dossier(state).contradictions}
        if field not in contested:
            raise Problem(409, "not_contested", id="Tidak ada pertentangan.", en="Nothing is contested there.")
        draft = self._decision(state, contested[field], reason, actor)
        world = await self.store.load([draft])
        apply(draft, world, self.mint)
        announcements = self.settler.settle(world)
        # No receipt: there is no agency to send it to.
        await self.store.save(world, self.now(), [message_letter(message) for message in announcements.messages])

    def _decision(self, state: PersonState, contested: Contradiction, reason: str, actor: Actor) -> Draft:
        values = [value for value, _ in contested.values]
        said = {"field": contested.field, "values": values, "reason": reason, "by": actor.name, "role": actor.role}
        now = to_milliseconds(self.now())
        event_id = self.hasher.of("decision", state.id, *values)
        header = Line(
            key=event_key(self.hasher, TAPAL, CONSOLE, event_id),
            agency=TAPAL,
            source=CONSOLE,
            kind="decision",
            action="resolved",
            at=now,
            received_at=now,
            elsewhere=True,
        )
        part = canonical(said)
        line = Line(**{**vars(header), "data": said, "elsewhere": False})
        return Draft(
            header=header,
            uri=CONSOLE,
            event_id=event_id,
            trace=event_id,
            content=self.hasher.of_bytes("content", canonical([contested.field, *values])),
            body=b"",
            parts={"decision": part},
            stored=self.hasher.of_bytes("stored", b"\x00".join([b"", part])),
            subjects=(Subject("decision", tuple(sorted(state.keys)), line),),
            parties={},
        )
