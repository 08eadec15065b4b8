"""What the registry does when something arrives."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chassis.batches import Failed
from chassis.bus import Incoming, Letter
from chassis.log import log, tracing
from chassis.metrics import EVENTS, TO_STORED
from chassis.mongo import insist
from chassis.seal import Hasher
from contracts.messages import Message, Receipt, ReceiptsIssued
from registry.drafts import Draft, Misrouted, Reader
from registry.holds_moved import holds_moved
from registry.intake import apply
from registry.joining import Joining
from registry.refuge import told_to_the_desk
from registry.refused import of_message, receipt_of
from registry.settle import Announcements, Settler
from registry.store import Store
from registry.world import World

__all__ = ["Intake", "letters"]

Publish = Callable[[Sequence[Letter]], Awaitable[None]]
EXCHANGE = "registry"
HOLD_FIRST_SECONDS = 0.5


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
        return self.reader.read(replace(incoming, queue=f"intake.{_agency(incoming)}"))

    async def receive(self, drafts: Sequence[Draft]) -> None:
        """Store and announce. Safe to repeat. Raises Conflict or Unavailable."""
        world = await self.store.load(drafts)
        for draft in drafts:
            apply(draft, world, self.joining)
        await self.store.load_reviews(world)
        announcements = self.settler.settle(world)
        moved = await holds_moved(world, self.store.shelf.database)
        await self.store.save(world, self.now(), list(map(message_letter, moved)))
        # Repeats too: the process may have died here before, and the desk takes each once.
        if papers := [*told_to_the_desk(world, self.hasher)]:
            await self.publish(papers)
            # So that whoever hears the news has heard of the hold first: told after it, all would see that one came.
            await asyncio.sleep(HOLD_FIRST_SECONDS)
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

    async def refuse(self, failed: Sequence[Failed]) -> None:
        """Keep messages that cannot be accepted, and tell their sender why; what is for the desk goes there, unread."""
        if sealed := [_to_the_desk(incoming) for incoming, error in failed if isinstance(error, Misrouted)]:
            await self.publish(sealed)
        refused = [
            of_message(_agency(incoming), incoming.body, error, self.hasher, self.now())
            for incoming, error in failed
            if not isinstance(error, Misrouted)
        ]
        if not refused:
            return
        firsts = await insist(lambda: self.store.quarantine(refused))
        told: dict[str, list[Receipt]] = defaultdict(list)
        for one, first in zip(refused, firsts, strict=True):
            told[one.agency].append(receipt_of(first or one.document(), repeat=first is not None))
        issued = [ReceiptsIssued(agency=agency, receipts=tuple(receipts)) for agency, receipts in told.items()]
        await self.publish([*map(receipt_letter, issued)])
        for one in refused:
            EVENTS.labels(one.agency, "unknown", one.reason.code).inc()
            log.info("event_refused", agency=one.agency, code=one.reason.code, field=one.reason.field)


def _agency(incoming: Incoming) -> str:
    return incoming.queue.split(".", 1)[1]


def _to_the_desk(incoming: Incoming) -> Letter:
    return Letter("", f"sealed.{_agency(incoming)}", incoming.body)


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
