"""Walks the chains of one database: every entry, every block, and what waits. Only reads.

Each collection is read once, from end to end; a digest of every entry is held in memory meanwhile (some 200 bytes).
The order matters while entries keep coming: first the entries, then what waits, then the blocks. Whatever is sealed
meanwhile is then found on its way.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from chassis.blocks import Block, Entry, Finding, Head, Link, Walk
from chassis.mongo import Database, Document, outages
from chassis.sealer import Kept

__all__ = ["Inspected", "Inspection"]

CHANGED = "changed"


@dataclass
class Inspected:
    """What was found of one chain. `unbound` are entries of before headers had a digest of their own."""

    chain: str
    head: Head = field(default_factory=Head)
    blocks: int = 0
    entries: int = 0
    unsealed: int = 0
    unbound: int = 0
    findings: list[Finding] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)


@dataclass(frozen=True)
class Inspection:
    """How a database is walked: `is_intact` tells what can be told of an entry without a block."""

    database: Database
    kept: Kept
    is_intact: Callable[[Document], bool]
    chain_of: Callable[[Document], str]
    is_bound: Callable[[Document], bool] = lambda _: True

    async def run(self, chains: Iterable[str], noted: Mapping[str, Head]) -> list[Inspected]:
        """Walk these chains and every other one that there is. `noted` are heads that were written down elsewhere."""
        found: dict[str, Inspected] = {chain: Inspected(chain) for chain in (*chains, *noted)}
        with outages():
            stored = await self._stored(found)
            await self._waiting(stored, found)
            before = await self._heads()
            await self._blocks(stored, found)
            after = await self._heads()
            for chain in before.keys() - found.keys():
                found[chain] = Inspected(chain)
            for one in found.values():
                _follow(one, before.get(one.chain, Head()), after.get(one.chain, Head()), noted.get(one.chain))
            await self._left(stored, found)
        return [found[chain] for chain in sorted(found)]

    async def _stored(self, found: dict[str, Inspected]) -> dict[str, tuple[str, str]]:
        """Chain and digest of every entry there is."""
        stored = {}
        async for entry in self.database[self.kept.collection].find({}):
            chain = self.chain_of(entry)
            stored[entry["_id"]] = (chain, self._digest(entry))
            if not self.is_bound(entry):
                found.setdefault(chain, Inspected(chain)).unbound += 1
        return stored

    def _digest(self, entry: Document) -> str:
        return self.kept.digest(entry) if self.is_intact(entry) else CHANGED

    async def _waiting(self, stored: dict[str, tuple[str, str]], found: dict[str, Inspected]) -> None:
        async for row in self.database.unsealed.find({}):
            chain = row["_id"].rpartition(".")[0]
            one = found.setdefault(chain, Inspected(chain))
            for key in row["keys"]:
                one.unsealed += 1
                digest = await self._taken(key, stored)
                if digest is None or digest == CHANGED:
                    one.findings.append(Finding(chain, f"entry_{CHANGED if digest else 'missing'}", None, key))

    async def _heads(self) -> dict[str, Head]:
        return {row["_id"]: Head(row["n"], row["hash"]) async for row in self.database.chains.find({})}

    async def _blocks(self, stored: dict[str, tuple[str, str]], found: dict[str, Inspected]) -> None:
        async for row in self.database.blocks.find({}):
            chain, block = row["_id"].rpartition(".")[0], Block.of_document(row)
            one = found.setdefault(chain, Inspected(chain))
            one.links.append(Link.of(row["_id"], block))
            one.entries += len(block.entries)
            for entry in block.entries:
                one.findings += await self._entry(Finding(chain, "", block.n, entry.key), entry, stored)

    async def _entry(self, where: Finding, entry: Entry, stored: dict[str, tuple[str, str]]) -> list[Finding]:
        digest = await self._taken(entry.key, stored)
        if digest == entry.digest:
            return []
        return [where._replace(kind="entry_missing" if digest is None else "entry_changed")]

    async def _taken(self, key: str, stored: dict[str, tuple[str, str]]) -> str | None:
        """The digest of an entry that is accounted for; it may have come after the entries were read."""
        if key in stored:
            return stored.pop(key)[1]
        entry = await self.database[self.kept.collection].find_one({"_id": key})
        return None if entry is None else self._digest(entry)

    async def _left(self, stored: Mapping[str, tuple[str, str]], found: dict[str, Inspected]) -> None:
        """Entries that no block names: they were in one that is missing or was changed, or were slipped in."""
        broken: dict[str, set[int | None]] = defaultdict(set)
        for one in found.values():
            broken[one.chain] = {finding.n for finding in one.findings if finding.key is None}
        for key, (chain, _) in stored.items():
            place = await self.database.places.find_one({"_id": key})
            if place is None or place["n"] not in broken[place["chain"]]:
                one = found.setdefault(chain, Inspected(chain))
                one.findings.append(Finding(chain, "entry_unaccounted", None, key))


def _follow(one: Inspected, before: Head, after: Head, noted: Head | None) -> None:
    walk = Walk(one.chain, noted)
    for link in sorted(one.links):
        walk.step(link)
    # Blocks may have been sealed while we walked: then the later head is theirs.
    walk.end(before if walk.reached.n == before.n else after)
    one.head, one.blocks = walk.reached, walk.blocks
    one.findings = sorted(walk.findings, key=lambda finding: finding.n or 0) + one.findings
