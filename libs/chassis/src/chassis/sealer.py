"""Seals entries into blocks. What waits is listed by whoever stores the entries, in the same transaction.

A row of `unsealed` names keys that were stored together; a chain takes rows, never a stretch of time, so that nothing
is passed over however late it was stored. Two sealers at once cannot fork a chain: a number exists once, and the head
is written only by whoever read it.
"""

import secrets
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pymongo import InsertOne

from chassis.blocks import MISSING, Block, Entry, Head, seal
from chassis.errors import Conflict
from chassis.mongo import Database, Document, Mongo, Session, by_ids, outages, transact
from chassis.pace import giving_way
from chassis.turns import Turns

__all__ = ["Kept", "Sealer", "head_of", "unsealed_rows"]

ROWS = 15
MOST_ENTRIES = 200
AT_ONCE = 2000
"""Rows of a chain that are read at once. Each read looks through all that waits, of every chain."""
LEASE = timedelta(seconds=60)


def unsealed_rows(keys: Mapping[str, Iterable[str]]) -> list[InsertOne[Document]]:
    """What to write beside new entries: one row a chain. `keys` holds the keys stored now, by chain."""
    found = {chain: sorted(stored) for chain, stored in keys.items()}
    return [InsertOne({"_id": f"{chain}.{stored[0]}", "keys": stored}) for chain, stored in found.items() if stored]


@dataclass(frozen=True)
class Kept:
    """Where entries are kept, and how their stored bytes are digested."""

    collection: str
    digest: Callable[[Document], str]


@dataclass(frozen=True)
class Sealer:
    """Seals the chains of one database. Each chain is leased, so that sealers do not get in each other's way."""

    client: Mongo
    database: Database
    kept: Kept
    now: Callable[[], datetime]
    name: str = field(default_factory=lambda: secrets.token_hex(8))

    async def turn(self, chains: Iterable[str]) -> int:
        """Seal all that waits. Returns how many blocks. Raises Unavailable."""
        blocks, turns = 0, Turns(self.database, LEASE)
        for chain in chains:
            rows = await self._waiting(chain)
            if rows and await turns.take(chain, self.name, self.now()):
                blocks += await self._seal_all(chain, rows)
                await turns.give_back(chain, self.name)
        return blocks

    async def _waiting(self, chain: str) -> list[Document]:
        with outages():
            return await self.database.unsealed.find(_of(chain)).limit(AT_ONCE).to_list(None)

    async def _seal_all(self, chain: str, rows: Sequence[Document]) -> int:
        blocks = 0
        while rows:
            for taken in _by_blocks(rows):
                try:
                    async with giving_way():
                        await self.seal(chain, taken)
                except Conflict:  # another sealer was faster: what is left is for the next turn
                    return blocks
                blocks += 1
            rows = await self._waiting(chain) if len(rows) == AT_ONCE else ()
        return blocks

    async def seal(self, chain: str, rows: Sequence[Document]) -> Block:
        """Seal one block of these rows of `unsealed`. Raises Conflict where another sealer was faster."""
        keys = [key for row in rows for key in row["keys"]]
        with outages():
            found = await by_ids(self.database[self.kept.collection], keys)
            head = await head_of(self.database, chain)
        digests = {entry["_id"]: self.kept.digest(entry) for entry in found}
        block = seal(chain, head, [Entry(key, digests.get(key, MISSING)) for key in keys], self._moment())
        await transact(self.client, self._writing(block, [row["_id"] for row in rows]))
        return block

    def _writing(self, block: Block, rows: Sequence[str]) -> Callable[[Session], Awaitable[None]]:
        head = {"_id": block.chain, "n": block.n, "hash": block.hash}
        places = [{"_id": entry.key, "chain": block.chain, "n": block.n} for entry in block.entries]

        async def write(session: Session) -> None:
            await self.database.blocks.insert_one(block.to_document(), session=session)
            if block.n == 1:
                await self.database.chains.insert_one(head, session=session)
            else:
                read = {"_id": block.chain, "n": block.n - 1, "hash": block.previous}
                if (await self.database.chains.replace_one(read, head, session=session)).matched_count == 0:
                    raise Conflict("chains")
            await self.database.places.insert_many(places, ordered=False, session=session)
            gone = await self.database.unsealed.delete_many({"_id": {"$in": list(rows)}}, session=session)
            if gone.deleted_count < len(rows):
                raise Conflict("unsealed")

        return write

    def _moment(self) -> datetime:
        now = self.now()
        return now.replace(microsecond=now.microsecond // 1000 * 1000)


async def head_of(database: Database, chain: str) -> Head:
    """How far the chain reaches."""
    row = await database.chains.find_one({"_id": chain})
    return Head(row["n"], row["hash"]) if row else Head()


def _of(chain: str) -> Document:
    # "/" follows "." in the order of characters, and no code holds either.
    return {"_id": {"$gte": f"{chain}.", "$lt": f"{chain}/"}}


def _by_blocks(rows: Iterable[Document]) -> Iterator[list[Document]]:
    taken: list[Document] = []
    count = 0
    for row in rows:
        if len(taken) == ROWS or (taken and count + len(row["keys"]) > MOST_ENTRIES):
            yield taken
            taken, count = [], 0
        taken.append(row)
        count += len(row["keys"])
    if taken:
        yield taken
