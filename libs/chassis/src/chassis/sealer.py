"""Seals entries into blocks. What waits is listed by whoever stores the entries, in the same transaction.

A row of `unsealed` names keys that were stored together; a chain takes rows, never a stretch of time, so that nothing
is passed over however late it was stored. Two sealers at once cannot fork a chain: a number exists once, and the head
is written only by whoever read it.
"""

import secrets
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pymongo import InsertOne

from chassis.blocks import MISSING, Block, Entry, Head, seal
from chassis.errors import Conflict
from chassis.mongo import Database, Document, Mongo, Session, by_ids, outages, transact
from chassis.turns import Turns

__all__ = ["Kept", "Sealer", "head_of", "unsealed_rows"]

ROWS = 50
MOST_ENTRIES = 500
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
            if await self._waits(chain) and await turns.take(chain, self.name, self.now()):
                while await self._sealed(chain):
                    blocks += 1
                await turns.give_back(chain, self.name)
        return blocks

    async def seal(self, chain: str) -> Block | None:
        """Seal one block; none when nothing waits. Raises Conflict where another sealer was faster."""
        with outages():
            rows = await self.database.unsealed.find(_of(chain)).limit(ROWS).to_list(None)
            taken = _up_to(rows, MOST_ENTRIES)
            keys = [key for row in taken for key in row["keys"]]
            found = await by_ids(self.database[self.kept.collection], keys)
            head = await head_of(self.database, chain)
        if not keys:
            return None
        digests = {entry["_id"]: self.kept.digest(entry) for entry in found}
        block = seal(chain, head, [Entry(key, digests.get(key, MISSING)) for key in keys], self._moment())
        await transact(self.client, self._writing(block, [row["_id"] for row in taken]))
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

    async def _sealed(self, chain: str) -> bool:
        try:
            return await self.seal(chain) is not None
        except Conflict:  # another sealer was faster: what is left is for the next turn
            return False

    async def _waits(self, chain: str) -> bool:
        with outages():
            return await self.database.unsealed.find_one(_of(chain)) is not None

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


def _up_to(rows: Sequence[Document], most: int) -> list[Document]:
    taken: list[Document] = []
    count = 0
    for row in rows:
        if taken and count + len(row["keys"]) > most:
            break
        taken.append(row)
        count += len(row["keys"])
    return taken
