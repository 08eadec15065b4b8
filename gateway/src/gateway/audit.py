"""The audit log: one row a read, written before the answer goes out, many readers sharing one write."""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from pymongo import DESCENDING
from pymongo.errors import PyMongoError

from chassis.errors import Conflict, Problem, Unavailable
from chassis.log import log, place_of
from chassis.metrics import AUDIT_ROWS
from chassis.mongo import Database, Document, Session, outages, transact
from chassis.sealer import unsealed_rows
from gateway.visits import Visit

__all__ = ["CHAIN", "Audit", "Read"]

PATIENCE_SECONDS = 6
MOST_ROWS = 500
CHAIN = "audit"


@dataclass(frozen=True)
class Read:
    """What was read, or asked for and refused. `ids` are opaque; `protection` hides the row from agency readers."""

    visit: Visit
    action: str
    ids: Sequence[str]
    outcome: str = "given"
    protection: bool = False

    def row(self, at: datetime) -> Document:
        """The row at rest; its place in the evidence chain is kept beside it."""
        return {
            # In order of time, so that newest-first needs no index of its own.
            "_id": f"{int(at.timestamp() * 1000):012x}-{secrets.token_hex(8)}",
            "at": at,
            "account": self.visit.viewer.account,
            "role": self.visit.role.value,
            "agency": self.visit.viewer.agency,
            "action": self.action,
            "purpose": str(self.visit.purpose),
            "ids": list(self.ids),
            "trace": self.visit.trace,
            "outcome": self.outcome,
            "protection": self.protection,
        }


Waiting = tuple[Document, "asyncio.Future[None]"]


class Audit:
    """Writes rows in groups. `run` must be running for `record` to return."""

    def __init__(self, database: Database, linger_seconds: float) -> None:
        self._database = database
        self._rows = database.audit
        self._linger = linger_seconds
        self._inbox: asyncio.Queue[Waiting] = asyncio.Queue()

    async def prepare(self) -> None:
        """Make the index. Raises Unavailable."""
        with outages():
            await self._rows.create_index([("agency", 1), ("_id", DESCENDING)])

    async def record(self, read: Read, at: datetime) -> None:
        """Returns when the row is stored. Raises Problem 503 when it cannot be: then the read must not go on."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        await self._inbox.put((read.row(at), done))
        try:
            await asyncio.wait_for(done, PATIENCE_SECONDS)
        except (Unavailable, TimeoutError) as error:
            raise Problem(
                503,
                "audit_unavailable",
                id="Catatan akses tidak dapat ditulis; data tidak dibuka.",
                en="The access record cannot be written; nothing is shown.",
                part="audit",
                retry_after=5,
            ) from error
        AUDIT_ROWS.labels(read.action).inc()

    async def run(self) -> None:
        """Store what waits, for ever."""
        while True:
            group = [await self._inbox.get()]
            await asyncio.sleep(self._linger)
            while not self._inbox.empty():
                group.append(self._inbox.get_nowait())
            await self._store(group)

    async def _store(self, group: Sequence[Waiting]) -> None:
        failure: Unavailable | None = None
        try:
            await transact(self._database.client, partial(self._insert, [row for row, _ in group]))
        except (Unavailable, Conflict, PyMongoError) as error:
            log.error("audit_not_written", rows=len(group), **place_of(error))
            failure = Unavailable("audit")
        for _, done in group:
            if done.done():  # its reader gave up; the row says more than was shown
                continue
            if failure is None:
                done.set_result(None)
            else:
                done.set_exception(failure)

    async def _insert(self, rows: list[Document], session: Session) -> None:
        # Listed for the sealer in the same transaction: a row that is not in the chain was never written.
        await self._rows.insert_many(rows, ordered=False, session=session)
        listed = unsealed_rows({CHAIN: [row["_id"] for row in rows]})
        await self._database.unsealed.bulk_write(listed, session=session)

    async def latest(self, agency: str | None, since: datetime, limit: int) -> list[dict[str, Any]]:
        """The newest rows; those of one agency leave out protection reads. Raises Unavailable."""
        begin = f"{int(since.timestamp() * 1000):012x}"
        wanted: Document = {"_id": {"$gte": begin, "$lt": "~"}}
        if agency is not None:
            wanted |= {"agency": agency, "protection": False}
        with outages():
            cursor = self._rows.find(wanted).sort("_id", DESCENDING).limit(min(limit, MOST_ROWS))
            rows = await cursor.to_list(None)
        return [_shown(row) for row in rows]


def _shown(row: Document) -> Document:
    """A row as a reader of the log sees it. Of a look at a protection matter: who and when, not about whom."""
    told = {"id": row.pop("_id"), **row, "at": row["at"].isoformat()}
    return {**told, "ids": [], "purpose": told["purpose"].partition(":")[0]} if row["protection"] else told
