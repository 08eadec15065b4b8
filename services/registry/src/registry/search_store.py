"""Search at rest: one row for each token of a person, under the hash of the token (`t`) and the person (`p`).

A row carries all that ranks, so that one lookup answers. Person ids are random: a range of them is a fair sample, and a
token of very many people is read by a slice of that range only.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from pymongo import ASCENDING, DeleteOne, InsertOne, UpdateOne

from chassis.mongo import Document, outages
from chassis.seal import Hasher
from registry.matching import MatchingTable
from registry.ranking import Hit, fits, promising, ranked
from registry.search import Card, Query, changes, parse, stages, variants
from registry.shelf import Shelf
from registry.world import PersonState

__all__ = ["Found", "SearchStore", "search_writes"]

ENOUGH = 500
MOST_VARIANTS = 300
# Numbers, days and pairs of words: no token of these kinds has very many persons.
RARE = "idx"
# A first look at a sixteenth of the persons tells how many a token has.
SIXTEENTHS = (*"123456789abcdef", "g")


@dataclass(frozen=True)
class Found:
    """The best hits. `complete` is false where so many bear the name that not all were looked at."""

    hits: tuple[Hit, ...]
    complete: bool


def search_writes(
    hasher: Hasher, state: PersonState, found_by: tuple[Card | None, Card | None], seal: Callable[[bytes], bytes]
) -> list[Any]:
    """What to write to `search` when a person was found by one card and now by another; none for one who is no more.

    `seal` shuts what rows carry. Nothing of it is a ReplaceOne.
    """
    person, (before, after) = state.id, found_by
    written, removed = changes(before, after, again=state.lost)
    if after is not None and written:
        written = dict.fromkeys(written, seal(after.to_bytes()))
    if before is None:
        return [InsertOne(document) for document in rows(hasher, person, written)]
    writes: list[Any] = [DeleteOne({"_id": f"{_hash(hasher, token)}.{person}"}) for token in sorted(removed)]
    return writes + [
        UpdateOne({"_id": document.pop("_id")}, {"$set": document}, upsert=True)
        for document in rows(hasher, person, written)
    ]


def rows(hasher: Hasher, person: str, written: Mapping[str, bytes]) -> list[Document]:
    """The rows of a person as stored."""
    hashed = ((_hash(hasher, token), carried) for token, carried in written.items())
    return [{"_id": f"{token}.{person}", "t": token, "p": person, "b": carried} for token, carried in hashed]


def _hash(hasher: Hasher, token: str) -> str:
    return hasher.of("search", token)[:16]


def _best(hits: list[Hit], limit: int) -> tuple[Hit, ...]:
    return tuple(sorted(hits, key=lambda hit: (-hit.total, hit.person))[:limit])


class SearchStore:
    """Finds persons. Raises Unavailable when the database is out of reach."""

    def __init__(self, shelf: Shelf, hasher: Hasher, table: MatchingTable) -> None:
        self._shelf = shelf
        self._rows = shelf.database.search
        self._hasher = hasher
        self._table = table

    async def prepare(self) -> None:
        """Make the index by which a token is looked up, and the slices of a frequent one."""
        with outages():
            await self._rows.create_index([("t", ASCENDING), ("p", ASCENDING)])

    async def find(self, text: str, limit: int = 20) -> Found:
        """The persons that fit a line of text best."""
        query, seen, complete = parse(text), dict[str, Card](), True
        hits: list[Hit] = []
        for stage in stages(query):
            cards: dict[str, Card] = {}
            for token in stage:
                complete &= await self._gather(token, cards)
            complete &= self._rank(query, cards, seen, hits)
            if fits(query, hits):
                return Found(_best(hits, limit), complete)
        if query.keys and not query.numbers:
            cards = {}
            await self._try(islice(variants(query), MOST_VARIANTS), cards)
            self._rank(query, cards, seen, hits)
        return Found(_best(hits, limit), complete)

    def _rank(self, query: Query, cards: dict[str, Card], seen: dict[str, Card], hits: list[Hit]) -> bool:
        """Rank whom an earlier stage did not; whether all of them were looked at."""
        fresh = [person for person in cards if person not in seen]
        if len(fresh) > ENOUGH:
            fresh.sort(key=lambda person: (-promising(query, cards[person]), person))
        chosen = {person: cards[person] for person in fresh[:ENOUGH]}
        seen |= chosen
        hits += ranked(query, chosen, self._table)
        return len(fresh) <= ENOUGH

    async def _try(self, tokens: Iterable[str], cards: dict[str, Card]) -> None:
        hashes = [_hash(self._hasher, token) for token in tokens]
        await self._read({"t": {"$in": hashes}}, cards)

    async def _gather(self, token: str, cards: dict[str, Card]) -> bool:
        """Add whom a token finds; whether that was all of them."""
        wanted = _hash(self._hasher, token)
        if token[0] in RARE:
            await self._read({"t": wanted}, cards)
            return True
        found = await self._read({"t": wanted, "p": {"$gte": "", "$lt": SIXTEENTHS[0]}}, cards)
        share = min(15, ENOUGH // max(found, 1))
        if share:
            await self._read({"t": wanted, "p": {"$gte": SIXTEENTHS[0], "$lt": SIXTEENTHS[share]}}, cards)
        return share == 15

    async def _read(self, wanted: Document, cards: dict[str, Card]) -> int:
        with outages():
            found = await self._rows.find(wanted).to_list(None)
            fresh = {row["p"]: row for row in found if row["p"] not in cards}
            opened = await self._shelf.opened("search", list(fresh.values()))
        cards |= {row["p"]: Card.from_bytes(row["card"]) for row in opened if row["card"] is not None}
        return len(found)
