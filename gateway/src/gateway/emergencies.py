"""Breaking the glass: a dossier at once, for a stated reason and a short time, and everybody who watches is told.

Where no order, alert or case leads there, or the person is outside of the agency's area or remit, and waiting would
harm somebody. Whoever does it answers for it: the data-protection officer says afterwards whether it was justified.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chassis.drawers import Drawers
from chassis.errors import Problem
from chassis.listing import Asked, Page
from chassis.mongo import Database, Document, Session, outages, transact
from chassis.outbox import Outbox
from gateway.audit import Audit, Read
from gateway.flags import Flags
from gateway.keyset import newest
from gateway.policy import Action, may_ever, require
from gateway.viewers import Role
from gateway.visits import Visit

__all__ = ["LONGEST", "Emergencies"]

LONGEST = 120
KEYS = "emergencies"


@dataclass(frozen=True)
class Emergencies:
    """Emergencies at rest. Each is on record, and flagged, before anything opens."""

    database: Database
    drawers: Drawers
    audit: Audit
    outbox: Outbox
    flags: Flags
    now: Callable[[], datetime]

    async def begin(self, visit: Visit, person: str, reason: str, minutes: int) -> dict[str, Any]:
        """Open one person's dossier for so many minutes, to the caller alone. Raises Problem 403."""
        require(visit.role, Action.BREAK_GLASS, visit.purpose.kind)
        now = self.now()
        # As the database can hold it: sent again, the answer is the same.
        at = now.replace(microsecond=now.microsecond // 1000 * 1000)
        id = visit.new_id()
        row: Document = {
            "_id": id,
            "person": person,
            "account": visit.viewer.account,
            "role": visit.role.value,
            "agency": visit.viewer.agency,
            "reason": await self.drawers.shut_text(KEYS, id, reason),
            "at": at,
            "until": at + timedelta(minutes=minutes),
            "protection": _is_protected(visit),
            "review": None,
        }
        if (before := await self._one(id)) is not None:
            return (await self._told([before]))[0]
        await self._record(visit, Action.BREAK_GLASS, [id, person])
        flag = self.flags.of_emergency(visit.viewer.account, id, (at, row["until"]))

        async def write(session: Session) -> None:
            await self.database.emergencies.insert_one(row, session=session)
            await self.outbox.add([self.flags.letter(flag)], session)

        await transact(self.database.client, write)
        self.outbox.wake()
        return (await self._told([row]))[0]

    async def leads_to(self, visit: Visit, person: str) -> bool:
        """Whether the emergency that the purpose names is the caller's own, about this person, and not over."""
        row = await self._one(visit.purpose.reference)
        if row is None:
            return False
        return (row["account"], row["person"]) == (visit.viewer.account, person) and self.now() < row["until"]

    async def page(self, visit: Visit, asked: Asked) -> Page[dict[str, Any]]:
        """The newest: the caller's own, and all for whoever watches over the readers, who is told of no person."""
        require(visit.role, Action.READ_EMERGENCIES, visit.purpose.kind)
        watches = may_ever(visit.role, Action.WATCH_READERS)
        whose = {} if watches else {"account": visit.viewer.account}
        found = await newest(self.database.emergencies, whose, asked)
        told = await self._told(found.items)
        return Page([{**row, "person": None} for row in told] if watches else told, found.next)

    async def review(self, visit: Visit, emergency: str, justified: bool, reason: str) -> dict[str, Any]:
        """Say whether it was justified, once. Raises Problem 403, 404, or 409 where that has been said."""
        require(visit.role, Action.REVIEW_EMERGENCY, visit.purpose.kind)
        await self._record(visit, Action.REVIEW_EMERGENCY, [emergency])
        if await self._one(emergency) is None:
            raise Problem(404, "unknown_emergency", id="Akses darurat tidak dikenal.", en="Unknown emergency.")
        shut = await self.drawers.shut_text(KEYS, emergency, reason)
        said = {"by": visit.viewer.account, "at": self.now(), "justified": justified, "reason": shut}
        with outages():
            rows = self.database.emergencies
            done = await rows.update_one({"_id": emergency, "review": None}, {"$set": {"review": said}})
            row = await rows.find_one({"_id": emergency})
        if row is None or done.matched_count == 0:
            raise Problem(409, "already_reviewed", id="Sudah ditinjau.", en="It has been reviewed already.")
        return {**(await self._told([row]))[0], "person": None}

    async def _told(self, rows: Sequence[Document]) -> list[dict[str, Any]]:
        given = await self.drawers.texts(KEYS, [(row["_id"], row["reason"]) for row in rows])
        reviews = [row["review"] or {"reason": ""} for row in rows]
        judged = await self.drawers.texts(
            KEYS, [(row["_id"], review["reason"]) for row, review in zip(rows, reviews, strict=True)]
        )
        told = zip(rows, given, judged, strict=True)
        return [
            _shown({**row, "reason": reason, "review": row["review"] and {**row["review"], "reason": said}})
            for row, reason, said in told
        ]

    async def _one(self, emergency: str) -> Document | None:
        with outages():
            return await self.database.emergencies.find_one({"_id": emergency})

    async def _record(self, visit: Visit, action: Action, ids: list[str]) -> None:
        await self.audit.record(Read(visit, action, ids, protection=_is_protected(visit)), self.now())


def _is_protected(visit: Visit) -> bool:
    return visit.role is Role.PROTECTION_OFFICER


def _shown(row: Document) -> dict[str, Any]:
    review = row["review"] and {**row["review"], "at": row["review"]["at"].isoformat()}
    told = {name: row[name] for name in ("person", "account", "role", "agency", "reason")}
    return {"id": row["_id"], **told, "at": row["at"].isoformat(), "until": row["until"].isoformat(), "review": review}
