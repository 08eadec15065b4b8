"""The registry's storing half on the real database, without a broker: what would be announced is collected."""

import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from synthetic import AGENCIES, HASHER, KEYRING, MATCHER, NOW, READER

from chassis.bus import Incoming, Letter
from chassis.errors import Conflict
from chassis.keystore import Keys
from chassis.mongo import Database, Mongo, connect
from chassis.outbox import Outbox
from chassis.statement import Actor
from registry.commands import Commands
from registry.erasing import Erasing
from registry.gather import Gatherer
from registry.handlers import Intake
from registry.joining import Joining
from registry.matcher import Matcher
from registry.matching import matching_table
from registry.permits import permit_table
from registry.queries import Queries
from registry.reviews import Reviews
from registry.search_store import SearchStore
from registry.settle import Settler
from registry.shelf import Shelf
from registry.store import Store
from registry.sweep import Sweep
from registry.world import World

OFFICER = Actor("sup", "supervisor", "imigrasi", "order:1")


@dataclass
class RegistryStand:
    """One registry process as far as its database goes."""

    client: Mongo
    database: Database
    sent: list[Letter]

    def __post_init__(self) -> None:
        self.minutes = 0
        self.matcher = Matcher(HASHER, matching_table())
        self.settler = Settler(permit_table(), HASHER, self.matcher, AGENCIES)
        self.shelf = Shelf(self.database, Keys(self.client[f"{self.database.name}_keys"], KEYRING))
        self.store = Store(self.client, self.shelf, Outbox(self.database, self.publish), self.matcher)
        joining = Joining(self.matcher, partial(secrets.token_hex, 16))
        self.intake = Intake(READER, self.store, self.settler, self.publish, HASHER, lambda: NOW, joining)
        outbox = Outbox(self.database, self.publish)
        self.commands = Commands(self.store, self.settler, outbox, HASHER, self.later, joining)
        self.erasing = Erasing(self.store, self.settler, self.matcher, outbox, self.later)
        self.sweep = Sweep(self.erasing, self.store, self.settler, self.later)
        self.searching = SearchStore(self.shelf, HASHER, matching_table())
        self.queries = Queries(self.shelf, self.store, self.settler, self.searching, HASHER, AGENCIES, lambda: NOW)
        self.reviews = Reviews(self.database, self.store, self.settler, self.matcher)

    def later(self) -> Any:
        self.minutes += 1
        return NOW + timedelta(minutes=self.minutes)

    async def publish(self, letters: Sequence[Letter]) -> None:
        self.sent.extend(letters)

    async def receive(self, *batch: Incoming) -> None:
        """One batch, stored; a conflict reads again, as the consumer would."""
        drafts = [READER.read(incoming) for incoming in batch]
        while True:
            try:
                return await self.intake.receive(drafts)
            except Conflict:
                continue

    async def find(self, number: str) -> str | None:
        return await self.queries.find({"kind": "passport", "issuer": "UTO", "number": number})

    async def world(self) -> World:
        """Everybody there is."""
        world = World()
        people = [row["_id"] async for row in self.database.persons.find({}, {"_id": 1})]
        await Gatherer(self.shelf, MATCHER).persons(world, people)
        return world

    async def living(self) -> list[Any]:
        return [state for state in (await self.world()).persons.values() if state.merged_into is None]


@asynccontextmanager
async def registry_stood(mongo_admin_url: str) -> AsyncIterator[RegistryStand]:
    """A registry on a database of its own, dropped afterwards."""
    async with connect(mongo_admin_url) as client:
        name = f"registry_{secrets.token_hex(4)}"
        yield RegistryStand(client, client[name], [])
        for one in (name, f"{name}_keys"):
            await client.drop_database(one)
