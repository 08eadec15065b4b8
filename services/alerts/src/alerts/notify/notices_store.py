"""Notices at rest: what waits to be sent, what was tried, and the memory of what was told already."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING

from alerts.leases import LEASE, Leases
from alerts.notify.attempts import FIRST
from alerts.notify.items import Notice, latest
from alerts.notify.plan import Plan
from alerts.notify.rows import notice_document, notice_of, packed, place_of, places, told_document, unpacked
from alerts.notify.subscription import AT_ONCE
from chassis.errors import Conflict
from chassis.mongo import Database, Document, Mongo, Session, by_ids, outages, transact

__all__ = ["Claimed", "Notices", "Past"]

SECOND = 1
DONE: Document = {"bucket": -1}
LONGEST_ATTEMPT = timedelta(seconds=10)
LISTED = 20
LOOK_BACK = 7


@dataclass(frozen=True)
class Claimed:
    """A notice that this worker may begin to send until then, and the count of its writes as read."""

    notice: Notice
    token: str
    n: int
    until: datetime


@dataclass(frozen=True)
class Past:
    """A notice with what became of it."""

    notice: Notice
    state: str


class Notices:
    """The rows. Reads and writes raise Unavailable; saving raises Conflict when another worker was faster."""

    def __init__(self, client: Mongo, database: Database) -> None:
        self._client = client
        self._rows = database.notices
        self._told = database.told
        self._leases = Leases(database.notices, SECOND)

    async def prepare(self) -> None:
        """Make the indexes: what is due, and what belongs to a subscription on a day."""
        await self._leases.prepare()
        with outages():
            await self._rows.create_index([("place", ASCENDING)])
            await self._told.create_index([("place", ASCENDING)])

    async def known(self, told: Iterable[str], gatherings: Iterable[str]) -> frozenset[str]:
        """Which of these were told, and which gatherings are closed."""
        with outages():
            before = [row["_id"] for row in await by_ids(self._told, told)]
            closed = [row["_id"] for row in await by_ids(self._rows, gatherings) if not row["open"]]
        return frozenset((*before, *closed))

    async def save(self, plan: Plan) -> None:
        """Store a plan: all of it or nothing. Raises Conflict when a gathering was closed or the same was told."""
        if plan.told or plan.notices:
            await transact(self._client, lambda session: self._write(plan, session))

    async def _write(self, plan: Plan, session: Session) -> None:
        if plan.told:
            await self._told.insert_many([told_document(told) for told in plan.told], session=session)
        if plan.notices:
            rows = [notice_document(one) | self._leases.due(one.due) for one in plan.notices]
            await self._rows.insert_many(rows, session=session)
        for gathering in plan.gatherings.values():
            still = {"_id": gathering.id, "open": True}
            if (await self._rows.update_one(still, {"$inc": {"n": 1}}, session=session)).matched_count == 0:
                row = notice_document(gathering) | self._leases.due(gathering.due)
                await self._rows.insert_one(row, session=session)

    async def claim(self, now: datetime, token: str, limit: int, busy: Sequence[str]) -> list[Claimed]:
        """Take what is due, but for subscriptions that are busy. It comes back when the worker dies."""
        rows = await self._leases.claim(now, token, limit, {"subscription": {"$nin": list(busy)}})
        until = now + LEASE - LONGEST_ATTEMPT
        return [Claimed(notice_of(row), token, row["n"], until) for row in sorted(rows, key=_age)]

    async def closed(self, claimed: Claimed) -> Notice:
        """The gathering with what it tells, fixed from now on. Raises Conflict when something came in meanwhile."""
        notice = claimed.notice
        with outages():
            rows = await self._told.find({"place": place_of(notice.subscription, notice.due)}).to_list(None)
            items = latest((unpacked(row["item"]) for row in rows if row.get("gathering") == notice.id), AT_ONCE)
            fixed = {"open": False, "items": [packed(item) for item in items]}
            seen = {"_id": notice.id, "by": claimed.token, "open": True, "n": claimed.n}
            if (await self._rows.update_one(seen, {"$set": fixed})).matched_count == 0:
                raise Conflict("gathering")
        return replace(notice, items=items, open=False)

    async def end(self, claimed: Claimed, state: str, tried: tuple[datetime, str]) -> None:
        """Nothing more is done with this notice. It stays visible for a month."""
        change = {"state": state, **DONE, "tried": _tried(claimed.notice, tried), "open": False}
        await self._change(claimed, change)

    async def later(self, claimed: Claimed, at: datetime, tried: tuple[datetime, str]) -> None:
        """Again then, and with it what waits for the same subscription: the other side is resting.

        What was tried less often comes sooner, one after the other: it may be this one that they will not take.
        """
        again = _tried(claimed.notice, tried)
        await self._change(claimed, {"tried": again})
        waiting = {**places(claimed.notice.subscription), "state": "waiting", "open": False, "due": {"$lte": at}}
        soon = min(at, tried[0] + FIRST)
        with outages():
            await self._rows.update_many(waiting, {"$set": self._leases.due(at)})
            less = {**waiting, f"tried.{len(again) - 1}": {"$exists": False}}
            await self._rows.update_many(less, {"$set": self._leases.due(soon)})

    async def _change(self, claimed: Claimed, change: Document) -> None:
        with outages():
            await self._rows.update_one({"_id": claimed.notice.id, "by": claimed.token}, {"$set": change})

    async def latest_of(self, subscription: str, now: datetime) -> list[Past]:
        """The newest of the last week, the newest first."""
        found: list[Document] = []
        for back in range(LOOK_BACK):
            place = place_of(subscription, now - timedelta(days=back))
            with outages():
                found += await self._rows.find({"place": place}).to_list(None)
            if len(found) >= LISTED:
                break
        found.sort(key=_age, reverse=True)
        return [Past(notice_of(row), row["state"]) for row in found[:LISTED]]

    async def forget(self, subscription: str, before: datetime | None = None) -> None:
        """Delete what is older, or everything of a subscription."""
        with outages():
            for collection in (self._rows, self._told):
                await collection.delete_many(places(subscription, None, before))


def _age(row: Document) -> tuple[Any, ...]:
    return row["created_at"], row["_id"]


def _tried(notice: Notice, tried: tuple[datetime, str]) -> list[list[Any]]:
    return [list(one) for one in (*notice.tried, tried)]
