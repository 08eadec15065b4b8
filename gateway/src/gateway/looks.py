"""Reading the access log: who looked at this person, what did this officer look at, week by week.

Everyone sees as far as the own watch goes: a supervisor the own agency's rows, an inspector all, both without what the
protection desk read; the data-protection officer that too, without whom it was about: whoever asks by person is told
nothing of the desk. Looking at the log is on record.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chassis.backwards import Span, newest, within
from chassis.errors import Problem
from chassis.listing import Asked, Page
from chassis.mongo import Database, Document, outages
from chassis.pace import giving_way
from gateway.audit import Audit, Read
from gateway.audit_rows import LOOK
from gateway.breach import exposed
from gateway.policy import Action, may_ever, require
from gateway.visits import Visit
from gateway.weeks import Week, summary

__all__ = ["Looks"]

PIECE = 100
"""About so many rows are read at once. Of more, however few are asked for, SecantusDB reads all before the first."""
SPAN, LEAST = timedelta(seconds=10), timedelta(milliseconds=10)


@dataclass(frozen=True)
class Looks:
    """The log as one viewer may see it."""

    database: Database
    audit: Audit
    now: Callable[[], datetime]

    async def page(self, visit: Visit, days: int, asked: Asked) -> Page[Document]:
        """The newest rows of so many days."""
        return await self._read(visit, {}, days, asked)

    async def about(self, visit: Visit, person: str, days: int, asked: Asked) -> Page[Document]:
        """Who looked at this person, the newest first: everyone whose answer held them, or who was refused.

        What the protection desk read is left out: the question would say whom the rows do not name.
        """
        return await self._read(visit, self.audit.rows.about(person), days, asked, [person])

    async def by(self, visit: Visit, account: str, days: int, asked: Asked) -> Page[Document]:
        """What this account looked at, the newest first."""
        return await self._read(visit, self.audit.rows.by(account), days, asked)

    async def week(self, visit: Visit, week: Week, agency: str) -> dict[str, Any]:
        """The weekly report to the head of an agency: sums by officer, without protection reads, naming no person.

        Raises Problem 403 for another agency's, 404 for a week that is not over.
        """
        require(visit.role, Action.READ_AUDIT, visit.purpose.kind)
        if agency != visit.viewer.agency and not may_ever(visit.role, Action.READ_ALL_AUDIT):
            raise Problem(403, "not_allowed", id="Bukan instansi Anda.", en="Not your agency.")
        if week.end > self.now():
            raise Problem(404, "week_not_over", id="Minggu itu belum berakhir.", en="That week is not over.")
        with outages():
            found = self.database.audit.find({"agency": agency, "at": {"$gte": week.begin, "$lt": week.end}})
            rows = await found.to_list(None)
        await self._record(visit, [])
        return summary(week, agency, await self.audit.rows.opened(rows))

    async def breach(self, visit: Visit, since: datetime, until: datetime, account: str | None) -> dict[str, Any]:
        """Whose data were shown to an account (none: to anybody) in this time, which fields, and when.

        For the notice within 3x24 hours (UU 27/2022 art. 46). The data-protection officer's alone, without what the
        protection desk read: of that the desk itself gives notice.
        """
        require(visit.role, Action.REPORT_BREACH, visit.purpose.kind)
        wanted = self.audit.rows.by(account) if account else {}
        with outages():
            rows = await self.database.audit.find({**wanted, "at": {"$gte": since, "$lt": until}}).to_list(None)
        await self._record(visit, [])
        return exposed(await self.audit.rows.opened([row for row in rows if not row["protection"]]))

    async def since(self, moment: datetime) -> AsyncIterator[Document]:
        """Every row from then on: for the watch, which shows it to nobody. Raises Unavailable."""
        end, span = self.now(), SPAN
        while moment <= end:
            async with giving_way():
                then = {"at": {"$gte": moment, "$lt": moment + span}}
                with outages():
                    rows = await self.database.audit.find(then, {LOOK: False}).to_list(None)
                opened = await self.audit.rows.opened(rows)
            for row in opened:
                yield row
            moment += span
            span = span * 2 if len(rows) < PIECE else max(span / 2, LEAST)

    async def _read(
        self, visit: Visit, wanted: Document, days: int, asked: Asked, ids: Sequence[str] = ()
    ) -> Page[Document]:
        require(visit.role, Action.READ_AUDIT, visit.purpose.kind)
        scope = _scope(visit) | ({"protection": False} if ids else {})
        wanted = wanted or {name: scope[name] for name in ("agency",) if name in scope}

        async def read(span: Span) -> list[Document]:
            # By one field and the time, for which there is an index. Asked for more, SecantusDB uses none.
            rows = await self.database.audit.find(wanted | within(span)).to_list(None)
            return [row for row in rows if all(row[name] == value for name, value in scope.items())]

        with outages():
            found = await newest(read, asked, self.now(), self.now() - timedelta(days=days))
        await self._record(visit, ids)
        return Page(_shown(await self.audit.rows.opened(found.items)), found.next)

    async def _record(self, visit: Visit, ids: Sequence[str]) -> None:
        await self.audit.record(Read(visit, Action.READ_AUDIT, ids), self.now())


def _scope(visit: Visit) -> Document:
    if not may_ever(visit.role, Action.READ_ALL_AUDIT):
        return {"agency": visit.viewer.agency, "protection": False}
    return {} if may_ever(visit.role, Action.READ_PROTECTION_AUDIT) else {"protection": False}


def _shown(rows: Iterable[Document]) -> list[Document]:
    """Rows as a reader of the log sees them. Of a look at a protection matter: who and when, not about whom."""
    shown = []
    for row in rows:
        told = {"id": row["_id"], **{name: value for name, value in row.items() if name != "_id"}}
        hidden = {"ids": [], "purpose": told["purpose"].partition(":")[0]} if row["protection"] else {}
        shown.append({**told, "at": row["at"].isoformat(), **hidden})
    return shown
