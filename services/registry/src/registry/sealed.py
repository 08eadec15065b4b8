"""Protection events: sealed on arrival, matched to a person, handed to the protection desk. Nothing is logged."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chassis.boxes import lock, unlock
from chassis.bus import Incoming, Letter
from chassis.seal import Hasher
from contracts.agencies import Agency
from contracts.events import MAX_EVENT_BYTES, Event, Refused, parse_event, read_json, refusal
from contracts.messages import MatterOpened, MatterReleased, PeopleHeld, Receipt, ReceiptsIssued
from registry.cutting import is_protection
from registry.drafts import event_key, to_milliseconds
from registry.handlers import message_letter, receipt_letter
from registry.identity import document_key
from registry.matters import Matter, Matters
from registry.refuge import PAPER, PAPER_SHOWN
from registry.settle import hold_changed

__all__ = ["MATTERS", "Sealed"]

MATTERS = "protection.matters"
Publish = Callable[[Sequence[Letter]], Awaitable[None]]


@dataclass(frozen=True)
class Call:
    """One protection event as received; `event` is None where it could not be read, `answered` whether by a receipt."""

    agency: str
    key: str
    uri: str
    event_id: str
    body: bytes
    event: Event | None
    refused: Refused | None
    answered: bool = True


@dataclass(frozen=True)
class Sealed:
    """What the sealed role does. Every step may be repeated. `causes` makes the opaque causes of holds."""

    agencies: Mapping[str, Agency]
    matters: Matters
    hasher: Hasher
    causes: Hasher
    key: bytes
    publish: Publish
    now: Callable[[], datetime]

    def read(self, incoming: Incoming) -> Call:
        """A call from `sealed.<code>`, readable or not: none is refused before the desk knows of it."""
        agency = self.agencies[incoming.queue.removeprefix("sealed.")]
        event, refused = None, None
        try:
            raw = read_json(incoming.body)
            if not is_protection(raw):
                raise refusal("unknown_type", "type")
            event = parse_event(raw, self.now())
            if agency.source(event.envelope.source) is None:
                raise refusal("unknown_source", "source")
        except Refused as error:
            refused = error
        call = self._call(agency.code, incoming.body, event, refused)
        own = incoming.type == PAPER_SHOWN and call.event_id.startswith(PAPER)
        return replace(call, answered=not own)

    def _call(self, agency: str, body: bytes, event: Event | None, refused: Refused | None) -> Call:
        if event is None or refused is not None:
            key = self.hasher.of("unreadable", agency, self.hasher.of_bytes("content", body))
            return Call(agency, key, "", "", body, None, refused)
        uri, event_id = event.envelope.source, event.envelope.id
        return Call(agency, event_key(self.hasher, agency, uri, event_id), uri, event_id, body, event, None)

    async def take(self, calls: Sequence[Call]) -> None:
        """Seal, match, hold, hand over, answer."""
        for call in calls:
            matter, repeat = await self._kept(call)
            people = await self.matters.match(matter)
            # A call that comes again after the desk let go holds nobody: there is no task by which to let go once more.
            await self._hold(matter.id, await self.matters.still_held(matter.id, people), on=True)
            receipts = [receipt_letter(self._receipt(call, matter, repeat=repeat))] if call.answered else []
            await self.publish([self._handed_over(matter, people), *receipts])

    async def _kept(self, call: Call) -> tuple[Matter, bool]:
        """The matter of a call, and whether it is a repeat. Other words under one id are another matter."""
        matter = self._matter(call)
        first = await self.matters.keep(matter)
        if first is matter or not call.answered or unlock(self.key, first.box) == call.body[:MAX_EVENT_BYTES]:
            return first, first is not matter
        said = self.hasher.of_bytes("content", call.body)
        more = replace(matter, id=self.hasher.of("more", matter.id, said))
        first = await self.matters.keep(more)
        return first, first is not more

    def _matter(self, call: Call) -> Matter:
        event = call.event
        return Matter(
            id=call.key,
            agency=call.agency,
            keys=tuple(self._keys(event)) if event else (),
            # What can be read is shorter; of what is too large the desk gets the beginning.
            box=lock(self.key, call.body[:MAX_EVENT_BYTES]),
            occurred_at=to_milliseconds(event.envelope.time if event else self.now()),
            received_at=to_milliseconds(self.now()),
            unreadable=event is None,
        )

    def _keys(self, event: Event) -> Iterable[str]:
        for _, person in event.persons():
            for document in person.documents:
                yield document_key(self.hasher, document.model_dump(mode="json"))

    def _handed_over(self, matter: Matter, people: Sequence[str]) -> Letter:
        opened = MatterOpened(
            matter=matter.id,
            person=people[0] if people else None,
            sealed=matter.box,
            occurred_at=matter.occurred_at,
            unreadable=matter.unreadable,
        )
        return Letter("", MATTERS, opened.model_dump_json().encode(), type=opened.TYPE)

    @staticmethod
    def _receipt(call: Call, matter: Matter, *, repeat: bool) -> ReceiptsIssued:
        refused = call.refused
        receipt = Receipt(
            source=call.uri,
            id=call.event_id,
            outcome="refused" if refused else "accepted",
            code=refused.code if refused else "received",
            field=refused.field or None if refused else None,
            reason={"id": refused.message_id, "en": refused.message_en} if refused else None,
            at=matter.received_at,
            repeat=repeat,
        )
        return ReceiptsIssued(agency=call.agency, receipts=(receipt,))

    async def _hold(self, matter: str, people: Iterable[str], *, on: bool) -> None:
        cause, told = self.causes.of("hold", matter), await self.matters.told(matter)
        holds = [await self.matters.hold(person, cause, on=on) for person in people]
        # Once, however often a paper is shown: one more while it holds and none after that would tell which it is. Nor
        # where something else holds the person: then nothing changes for anybody.
        news = {self.causes.of("told", matter, "on" if on else "off", hold.person): hold for hold in holds}
        alone = [hold for name, hold in news.items() if name not in told and hold.causes <= {cause}]
        await self.publish([message_letter(hold_changed(hold)) for hold in alone])
        if news.keys() - told:
            await self.matters.note_told(matter, {*told, *news})

    async def obey(self, orders: Sequence[PeopleHeld | MatterReleased]) -> None:
        """Do as the protection desk says, in its order."""
        for order in orders:
            if isinstance(order, PeopleHeld):
                await self._hold(order.matter, await self.matters.still_held(order.matter, order.people), on=True)
            else:
                await self._release(order)

    async def _release(self, order: MatterReleased) -> None:
        """A protection officer let go: the hold ends unless something else holds the person."""
        people = await self.matters.released(order.matter, self.causes.of("hold", order.matter))
        await self._hold(order.matter, people, on=False)

    async def match_again(self) -> None:
        """Look for the persons of open calls that nobody knew, or knew by this document, when the call came."""
        for matter in await self.matters.open_calls():
            people = set(await self.matters.match(matter))
            new = people - await self.matters.holding(self.causes.of("hold", matter.id))
            if new:
                await self._hold(matter.id, await self.matters.still_held(matter.id, new), on=True)
            if people and matter.person is None:
                await self.publish([self._handed_over(matter, sorted(people))])


def read_order(incoming: Incoming) -> PeopleHeld | MatterReleased:
    """Whom the protection desk holds, or lets go."""
    held = incoming.message is not None and incoming.message.type == PeopleHeld.TYPE
    return (PeopleHeld if held else MatterReleased).model_validate_json(incoming.body)
