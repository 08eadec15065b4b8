"""Scorecards at rest: written in the intake's own transaction, read when asked, sent to the source once a day."""

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pymongo import UpdateOne

from chassis.bus import Letter
from chassis.mongo import Database, Document, outages
from chassis.seal import Hasher
from contracts.agencies import Agency
from contracts.scorecards import SourceScorecard
from registry.documents import source_of
from registry.lines import day_of
from registry.refused import sender_id
from registry.scorecard import Added, Kept, added, scorecard
from registry.world import Outcome

__all__ = ["DAYS", "Scorecards", "writes"]

DAYS = 30
Publish = Callable[[Sequence[Letter]], Awaitable[None]]
Contradicted = Callable[[], Awaitable[Mapping[str, int]]]


def writes(outcomes: Iterable[Outcome]) -> dict[str, list[Any]]:
    """By collection, what these outcomes add; to be written in the transaction that stores them."""
    found = added(outcomes)
    operations = {
        "scorecards": [operation for name, mine in found.items() for operation in _days(name, mine)],
        "sequences": [operation for name, mine in found.items() for operation in _numbers(name, mine)],
    }
    return {collection: listed for collection, listed in operations.items() if listed}


def _days(name: str, mine: Added) -> Iterator[Any]:
    for day, number in mine.accepted.items():
        late = {f"late.{index}": n for (on, index), n in mine.late.items() if on == day}
        fields = {"$inc": {"accepted": number, **late}, "$setOnInsert": {"source": name, "day": day}}
        yield UpdateOne({"_id": f"{name}|{day}"}, fields, upsert=True)


def _numbers(name: str, mine: Added) -> Iterator[Any]:
    for block, numbers in mine.numbers.items():
        fields = {"$addToSet": {"seen": {"$each": sorted(numbers)}}, "$setOnInsert": {"source": name}}
        yield UpdateOne({"_id": f"{name}|{block:012}"}, fields, upsert=True)


@dataclass(frozen=True)
class Scorecards:
    """Reads. All raise Unavailable. `contradicted`: how many events of each source contradict another source's."""

    database: Database
    agencies: Mapping[str, Agency]
    hasher: Hasher
    now: Callable[[], datetime]
    contradicted: Contradicted | None = None

    async def all(self, agency: str | None = None, source: str | None = None) -> list[SourceScorecard]:
        """The last 30 days of every source, of one agency's, or of one."""
        now = self.now()
        period = (day_of(now) - timedelta(days=DAYS - 1), day_of(now))
        kept = await self._kept(period[0].isoformat(), now)
        return [
            scorecard(code, one, kept(f"{code}/{one.code}"), period, now)
            for code, found in self.agencies.items()
            for one in found.sources
            if agency in (None, code) and source in (None, one.code)
        ]

    async def send(self, publish: Publish) -> None:
        """Tell every source how it is doing, once a day. A crash in between tells it twice."""
        today = day_of(self.now()).isoformat()
        sent = self.database.scorecards_sent
        with outages():
            done = {row["_id"] for row in await sent.find({"day": today}).to_list(None)}
        for code in self.agencies:
            if f"{code}|{today}" in done:
                continue
            cards = await self.all(code)
            if all(card.last_heard_at is None for card in cards):
                continue  # whoever never connected has nobody who would read it
            await publish(list(map(_letter, cards)))
            with outages():
                await sent.update_one({"_id": f"{code}|{today}"}, {"$set": {"day": today}}, upsert=True)

    async def _kept(self, first_day: str, now: datetime) -> Callable[[str], Kept]:
        with outages():
            days = await self.database.scorecards.find({"day": {"$gte": first_day}}).to_list(None)
            heard = [source_of(row) for row in await self.database.sources.find({}).to_list(None)]
            begin = now - timedelta(days=DAYS)
            refused = await self.database.quarantine.find({"at": {"$gte": begin}}).to_list(None)
        return _assembled(
            days,
            await self._numbers({row["source"] for row in days}),
            self._refused(refused),
            {f"{state.agency}/{state.code}": state.last_heard_at for state in heard},
            await self.contradicted() if self.contradicted else None,
        )

    async def _numbers(self, names: Iterable[str]) -> dict[str, set[int]]:
        """The numbers in the newest blocks of each source."""
        found: dict[str, set[int]] = {}
        for name in sorted(names):
            with outages():
                newest = self.database.sequences.find({"_id": {"$gte": f"{name}|", "$lt": f"{name}~"}}).sort("_id", -1)
                rows = await newest.limit(40).to_list(None)
            found[name] = {number for row in rows for number in row["seen"]}
        return found

    def _refused(self, rows: Sequence[Document]) -> list[tuple[str, str, int | None]]:
        """Source, code and number of each refused event whose source is known."""
        names = {
            sender_id(self.hasher, code, one.uri): f"{code}/{one.code}"
            for code, found in self.agencies.items()
            for one in found.sources
        }
        return [(names[row["sender"]], row["code"], row["sequence"]) for row in rows if row["sender"] in names]


def _assembled(
    days: Sequence[Document],
    numbers: Mapping[str, set[int]],
    refused: Sequence[tuple[str, str, int | None]],
    heard: Mapping[str, datetime | None],
    contradicted: Mapping[str, int] | None,
) -> Callable[[str], Kept]:
    late: dict[str, Counter[int]] = defaultdict(Counter)
    accepted: dict[str, dict[str, int]] = defaultdict(dict)
    codes: dict[str, Counter[str]] = defaultdict(Counter)
    seen: dict[str, set[int]] = defaultdict(set, {name: set(found) for name, found in numbers.items()})
    for row in days:
        accepted[row["source"]][row["day"]] = row["accepted"]
        late[row["source"]].update({int(index): number for index, number in row.get("late", {}).items()})
    for name, code, number in refused:
        codes[name][code] += 1
        if number is not None:
            seen[name].add(number)

    def of(name: str) -> Kept:
        known = None if contradicted is None else contradicted.get(name, 0)
        return Kept(accepted[name], late[name], frozenset(seen[name]), codes[name], heard.get(name), known)

    return of


def _letter(card: SourceScorecard) -> Letter:
    body = card.model_dump_json(exclude_none=True).encode()
    return Letter("", f"to.{card.agency}", body, type=card.TYPE)
