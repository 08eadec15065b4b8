"""The audit log: one row a read, written before the answer goes out, many readers sharing one write."""

import asyncio
import secrets
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from pymongo import InsertOne
from pymongo.errors import PyMongoError

from chassis.errors import Conflict, Problem, Unavailable
from chassis.log import log, place_of
from chassis.metrics import AUDIT_ROWS
from chassis.mongo import Database, Document, Session, outages, transact
from chassis.sealer import unsealed_rows
from chassis.writing import Writes, write_all
from gateway.audit_rows import LOOK, AuditRows
from gateway.visits import Visit

__all__ = ["CHAINS", "Audit", "Read", "chain_of"]

PATIENCE_SECONDS = 6
LINGER_SECONDS = 0.004
CHAINS = ("audit", "audit-protection")
"""What the protection desk looked at has a chain of its own: who hands on the other one hands on nothing of it."""


@dataclass(frozen=True)
class Read:
    """What was read, or asked for and refused. `ids` are opaque; `protection` hides the row from agency readers.

    `mark` says what was seen of the answer that somebody should look at, without a word of it.
    """

    visit: Visit
    action: str
    ids: Sequence[str]
    outcome: str = "given"
    protection: bool = False
    mark: str = ""

    def row(self, at: datetime) -> Document:
        """The row at rest; its place in the evidence chain is kept beside it."""
        return {
            # In order of time, as the list is.
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
            **({"mark": self.mark} if self.mark else {}),
        }


Waiting = tuple[Document, "asyncio.Future[None]"]


class Audit:
    """Writes rows in groups. `run` must be running for `record` to return."""

    def __init__(self, database: Database, rows: AuditRows) -> None:
        self._database = database
        self.rows = rows
        self._rows = database.audit
        self._inbox: asyncio.Queue[Waiting] = asyncio.Queue()

    async def prepare(self) -> None:
        """Make the indexes: by time, by agency, by whoever was looked at, by whoever looked. Raises Unavailable."""
        await self.rows.prepare()
        with outages():
            await self._rows.create_index([("at", 1)])
            for whose in ("agency", f"{LOOK}.of", f"{LOOK}.who"):
                await self._rows.create_index([(whose, 1), ("at", 1)])

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
        """Store what waits, for ever: alone at once, among many together with who comes soon after."""
        many = False
        while True:
            group = [await self._inbox.get()]
            await asyncio.sleep(LINGER_SECONDS if many else 0)
            while not self._inbox.empty():
                group.append(self._inbox.get_nowait())
            await self._store(group)
            many = len(group) > 1 or not self._inbox.empty()

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
        shut, made = self.rows.shut(rows)
        keys: dict[str, list[str]] = defaultdict(list)
        for row in rows:
            keys[chain_of(row)].append(row["_id"])
        here: Writes = {"audit": [InsertOne(row) for row in shut], "unsealed": [*unsealed_rows(keys)]}
        await write_all([(self._database, here), (self.rows.keys, {"audit": [made]})], session)


def chain_of(row: Document) -> str:
    """The chain that a row is sealed into."""
    return CHAINS[bool(row["protection"])]
