"""What the registry does when something arrives."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chassis.bus import Incoming, Letter
from chassis.log import log, tracing
from chassis.metrics import EVENTS, TO_STORED
from chassis.mongo import insist
from chassis.seal import Hasher
from contracts.messages import Message, ReceiptsIssued
from registry.drafts import Draft, Misrouted, Reader
from registry.intake import apply
from registry.joining import Joining
from registry.refused import of_message, receipt_of
from registry.settle import Announcements, Settler
from registry.store import Store
from registry.world import World

__all__ = ["Intake", "letters"]

Publish = Callable[[Sequence[Letter]], Awaitable[None]]
EXCHANGE = "registry"


@dataclass(frozen=True)
class Intake:
    """Takes events in: store, then announce. The message is acknowledged after that, so a crash only repeats it."""

    reader: Reader
    store: Store
    settler: Settler
    publish: Publish
    hasher: Hasher
    now: Callable[[], datetime]
    joining: Joining

    def read(self, incoming: Incoming) -> Draft:
        """See Reader.read. What the broker gave up on (`dead.<agency>`) is judged like anything else."""
        agency = incoming.queue.split(".", 1)[1]
        return self.reader.read(replace(incoming, queue=f"intake.{agency}"))

    async def receive(self, drafts: Sequence[Draft]) -> None:
        """Store and announce. Safe to repeat. Raises Conflict or Unavailable."""
        world = await self.store.load(drafts)
        for draft in drafts:
            apply(draft, world, self.joining)
        await self.store.load_reviews(world)
        announcements = self.settler.settle(world)
        await self.store.save(world, self.now())
        await self.publish(letters(announcements))
        self._measure(world)

    def _measure(self, world: World) -> None:
        now = self.now()
        for outcome in world.outcomes:
            header = outcome.draft.header
            code = "repeat" if outcome.repeat else outcome.code
            EVENTS.labels(header.agency, header.kind, code).inc()
            if not outcome.repeat and not outcome.refused:
                TO_STORED.labels("event").observe(max(0.0, (now - header.at).total_seconds()))
                TO_STORED.labels("receipt").observe(max(0.0, (now - header.received_at).total_seconds()))
                with tracing(outcome.draft.trace):
                    log.info("event_stored", agency=header.agency, kind=header.kind, outcome=code)

    async def refuse(self, incoming: Incoming, error: Exception) -> None:
        """Keep a message that cannot be accepted, and tell its sender why."""
        agency = incoming.queue.split(".", 1)[1]
        if isinstance(error, Misrouted):
            await self.publish([Letter("", f"sealed.{agency}", incoming.body)])
            return
        refused = of_message(agency, incoming.body, error, self.hasher, self.now())
        first = await insist(lambda: self.store.quarantine(refused))
        receipt = receipt_of(first or refused.document(), repeat=first is not None)
        await self.publish([receipt_letter(ReceiptsIssued(agency=agency, receipts=(receipt,)))])
        EVENTS.labels(agency, "unknown", refused.reason.code).inc()
        log.info("event_refused", agency=agency, code=refused.reason.code, field=refused.reason.field)


def letters(announcements: Announcements) -> list[Letter]:
    """The announcements as letters: messages to everybody, receipts to the agency's own queue."""
    return [*map(message_letter, announcements.messages), *map(receipt_letter, announcements.receipts)]


def message_letter(message: Message) -> Letter:
    """A message on the registry's exchange."""
    origin = getattr(message, "origin", None)
    body = message.model_dump_json(exclude_none=True).encode()
    return Letter(EXCHANGE, message.TYPE, body, type=message.TYPE, trace=origin.trace if origin else None)


def receipt_letter(issued: ReceiptsIssued) -> Letter:
    """Receipts to the sender's own queue."""
    body = issued.model_dump_json(exclude_none=True).encode()
    return Letter("", f"to.{issued.agency}", body, type=issued.TYPE)
