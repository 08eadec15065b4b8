"""Walks the chains of one database: every entry, every block, and what waits. Only reads.

The order matters while entries keep coming: first which entries there are, then what waits, then the blocks. Whatever
is sealed meanwhile is then found on its way.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, field

from chassis.blocks import Block, Finding, Head, Walk
from chassis.mongo import Database, Document, outages
from chassis.sealer import Kept, head_of

__all__ = ["Inspected", "Inspection"]

LAST = "\uffff"
KEYS, PAGE = 5000, 20


@dataclass
class Inspected:
    """What was found of one chain."""

    chain: str
    head: Head = field(default_factory=Head)
    blocks: int = 0
    entries: int = 0
    unsealed: int = 0
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True)
class Inspection:
    """How the entries of a database are walked. `is_intact` tells what can be told without a block."""

    database: Database
    kept: Kept
    is_intact: Callable[[Document], bool]
    chain_of: Callable[[Document], str]

    async def run(self, chains: Iterable[str], noted: Mapping[str, Head]) -> list[Inspected]:
        """Walk these chains and every other one that there is. `noted` are heads that were written down elsewhere."""
        stored = {key: chain async for key, chain in self._stored()}
        with outages():
            begun = await self.database.chains.find({}).to_list(None)
        every = sorted({*chains, *noted, *(row["_id"] for row in begun), *stored.values()})
        found = [await self._chain(chain, stored, noted.get(chain)) for chain in every]
        by_chain = {one.chain: one for one in found}
        for key, chain in stored.items():  # what is left was in no block, and waited for none
            by_chain[chain].findings += await self._left(chain, key, by_chain[chain])
        return found

    async def _stored(self) -> AsyncIterator[tuple[str, str]]:
        after = ""
        while True:
            with outages():
                # Both ends are given: an open end makes SecantusDB read everything.
                ids = {"_id": {"$gt": after, "$lt": LAST}}
                page = self.database[self.kept.collection].find(ids, {"agency": 1}).sort("_id", 1).limit(KEYS)
                rows = await page.to_list(None)
            for row in rows:
                yield row["_id"], self.chain_of(row)
            if len(rows) < KEYS:
                return
            after = rows[-1]["_id"]

    async def _chain(self, chain: str, stored: dict[str, str], noted: Head | None) -> Inspected:
        found = Inspected(chain)
        walk = Walk(chain, noted)
        async for key in self._waiting(chain):
            found.unsealed += 1
            found.findings += await self._unsealed(chain, key)
            stored.pop(key, None)
        with outages():
            before = await head_of(self.database, chain)
        async for id, block in self._blocks(chain):
            walk.step(id, block)
            found.entries += len(block.entries)
            found.findings += await self._entries(block, stored)
        with outages():
            after = await head_of(self.database, chain)
        walk.end(before if walk.reached.n == before.n else after)
        found.head, found.blocks = walk.reached, walk.blocks
        found.findings = walk.findings + found.findings
        return found

    async def _waiting(self, chain: str) -> AsyncIterator[str]:
        with outages():
            rows = await self.database.unsealed.find({"_id": {"$gte": f"{chain}.", "$lt": f"{chain}/"}}).to_list(None)
        for row in rows:
            for key in row["keys"]:
                yield key

    async def _unsealed(self, chain: str, key: str) -> list[Finding]:
        with outages():
            entry = await self.database[self.kept.collection].find_one({"_id": key})
        if entry is None:
            return [Finding(chain, "entry_missing", None, key)]
        return [] if self.is_intact(entry) else [Finding(chain, "entry_changed", None, key)]

    async def _blocks(self, chain: str) -> AsyncIterator[tuple[str, Block]]:
        after = f"{chain}."
        while True:
            with outages():
                wanted = {"_id": {"$gt": after, "$lt": f"{chain}/"}}
                rows = await self.database.blocks.find(wanted).sort("_id", 1).limit(PAGE).to_list(None)
            for row in rows:
                yield row["_id"], Block.of_document(row)
            if len(rows) < PAGE:
                return
            after = rows[-1]["_id"]

    async def _entries(self, block: Block, stored: dict[str, str]) -> list[Finding]:
        keys = [entry.key for entry in block.entries]
        with outages():
            rows = await self.database[self.kept.collection].find({"_id": {"$in": keys}}).to_list(None)
        digests = {row["_id"]: self.kept.digest(row) if self.is_intact(row) else "" for row in rows}
        findings = []
        for key, digest in block.entries:
            stored.pop(key, None)
            if digests.get(key) != digest:
                kind = "entry_changed" if key in digests else "entry_missing"
                findings.append(Finding(block.chain, kind, block.n, key))
        return findings

    async def _left(self, chain: str, key: str, found: Inspected) -> list[Finding]:
        """An entry that no block names: it was in one that is missing or was changed, or it was slipped in."""
        with outages():
            place = await self.database.places.find_one({"_id": key})
        broken = {finding.n for finding in found.findings if finding.key is None}
        if place is not None and place["n"] in broken:
            return []
        return [Finding(chain, "entry_unaccounted", None, key)]
