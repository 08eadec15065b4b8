"""Cases at rest: one row each, its deadline, the alerts that are decided with it, and what is announced, in one.

All that is written on a case is sealed under a key of its own.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from pymongo import ASCENDING, DeleteOne, InsertOne, ReplaceOne

from alerts.alert import Alert
from alerts.announce import letters_of
from alerts.cases.announce import case_letters
from alerts.cases.case import Case
from alerts.cases.clock import CaseLimits, due
from alerts.documents import alert_document
from alerts.due import dirty_writes
from alerts.leases import Leases
from alerts.shelves import KEPT
from chassis.backwards import spans, within
from chassis.drawers import Drawers, destroying
from chassis.mongo import Database, Document, Session, outages, transact
from chassis.outbox import Outbox
from chassis.writing import AsRead, Writes, write_all, write_checked

__all__ = ["CaseStore", "Change"]

SECOND = 1
KEYS, SEALED = "cases", "b"
OPEN_SHELF = 0
"""Cases that are not over stand together; the others by the week of their last change."""


@dataclass(frozen=True)
class Change:
    """A case before (none: it is new) and after."""

    before: Case | None
    after: Case


class CaseStore:
    """The cases' rows. Reads raise Unavailable; saving raises Conflict when another writer was faster."""

    def __init__(self, database: Database, drawers: Drawers, outbox: Outbox, limits: CaseLimits) -> None:
        self._client = database.client
        self._database = database
        self.drawers = drawers
        self._rows = database.cases
        self._deadlines = database.case_deadlines
        self._outbox = outbox
        self._limits = limits
        self._leases = Leases(self._deadlines, SECOND)

    async def prepare(self) -> None:
        """Make the indexes: open ones and weeks, and what is due."""
        with outages():
            await self._rows.create_index([("shelf", ASCENDING), ("at", ASCENDING)])
            await self._rows.create_index([("about", ASCENDING)])
        await self._leases.prepare()

    async def one(self, id: str) -> Case | None:
        with outages():
            row = await self._rows.find_one({"_id": id})
        return next(iter(await self._read([row])), None) if row else None

    async def open(self) -> list[Case]:
        """Every open case."""
        with outages():
            rows = await self._rows.find({"shelf": OPEN_SHELF}).to_list(None)
        return await self._read(rows)

    async def pinned(self) -> set[str]:
        """Alerts that somebody put into a case one by one."""
        with outages():
            rows = await self._rows.find({}).to_list(None)
        return {id for case in await self._read(rows) for id in case.pinned}

    async def worded(self) -> list[Case]:
        """Every case that has words."""
        with outages():
            rows = await self._rows.find({"bare": {"$exists": False}}).to_list(None)
        return await self._read(rows)

    async def erased(self) -> set[str]:
        """Ids of cases whose words were erased."""
        with outages():
            return {row["_id"] for row in await self._rows.find({"bare": True}, {"_id": 1}).to_list(None)}

    async def about(self, persons: Collection[str]) -> list[Case]:
        """Cases that are about one of these persons by name."""
        with outages():
            rows = await self._rows.find({"about": {"$in": sorted(persons)}}).to_list(None)
        return await self._read(rows)

    async def erase(self, before: Case, after: Case, proof: Document) -> None:
        """Put what is left of a case in its place, and destroy the key of what there was. Nobody is told of it.

        Raises Conflict when it is not as it was read.
        """
        row = _row(after, {"body": after.model_dump_json(exclude_defaults=True), "bare": True})

        async def work(session: Session) -> None:
            await write_checked(self._database, {"cases": [_write(Change(before, after), row)]}, session)
            here: Writes = {
                self._deadlines.name: [self._armed(after.id, due(after, self._limits))],
                "erasures": [InsertOne(proof)],
            }
            keys = {KEYS: destroying([after.id])}
            await write_all([(self._database, here), (self.drawers.keys.database, keys)], session)

        await transact(self._client, work)

    async def proofs(self) -> list[Document]:
        """What was erased, by which rule and when: opaque ids and numbers, the latest first."""
        with outages():
            rows = await self._database.erasures.find({}).to_list(None)
        return [{"id": row.pop("_id"), **row} for row in sorted(rows, key=lambda row: row["at"], reverse=True)]

    async def _read(self, rows: Sequence[Document]) -> list[Case]:
        """The cases in these rows; those whose key is gone are not among them."""
        sealed = await self.drawers.opened(KEYS, [(row["_id"], row[SEALED]) for row in rows if SEALED in row])
        plain = [row["body"] for row in rows if SEALED not in row]
        return [Case.model_validate_json(said) for said in (*sealed, *plain) if said is not None]

    async def over(self, agency: str, before: tuple[datetime, str], limit: int) -> list[Case]:
        """Cases of an agency that are closed or merged, changed before this moment and id, the newest change first."""
        found: list[Case] = []
        for span in spans(before[0], before[0] - KEPT):
            query = {"shelf": _over(agency), **within(span)}
            with outages():
                rows = await self._rows.find(query).to_list(None)
            cases = await self._read(rows)
            found += sorted((case for case in cases if _newest(case) < before), key=_newest, reverse=True)
            if len(found) >= limit:
                break
        return found[:limit]

    async def save(self, changes: Sequence[Change], alerts: Sequence[tuple[Alert, Alert]] = ()) -> None:
        """Store the next revisions, all or nothing, with their announcements."""
        letters = [letter for change in changes for letter in case_letters(change.before, change.after, self._limits)]
        letters += [letter for _, after in alerts for letter in letters_of(after)]
        rows = await self._shut([change.after for change in changes])

        async def work(session: Session) -> None:
            cases = [_write(*pair) for pair in zip(changes, rows, strict=True)]
            decided = [_decided(*pair) for pair in alerts]
            await write_checked(self._database, {"cases": cases, "alerts": decided}, session)
            armed = [self._armed(change.after.id, due(change.after, self._limits)) for change in changes]
            # What stood behind a decided alert comes in front again.
            dirty = [write for _, after in alerts for write in dirty_writes([after.keeper], after.updated_at)]
            await write_all([(self._database, {self._deadlines.name: armed, "deadlines": dirty})], session)
            await self._outbox.add(letters, session)

        await transact(self._client, work)
        self._outbox.wake()

    async def due(self, now: datetime, token: str, limit: int) -> list[str]:
        """Ids of cases whose limit has come, for this worker alone until its lease ends."""
        return [row["_id"] for row in await self._leases.claim(now, token, limit)]

    async def arm(self, id: str, at: datetime | None) -> None:
        """Look at a case at another time; none: at no time."""
        with outages():
            await self._deadlines.bulk_write([self._armed(id, at)])

    async def _shut(self, cases: Sequence[Case]) -> list[Document]:
        said = [(case.id, case.model_dump_json(exclude_defaults=True).encode()) for case in cases]
        sealed = await self.drawers.shut(KEYS, said)
        return [_row(case, {SEALED: one}) for case, one in zip(cases, sealed, strict=True)]

    def _armed(self, id: str, at: datetime | None) -> DeleteOne | ReplaceOne[Document]:
        if at is None:
            return DeleteOne({"_id": id})
        return ReplaceOne({"_id": id}, {"_id": id, **self._leases.due(at)}, upsert=True)


def _row(case: Case, said: Document) -> Document:
    return {
        "_id": case.id,
        "revision": case.revision,
        "shelf": OPEN_SHELF if case.state == "open" else _over(case.agency),
        "at": case.updated_at,
        "about": sorted(group.id for group in case.groups if group.kind == "person"),
        **said,
    }


def _write(change: Change, row: Document) -> AsRead:
    return AsRead(row, "revision", change.before.revision if change.before else 0)


def _over(agency: str) -> str:
    return f"over {agency}"


def _decided(before: Alert, after: Alert) -> AsRead:
    return AsRead(alert_document(after), "n", before.n)


def _newest(case: Case) -> tuple[datetime, str]:
    return case.updated_at, case.id
