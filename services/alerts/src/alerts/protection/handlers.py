"""What the protection desk does when a matter arrives, or when the registry tells of persons and incidents."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts.handlers import Evaluate
from alerts.protection.fellows import Fellows
from alerts.protection.matters import Matters
from alerts.protection.signs import holding
from chassis.bus import Incoming, Letter
from contracts.messages import IncidentChanged, MatterOpened, Message
from contracts.snapshots import PersonChanged, PersonErased

__all__ = ["Take", "Watch", "read_matter"]

Publish = Callable[[Sequence[Letter]], Awaitable[None]]


def read_matter(incoming: Incoming) -> MatterOpened:
    """The sealed matter."""
    return MatterOpened.model_validate_json(incoming.body)


@dataclass(frozen=True)
class Take:
    """A task for each matter; a repeat changes nothing. Whoever was met with its person is held too."""

    matters: Matters
    fellows: Fellows
    publish: Publish
    now: Callable[[], datetime]

    async def __call__(self, batch: Sequence[MatterOpened]) -> None:
        """Safe to repeat."""
        await self.matters.open(batch, self.now())
        known = [matter for matter in batch if matter.person]
        together = {matter.matter: await self.fellows.of([str(matter.person)]) for matter in known}
        await self.publish([holding(matter, people) for matter, people in together.items() if len(people) > 1])


@dataclass(frozen=True)
class Watch:
    """Judges what the desk's own rules are about, and notes who was met together."""

    evaluate: Evaluate
    matters: Matters
    fellows: Fellows
    publish: Publish

    async def __call__(self, batch: Sequence[Message | None]) -> None:
        """Safe to repeat."""
        await self.evaluate(batch)
        for told in batch:
            if isinstance(told, PersonChanged) and told.merged_into:
                await self.matters.follow(told.person, told.merged_into)
            if isinstance(told, PersonErased):
                await self.fellows.forget(told.person)
            if isinstance(told, IncidentChanged):
                await self.fellows.note(told)
                await self._hold_together(told)

    async def _hold_together(self, told: IncidentChanged) -> None:
        people = [met.person for met in told.people]
        for task in await self.matters.open_about(people):
            together = await self.fellows.of([str(task.person)])
            if len(together) > 1:
                await self.publish([holding(task.id, together)])
