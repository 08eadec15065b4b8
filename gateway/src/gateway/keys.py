"""API keys in an administrator's hands: several for a source, so that one takes over from another without a gap."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from chassis.errors import Problem
from chassis.mongo import Document, outages
from gateway.audit import Audit, Read
from gateway.policy import Action, require
from gateway.senders import Senders, digest_of, is_good, new_row
from gateway.visits import Visit

__all__ = ["DAYS", "MOST", "Keys"]

DAYS = 730
MOST = 4
PREFIX = "tapal_"


@dataclass(frozen=True)
class Keys:
    """For administrators alone, each change on record. Its methods raise Problem, or Unavailable."""

    senders: Senders
    audit: Audit

    async def page(self, visit: Visit) -> list[dict[str, Any]]:
        """All keys by source, without themselves: since when, until when, when last used."""
        require(visit.role, Action.ADMINISTER_KEYS, visit.purpose.kind)
        with outages():
            rows = await self.senders.database.api_keys.find({}).sort("source", 1).to_list(None)
        return [self._shown(row) for row in rows]

    async def issue(self, visit: Visit, source: str, days: int) -> dict[str, Any]:
        """A new key, told this once. Raises Problem 404, or 409 where the source has as many as it may."""
        require(visit.role, Action.ADMINISTER_KEYS, visit.purpose.kind)
        if source not in self.senders.known:
            raise Problem(404, "unknown_source", id="Sumber tidak dikenal.", en="Unknown source.")
        now = self.senders.now()
        with outages():
            held = await self.senders.database.api_keys.find({"source": source}).to_list(None)
        if len([row for row in held if is_good(row, now)]) >= MOST:
            raise Problem(409, "too_many_keys", id="Cabut satu kunci dahulu.", en="Revoke a key first.", most=MOST)
        key = PREFIX + secrets.token_urlsafe(32)
        row = new_row(digest_of(key), source, now, now + timedelta(days=days)) | {"by": visit.viewer.account}
        await self.audit.record(Read(visit, "keys.issue", [row["_id"]], mark=source), now)
        with outages():
            await self.senders.database.api_keys.insert_one(row)
        await self.senders.load()
        return {**self._shown(row), "key": key}

    async def revoke(self, visit: Visit, id: str) -> None:
        """It opens nothing any more. Raises Problem 404."""
        require(visit.role, Action.ADMINISTER_KEYS, visit.purpose.kind)
        with outages():
            row = await self.senders.database.api_keys.find_one({"_id": id})
        if row is None:
            raise Problem(404, "unknown_key", id="Kunci tidak dikenal.", en="Unknown key.")
        await self.audit.record(Read(visit, "keys.revoke", [id], mark=row["source"]), self.senders.now())
        with outages():
            open = {"_id": id, "revoked_at": None}
            await self.senders.database.api_keys.update_one(open, {"$set": {"revoked_at": self.senders.now()}})
        await self.senders.load()

    def _shown(self, row: Document) -> dict[str, Any]:
        times = {name: row[name] and row[name].isoformat() for name in ("at", "until", "used_at", "revoked_at")}
        good = is_good(row, self.senders.now())
        return {"id": row["_id"], "source": row["source"], "by": row["by"], **times, "good": good}
