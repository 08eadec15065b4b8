"""Send everything again, so that alerts and reports can be rebuilt without asking."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from chassis.bus import Letter
from chassis.mongo import Database, Document, outages
from contracts.agencies import Agency
from contracts.messages import AllAnnounced, Message
from registry.dealings import party_changed
from registry.documents import hold_of, incident_of, party_of, review_of, source_of
from registry.handlers import message_letter
from registry.incidents import announced
from registry.legal_hold_desk import legal_hold_changed
from registry.legal_holds import holders
from registry.lines import Line
from registry.settle import Settler, erased, hold_changed, tombstone
from registry.sources import announcement
from registry.store import Store
from registry.world import PersonState, World

__all__ = ["Reannounce"]

PAGE = 500


@dataclass(frozen=True)
class Reannounce:
    """Reads the whole registry in pages and announces the current version of everything."""

    database: Database
    store: Store
    settler: Settler
    agencies: Mapping[str, Agency]
    publish: Callable[[Sequence[Letter]], Awaitable[None]]

    async def __call__(self, run: int | None = None) -> dict[str, int]:
        """How many of each kind were sent; whoever gave a `run` is told of the end. Raises Unavailable."""
        sent = await self._everything()
        if run is not None:
            await self.publish([message_letter(AllAnnounced(run=run))])
        return sent

    async def _everything(self) -> dict[str, int]:
        return {
            # First of all: nobody is to be looked at for a moment as if there were no hold.
            "holds": await self._send("holds", lambda row: [hold_changed(hold_of(row))]),
            "legal_holds": await self._send_legal_holds(),
            "sources": await self._send("sources", self._of_source),
            "parties": await self._send("parties", lambda row: [party_changed(party_of(row))]),
            "persons": await self._send_persons(),
            "incidents": await self._send_incidents(),
            "reviews": await self._send_reviews(),
        }

    async def _send(self, collection: str, messages: Callable[[Document], Iterable[Message]]) -> int:
        sent = 0
        async for page in self._pages(collection):
            found = [message for row in page for message in messages(row)]
            await self.publish([message_letter(message) for message in found])
            sent += len(found)
        return sent

    async def _send_legal_holds(self) -> int:
        sent = 0
        async for page in self._pages("legal_holds"):
            world, rows = World(), [row for row in page if "person" in row]
            await self.store.load_nodes(world, {node for row in rows for node in row["nodes"]})
            found = [legal_hold_changed({**row, "person": one}) for row in rows for one in _whom(row, world)]
            await self.publish([message_letter(message) for messages in found for message in messages])
            sent += len(found)
        return sent

    async def _send_persons(self) -> int:
        sent = 0
        async for page in self._pages("persons"):
            world, people = World(), [row["_id"] for row in page]
            await self.store.load_beside(world, set(people))
            await self.publish([message_letter(self._of_person(world.persons[person], world)) for person in people])
            sent += len(people)
        return sent

    async def _pages(self, collection: str) -> AsyncIterator[list[Document]]:
        # One walk: SecantusDB reads everything for each range of ids, however narrow.
        cursor = self.database[collection].find({}, batch_size=PAGE)
        while True:
            with outages():
                page = await cursor.to_list(PAGE)
                opened = await self.store.shelf.opened(collection, page) if collection != "persons" else page
            if not page:
                return
            yield opened

    async def _send_incidents(self) -> int:
        sent = 0
        async for page in self._pages("incidents"):
            world, incidents = World(), list(map(incident_of, page))
            lines = [Line.from_bytes(line) for incident in incidents for line in incident.lines.values()]
            await self.store.load_nodes(world, {node for line in lines for node, _ in line.data.get("met", ())})
            await self.publish([message_letter(announced(incident, world)) for incident in incidents])
            sent += len(incidents)
        return sent

    async def _send_reviews(self) -> int:
        sent = 0
        async for page in self._pages("reviews"):
            world, reviews = World(), list(map(review_of, page))
            await self.store.load_nodes(world, {node for known in reviews for node in known.doubt.pair})
            await self.publish([message_letter(self.settler.review(known, world)) for known in reviews])
            sent += len(reviews)
        return sent

    def _of_person(self, state: PersonState, world: World) -> Message:
        if state.erased:
            return erased(state)
        return (
            tombstone(state) if state.merged_into else self.settler.snapshot(state, self.settler.dossier(state), world)
        )

    def _of_source(self, row: Document) -> Iterable[Message]:
        state = source_of(row)
        return [announcement(state, self.agencies[state.agency])] if state.agency in self.agencies else []


def _whom(row: Document, world: World) -> list[str]:
    return sorted({row["person"], *holders(row, world.persons.values())})
