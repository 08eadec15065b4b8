"""Retention of what the gateway keeps itself: who somebody was who left, and why people asked. A proof stays."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pymongo import DeleteOne, InsertOne, UpdateOne

from chassis.drawers import Drawers, destroying
from chassis.errors import Conflict, Unavailable
from chassis.log import log
from chassis.mongo import Database, Document, Session, outages, transact
from chassis.yaml_text import read_yaml
from gateway.audit_rows import LOOK, AuditRows

__all__ = ["Retention", "Terms", "terms"]

TICK_SECONDS, LATER = 6 * 3600.0, 60.0
PAGE = 200
# Where people gave a reason, and the part of a row where another answered with one.
REASONS = {"consents": "", "emergencies": "review", "corrections": "decision"}


class Terms(BaseModel):
    """The terms, with the day they were set down and who signed them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    as_of: date
    source: str
    signed_off_by: str | None
    left_account_days: int = Field(gt=0)
    reasons_days: int = Field(gt=0)
    access_log_days: int = Field(gt=0)


@cache
def terms() -> Terms:
    """Those shipped with this version."""
    return Terms.model_validate(read_yaml((files("gateway") / "retention.yaml").read_text(encoding="utf-8")))


@dataclass(frozen=True)
class Retention:
    """Works off what is due. Safe to stop anywhere and to repeat, and by several at once. All raise Unavailable."""

    database: Database
    drawers: Drawers
    rows: AuditRows
    now: Callable[[], datetime]

    async def run(self) -> None:
        """Tick, for ever."""
        while True:
            try:
                await self.tick()
                pause = TICK_SECONDS
            except (Unavailable, Conflict) as error:
                log.warning("retention_waits", missing=str(error))
                pause = LATER
            await asyncio.sleep(pause)

    async def tick(self) -> None:
        """Erase what is due by now."""
        left = await self._left()
        for row in left:
            await self._forget(row)
        given = [await self._reasons(name) for name in REASONS]
        looks = await self._looks()
        if left or looks or any(given):
            log.info("retention", accounts=len(left), reasons=sum(given), looks=looks)

    async def keep(self, hold: str, person: str) -> None:
        """Nobody who looked at this person is forgotten while the hold lasts."""
        fresh = {"$setOnInsert": {"of": self.rows.of(person), "on": True}}
        with outages():
            await self.database.kept_looks.update_one({"_id": hold}, fresh, upsert=True)

    async def let_go(self, hold: str) -> None:
        """This hold keeps nothing any more."""
        with outages():
            await self.database.kept_looks.update_one({"_id": hold}, {"$set": {"on": False}}, upsert=True)

    async def proofs(self) -> list[dict[str, Any]]:
        """What was erased, by which rule and when: numbers and user names."""
        with outages():
            rows = await self.database.erasures.find({}).to_list(None)
        return [{"id": row.pop("_id"), **row} for row in rows]

    async def _left(self) -> list[Document]:
        """Accounts that were switched off long ago. One that was before anybody counted is counted from now on."""
        limit = self.now() - timedelta(days=terms().left_account_days)
        off = {"disabled": True, "erased": {"$exists": False}}
        with outages():
            await self.database.accounts.update_many(
                {**off, "left_at": {"$exists": False}}, {"$set": {"left_at": self.now()}}
            )
            return await self.database.accounts.find({**off, "left_at": {"$lte": limit}}).to_list(None)

    async def _forget(self, row: Document) -> None:
        """Who it was, its password and second factor, whom the provider knows it by, and its sessions."""
        seen = {"_id": row["_id"], "revision": row["revision"], "disabled": True}
        bare = {"$set": {"erased": True, "password": "", "b": b"", "sign_in": None}, "$inc": {"revision": 1}}
        proof = {"_id": f"account.{row['_id']}", "account": row["_id"], "rule": "left_account", "at": self.now()}

        async def write(session: Session) -> None:
            done = await self.database.accounts.bulk_write([UpdateOne(seen, bare)], session=session)
            if done.matched_count == 0:
                raise Conflict("account")
            await self.database.factors.bulk_write([DeleteOne({"_id": row["_id"]})], session=session)
            await self.database.sign_ins.delete_many({"account": row["_id"]}, session=session)
            await self.database.sessions.delete_many({"account": row["_id"]}, session=session)
            await self.drawers.keys.database.accounts.bulk_write(destroying([row["_id"]]), session=session)
            await self.database.erasures.bulk_write([InsertOne({**proof, "entries": 1})], session=session)

        await transact(self.database.client, write)

    async def _reasons(self, name: str) -> int:
        limit = self.now() - timedelta(days=terms().reasons_days)
        old = {"until": {"$lte": limit}, "bare": {"$exists": False}}
        with outages():
            ids = [row["_id"] for row in await self.database[name].find(old, {"_id": 1}).to_list(None)]
        if not ids:
            return 0
        proof = {"_id": f"{name}.{min(ids)}", "rule": name, "at": self.now(), "entries": len(ids), "until": limit}

        async def write(session: Session) -> None:
            these, answer = {"_id": {"$in": ids}}, f"{REASONS[name]}.reason"
            await self.database[name].update_many(these, {"$set": {"bare": True, "reason": ""}}, session=session)
            if REASONS[name]:
                said = {**these, answer: {"$exists": True}}
                await self.database[name].update_many(said, {"$set": {answer: ""}}, session=session)
            await self.drawers.keys.database[name].bulk_write(destroying(ids), session=session)
            await self.database.erasures.bulk_write([InsertOne(proof)], session=session)

        await transact(self.database.client, write)
        return len(ids)

    async def _looks(self) -> int:
        """Rows of the access log whose time is over, but of whoever is on a legal hold. How many went."""
        limit, gone = self.now() - timedelta(days=terms().access_log_days), 0
        with outages():
            held = await self.database.kept_looks.find({"on": True}).to_list(None)
            kept = {one["of"] for one in held}
            rows = await self.database.audit.find({"at": {"$lt": limit}}).to_list(None)
        going = [row for row in rows if LOOK in row and kept.isdisjoint(row[LOOK]["of"])]
        for start in range(0, len(going), PAGE):
            await self._erase_looks(going[start : start + PAGE], limit)
            gone += len(going[start : start + PAGE])
        return gone

    async def _erase_looks(self, rows: list[Document], limit: datetime) -> None:
        unseen, keys = self.rows.erasing(rows)
        first = min(row["_id"] for row in rows)
        proof = {"_id": f"access_log.{first}", "rule": "access_log", "at": self.now(), "entries": len(rows)}

        async def write(session: Session) -> None:
            await self.database.audit.bulk_write(unseen, session=session)
            await self.rows.keys.audit.bulk_write(keys, session=session)
            await self.database.erasures.bulk_write([InsertOne({**proof, "until": limit})], session=session)

        await transact(self.database.client, write)
