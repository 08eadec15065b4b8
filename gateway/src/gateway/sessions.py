"""Sessions of people who logged in: listed, locked when nobody is at the console, revoked at once.

A replica remembers a good session for CACHE_SECONDS, so what is revoked or locked is over everywhere after that time.
"""

import asyncio
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from chassis.errors import Conflict, Problem, Unavailable
from chassis.listing import Asked, Page
from chassis.mongo import Database, Document, outages
from gateway.audit import Audit, Read
from gateway.keyset import newest
from gateway.policy import Action, may_ever, require
from gateway.viewers import Viewer
from gateway.visits import Visit

__all__ = ["CACHE_SECONDS", "Kind", "Missing", "Opening", "Sessions", "login_required", "state_of"]

Kind = Literal["console", "program"]
"""A console locks; a program that logged in at /v1/login has nobody in front of it."""
Missing = Literal["password", "second_factor"]
State = Literal["open", "locked", "over"]
CACHE_SECONDS = 2
# An update for every request would cost more than the request: the lock comes so much late at most.
NOTED_EVERY = timedelta(seconds=30)
KEPT = timedelta(days=30)
REMEMBERED = 10_000


@dataclass(frozen=True)
class Opening:
    """How a session begins. `device`: what the browser calls itself; `missing`: what comes before anything else."""

    kind: Kind
    device: str
    missing: tuple[Missing, ...]


def state_of(row: Document, now: datetime, idle: timedelta) -> State:
    """What a session is worth now. `idle`: how long a console may rest before it locks."""
    if row["ended_at"] is not None or now >= row["until"]:
        return "over"
    rests = row["kind"] == "console" and now - row["active_at"] > idle + NOTED_EVERY
    return "locked" if row["locked"] or rests else "open"


@dataclass(frozen=True)
class Sessions:
    """Sessions at rest."""

    database: Database
    audit: Audit
    now: Callable[[], datetime]
    idle: timedelta
    _known: dict[str, tuple[datetime, Document]] = field(default_factory=dict)
    _read_now: dict[str, asyncio.Task[Document | None]] = field(default_factory=dict)

    async def prepare(self) -> None:
        """Make the index. Raises Unavailable."""
        with outages():
            await self.database.sessions.create_index([("account", 1)])

    async def begin(self, viewer: Viewer, opening: Opening) -> str:
        """The id of a new session. Raises Unavailable."""
        at = self.now()
        row: Document = {
            "_id": secrets.token_hex(16),
            **{"account": viewer.account, "role": viewer.role.value, "agency": viewer.agency},
            **{"kind": opening.kind, "device": opening.device[:160], "missing": list(opening.missing)},
            **{"at": at, "active_at": at, "until": viewer.until, "locked": False, "ended_at": None},
        }
        with outages():
            await self.database.sessions.insert_one(row)
            old = {"account": viewer.account, "until": {"$gt": at - 10 * KEPT, "$lt": at - KEPT}}
            await self.database.sessions.delete_many(old)
        return str(row["_id"])

    async def check(self, id: str, *, background: bool) -> Document:
        """The session, open. A call in the background does not keep it so. Raises Problem 401, Unavailable."""
        row = await self._row(id)
        now = self.now()
        state = state_of(row, now, self.idle) if row else "over"
        if row is None or state == "over":
            raise login_required()
        if state == "locked":
            raise Problem(401, "session_locked", id="Sesi terkunci.", en="The session is locked.")
        if row["kind"] == "console" and not background and now - row["active_at"] >= NOTED_EVERY:
            await self._note(row, now)
        return row

    async def stands(self, viewer: Viewer) -> bool:
        """Whether the session behind a stream is still open."""
        try:
            await self.check(viewer.session, background=True)
        except (Problem, Unavailable):
            return False
        return True

    async def lock(self, id: str) -> None:
        """Nobody gets on with it before the password was given again. Raises Unavailable."""
        await self._set(id, {"locked": True})

    async def unlock(self, id: str) -> None:
        """Somebody proved who they are. Raises Unavailable."""
        await self._set(id, {"locked": False, "active_at": self.now()})

    async def lift(self, id: str, what: Missing) -> None:
        """It is there now. Raises Unavailable."""
        row = await self._read(id)
        await self._set(id, {"missing": [item for item in (row["missing"] if row else []) if item != what]})

    async def end(self, id: str) -> None:
        """It is over, however long its token says. Raises Unavailable."""
        await self._set(id, {"ended_at": self.now()})

    async def end_all(self, account: str, but: str = "") -> None:
        """All of an account are over, `but` one. Raises Unavailable."""
        with outages():
            rows = await self.database.sessions.find({"account": account}, {"_id": 1}).to_list(None)
        for row in rows:
            if row["_id"] != but:
                await self.end(row["_id"])

    async def page(self, visit: Visit, asked: Asked, account: str | None = None) -> Page[dict[str, Any]]:
        """The own ones that are not over, the newest first; an administrator's list has everybody's."""
        require(visit.role, Action.READ_SESSIONS, visit.purpose.kind)
        everybody = may_ever(visit.role, Action.ADMINISTER_ACCOUNTS)
        if account not in (None, visit.viewer.account) and not everybody:
            require(visit.role, Action.ADMINISTER_ACCOUNTS)
        wanted = account or (None if everybody else visit.viewer.account)
        now = self.now()
        going = {"ended_at": None, "until": {"$gt": now}, **({"account": wanted} if wanted else {})}
        found = await newest(self.database.sessions, going, asked)
        return Page([_shown(row, state_of(row, now, self.idle), visit.viewer) for row in found.items], found.next)

    async def revoke(self, visit: Visit, id: str) -> None:
        """End an own one, or anybody's as an administrator, on record. Raises Problem 403 or 404."""
        require(visit.role, Action.READ_SESSIONS, visit.purpose.kind)
        row = await self._read(id)
        mine = row is not None and row["account"] == visit.viewer.account
        if row is None or not (mine or may_ever(visit.role, Action.ADMINISTER_ACCOUNTS)):
            raise Problem(404, "unknown_session", id="Sesi tidak dikenal.", en="Unknown session.")
        await self.audit.record(Read(visit, "sessions.revoke", [id, row["account"]]), self.now())
        await self.end(id)

    async def _row(self, id: str) -> Document | None:
        now = self.now()
        read_at, row = self._known.get(id, (None, None))
        # Only a good one is remembered: what was unlocked elsewhere is open at once.
        if read_at and row and now - read_at < timedelta(seconds=CACHE_SECONDS):
            return row
        found = await self._read_once(id)
        if len(self._known) > REMEMBERED:
            self._known.clear()
        if found and state_of(found, now, self.idle) == "open":
            self._known[id] = (now, found)
        return found

    async def _read_once(self, id: str) -> Document | None:
        """As it is at rest; many requests of one session wait for one answer."""
        reading = self._read_now.get(id)
        if reading is not None:
            return await asyncio.shield(reading)
        reading = self._read_now[id] = asyncio.create_task(self._read(id))
        try:
            return await asyncio.shield(reading)
        finally:
            if self._read_now.get(id) is reading:
                del self._read_now[id]

    async def _read(self, id: str) -> Document | None:
        with outages():
            return await self.database.sessions.find_one({"_id": id})

    async def _note(self, row: Document, now: datetime) -> None:
        # What is missed here is made up for by the next call.
        with suppress(Conflict, Unavailable):
            await self._set(row["_id"], {"active_at": now})

    async def _set(self, id: str, fields: Document) -> None:
        with outages():
            await self.database.sessions.update_one({"_id": id}, {"$set": fields})
        self._known.pop(id, None)
        self._read_now.pop(id, None)


def login_required() -> Problem:
    """Nobody is logged in, or not any more."""
    return Problem(401, "login_required", id="Silakan masuk lebih dahulu.", en="Please log in first.")


def _shown(row: Document, state: State, viewer: Viewer) -> dict[str, Any]:
    told = {name: row[name] for name in ("account", "role", "agency", "kind", "device")}
    times = {name: row[name].isoformat() for name in ("at", "active_at", "until")}
    return {"id": row["_id"], **told, **times, "state": state, "current": row["_id"] == viewer.session}
