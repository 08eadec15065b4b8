"""Blocks: a chain of hashes over what is stored, so that a change, a loss or a reordering shows. Pure.

An entry's digest is made by whoever keeps the entries. A block's hash covers its chain, its number, the hash before it,
its moment, and every entry in order: whoever has the blocks can check the chain, without a key.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

__all__ = ["GENESIS", "MISSING", "Block", "Entry", "Finding", "Head", "Link", "Walk", "block_id", "seal"]

GENESIS = "0" * 64
MISSING = "missing"
"""The digest of an entry that was gone before it could be sealed."""


class Entry(NamedTuple):
    """An entry of a block: its key, and the digest of its stored bytes."""

    key: str
    digest: str


class Head(NamedTuple):
    """How far a chain reaches."""

    n: int = 0
    hash: str = GENESIS


@dataclass(frozen=True)
class Block:
    """The entries that were sealed together. Numbers begin at 1."""

    chain: str
    n: int
    previous: str
    entries: tuple[Entry, ...]
    at: datetime
    hash: str

    def computed(self) -> str:
        """The hash that this block should have."""
        digest = hashlib.sha256()
        moment = self.at.astimezone(UTC).isoformat(timespec="milliseconds")
        for part in (
            self.chain,
            str(self.n),
            self.previous,
            moment,
            *(text for entry in self.entries for text in entry),
        ):
            encoded = part.encode()
            digest.update(f"{len(encoded)}:".encode() + encoded)
        return digest.hexdigest()

    def to_document(self) -> dict[str, Any]:
        """As it rests in the database."""
        return {
            "_id": block_id(self.chain, self.n),
            "chain": self.chain,
            "n": self.n,
            "previous": self.previous,
            "entries": [list(entry) for entry in self.entries],
            "at": self.at,
            "hash": self.hash,
        }

    @classmethod
    def of_document(cls, row: Mapping[str, Any]) -> "Block":
        """The inverse of to_document."""
        entries = tuple(Entry(*entry) for entry in row["entries"])
        return cls(row["chain"], row["n"], row["previous"], entries, row["at"], row["hash"])


def block_id(chain: str, n: int) -> str:
    """The id of a block: unique, so that no chain has two blocks of one number. In order of numbers."""
    return f"{chain}.{n:012d}"


def seal(chain: str, head: Head, entries: Sequence[Entry], at: datetime) -> Block:
    """The next block of a chain."""
    block = Block(chain, head.n + 1, head.hash, tuple(entries), at, "")
    return replace(block, hash=block.computed())


class Finding(NamedTuple):
    """Something that is not as it was sealed: where, and what."""

    chain: str
    kind: str
    n: int | None = None
    key: str | None = None


class Link(NamedTuple):
    """What of a block matters for the chain: where it was found, what it says, and whether its hash is its own."""

    place: int
    chain: str
    n: int
    previous: str
    hash: str
    whole: bool

    @classmethod
    def of(cls, id: str, block: Block) -> "Link":
        """The link that a block makes which was found under this id."""
        place = int(id.rpartition(".")[2])
        return cls(place, block.chain, block.n, block.previous, block.hash, block.computed() == block.hash)


class Walk:
    """Follows the links of one chain in order and notes what is not as it was written.

    `known` is a head that was noted elsewhere before: the chain must still lead through it.
    """

    def __init__(self, chain: str, known: Head | None = None) -> None:
        self.chain = chain
        self.findings: list[Finding] = []
        self.reached = Head()
        self.blocks = 0
        self._known = known

    def step(self, link: Link) -> None:
        """Take the next block."""
        n = link.place
        self.blocks += 1
        self._missing(self.reached.n + 1, n)
        if (link.chain, link.n) != (self.chain, n):
            self._found("block_misplaced", n)
        elif not link.whole:
            self._found("block_changed", n)
        elif link.previous != self.reached.hash and self.reached.n == n - 1:
            self._found("chain_broken", n)
        self.reached = Head(n, link.hash)
        if self._known is not None and self._known.n == n and self._known.hash != link.hash:
            self._found("not_as_noted", n)

    def end(self, head: Head) -> None:
        """The blocks are over; `head` is how far the chain should reach."""
        furthest = max([head.n, *([self._known.n] if self._known else [])])
        self._missing(self.reached.n + 1, furthest + 1)
        if head.n < self.reached.n or (head.n == self.reached.n and head.hash != self.reached.hash):
            self._found("head_differs", head.n)

    def _missing(self, first: int, beyond: int) -> None:
        for n in range(first, beyond):
            self._found("block_missing", n)

    def _found(self, kind: str, n: int) -> None:
        self.findings.append(Finding(self.chain, kind, n))
