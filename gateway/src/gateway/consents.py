"""A second pair of eyes: what one person asks for and another, of their own mind, allows or refuses.

For the identity of somebody in a protection matter, for an account of more than an officer; for an export of many
persons, and for everything that is held about one, which also name an order.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from chassis.drawers import Drawers
from chassis.errors import Problem
from chassis.listing import Asked, Page
from chassis.mongo import Database, Document, outages
from gateway.audit import Audit, Read
from gateway.keyset import newest
from gateway.peers import Call, Part, Peers
from gateway.policy import Action, may_ever, require
from gateway.purpose import DESK, Kind, Purpose
from gateway.visits import Visit

__all__ = ["Consents", "What", "Wish"]

What = Literal["reveal", "export", "everything", "account"]
UNORDERED: tuple[What, ...] = ("reveal", "account")
VALID = timedelta(hours=24)
KEYS = "consents"
ASKS: Mapping[What, Action] = {
    "reveal": Action.ASK_REVEAL,
    "export": Action.ASK_EXPORT,
    "everything": Action.ASK_EVERYTHING,
    "account": Action.ASK_ACCOUNT,
}
GIVES: Mapping[What, Action] = {
    "reveal": Action.GIVE_REVEAL,
    "export": Action.GIVE_EXPORT,
    "everything": Action.GIVE_EVERYTHING,
    "account": Action.GIVE_ACCOUNT,
}


@dataclass(frozen=True)
class Wish:
    """What is asked for: `about` a matter's or a person's id, an account, or what is to be exported."""

    what: What
    about: str
    reason: str
    order_no: str | None = None


@dataclass(frozen=True)
class Consents:
    """Wishes at rest. What concerns protection is on record apart."""

    database: Database
    drawers: Drawers
    peers: Peers
    audit: Audit
    now: Callable[[], datetime]

    async def ask(self, visit: Visit, wish: Wish) -> dict[str, Any]:
        """Ask for it; it waits for somebody else. Raises Problem 403, or 422 where an order is needed and not named."""
        require(visit.role, ASKS[wish.what], visit.purpose.kind)
        if wish.what not in UNORDERED and not wish.order_no:
            raise Problem(
                422, "order_required", id="Nomor surat perintah wajib.", en="The number of an order is needed."
            )
        await self._known(visit, ASKS[wish.what], wish.about)
        id, at = visit.new_id(), self.now()
        row: Document = {
            "_id": id,
            **{"what": wish.what, "about": wish.about, "order_no": wish.order_no},
            "reason": await self.drawers.shut_text(KEYS, id, wish.reason),
            **{"asked_by": visit.viewer.account, "agency": visit.viewer.agency, "at": at, "until": at + VALID},
            **{"state": "asked", "answered_by": None, "answered_at": None},
        }
        await self._record(visit, ASKS[wish.what], row)
        with outages():
            await self.database.consents.update_one({"_id": row["_id"]}, {"$setOnInsert": row}, upsert=True)
            kept = await self.database.consents.find_one({"_id": id}) or row
        return (await self._told([kept]))[0]

    async def answer(self, visit: Visit, consent: str, allowed: bool) -> dict[str, Any]:
        """Allow or refuse what somebody else asked for. Raises Problem 403, 404, or 409 where it is over."""
        row = await self._one(visit, consent)
        what: What = row["what"]
        require(visit.role, GIVES[what], visit.purpose.kind)
        if row["asked_by"] == visit.viewer.account:
            raise _second_person()
        await self._known(visit, GIVES[what], row["about"])
        await self._record(visit, GIVES[what], row)
        given: Document = {"state": "allowed" if allowed else "refused"}
        given |= {"answered_by": visit.viewer.account, "answered_at": self.now()}
        open = {"_id": consent, "state": "asked", "until": {"$gt": self.now()}}
        with outages():
            done = await self.database.consents.update_one(open, {"$set": given})
        if done.matched_count == 0:
            raise Problem(409, "already_answered", id="Sudah dijawab atau lewat waktu.", en="It is answered or over.")
        return (await self._told([{**row, **given}]))[0]

    async def require(self, what: What, about: str) -> None:
        """Nothing where two people agreed on it. Raises Problem 403 `second_person`."""
        wanted = {"what": what, "about": about, "state": "allowed"}
        with outages():
            rows = await self.database.consents.find(wanted).to_list(None)
        if not any(self.now() < row["until"] for row in rows):
            raise _second_person()

    @asynccontextmanager
    async def spent(self, visit: Visit, what: What, about: str) -> AsyncIterator[None]:
        """What was allowed to the caller is used up before it is acted on: of two at once, one may.

        It is given back where the act was refused. Raises Problem 403 `second_person`.
        """
        wanted = {"what": what, "about": about, "state": "allowed", "asked_by": visit.viewer.account}
        with outages():
            row = await self.database.consents.find_one_and_update(
                {**wanted, "until": {"$gt": self.now()}}, {"$set": {"state": "used"}}
            )
        if row is None:
            raise _second_person()
        try:
            yield
        except Problem:
            with outages():
                used = {"_id": row["_id"], "state": "used"}
                await self.database.consents.update_one(used, {"$set": {"state": "allowed"}})
            raise

    async def allowed(self, visit: Visit, what: What, consent: str) -> dict[str, Any]:
        """What was allowed to the caller and is not used yet. Raises Problem 403 or 404."""
        row = await self._one(visit, consent)
        mine = (row["asked_by"], row["state"], row["what"]) == (visit.viewer.account, "allowed", what)
        if not mine or row["until"] <= self.now():
            raise _second_person()
        return row

    async def use(self, consent: str) -> None:
        """What was allowed is used up. Raises Problem 403 where it was already."""
        with outages():
            allowed = {"_id": consent, "state": "allowed"}
            done = await self.database.consents.update_one(allowed, {"$set": {"state": "used"}})
        if done.matched_count == 0:
            raise _second_person()

    async def page(self, visit: Visit, asked: Asked) -> Page[dict[str, Any]]:
        """What the caller asked for, and what they may answer, the newest first. Raises Problem 403.

        What is asked about a matter is shown to whom the desk's rota names alone, and that is on record.
        """
        require(visit.role, Action.READ_CONSENTS, visit.purpose.kind)
        hidden = {} if await self._is_of_the_desk(visit) else {"what": {"$ne": "reveal"}}
        found = await newest(self.database.consents, {"$and": [_concerning(visit), hidden]}, asked)
        if matters := [row["about"] for row in found.items if row["what"] == "reveal"]:
            await self.audit.record(Read(visit.under(DESK), Action.READ_CONSENTS, matters, protection=True), self.now())
        return Page(await self._told(found.items), found.next)

    async def _is_of_the_desk(self, visit: Visit) -> bool:
        if not may_ever(visit.role, Action.GIVE_REVEAL):
            return False
        try:
            await self.peers.ask(Call(Part.PROTECTION, "GET", "/tasks"), visit.under(DESK))
        except Problem as problem:
            # While the desk is away nobody knows who is of it.
            if problem.status == 403:
                refused = Read(visit.under(DESK), Action.READ_CONSENTS, [], f"refused:{problem.code}", protection=True)
                await self.audit.record(refused, self.now())
            return False
        return True

    async def _told(self, rows: Sequence[Document]) -> list[dict[str, Any]]:
        reasons = await self.drawers.texts(KEYS, [(row["_id"], row["reason"]) for row in rows])
        return [_shown({**row, "reason": reason}) for row, reason in zip(rows, reasons, strict=True)]

    async def _one(self, visit: Visit, consent: str) -> Document:
        with outages():
            row = await self.database.consents.find_one({"_id": consent, **_concerning(visit)})
        if row is None:
            raise Problem(404, "unknown_consent", id="Persetujuan tidak dikenal.", en="Unknown consent.")
        return row

    async def _known(self, visit: Visit, action: Action, about: str) -> None:
        """Raises Problem where the desk does not know this matter, or its rota not the caller: on record."""
        if action not in (Action.ASK_REVEAL, Action.GIVE_REVEAL):
            return
        matter = visit.under(Purpose(Kind.MATTER, about))
        try:
            await self.peers.ask(Call(Part.PROTECTION, "GET", f"/tasks/{about}"), matter)
        except Problem as problem:
            await self.audit.record(Read(matter, action, [about], f"refused:{problem.code}", True), self.now())
            raise

    async def _record(self, visit: Visit, action: Action, row: Document) -> None:
        read = Read(visit, action, [row["_id"], row["about"]], protection=row["what"] == "reveal")
        await self.audit.record(read, self.now())


def _concerning(visit: Visit) -> Document:
    """What the viewer asked for, and what they may answer: of the own agency, or of any."""
    gives = [what for what, action in GIVES.items() if may_ever(visit.role, action)]
    own = {} if may_ever(visit.role, Action.READ_ALL_AUDIT) else {"agency": visit.viewer.agency}
    # Accounts are not one agency's matter.
    accounts = [{"what": "account"}] if "account" in gives else []
    return {"$or": [{"asked_by": visit.viewer.account}, {"what": {"$in": gives}, **own}, *accounts]}


def _second_person() -> Problem:
    return Problem(403, "second_person", id="Perlu persetujuan orang kedua.", en="Another person has to agree first.")


def _shown(row: Document) -> dict[str, Any]:
    told = {name: row[name] for name in ("what", "about", "reason", "order_no", "asked_by", "agency", "state")}
    answered = row["answered_at"].isoformat() if row["answered_at"] else None
    times = {"at": row["at"].isoformat(), "until": row["until"].isoformat(), "answered_at": answered}
    return {"id": row["_id"], **told, "answered_by": row["answered_by"], **times}
