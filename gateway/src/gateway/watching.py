"""Looks at the access log every minute and tells whoever watches over the readers what is out of the ordinary.

Told to nobody else: neither to the officer nor to the officer's own line. An hour is looked at again until it is over
and quiet, and each anomaly is told again only when it grew: the same flag with a higher version.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files

from chassis.errors import Conflict, Unavailable
from chassis.log import log
from chassis.mongo import Database, Session, outages, transact
from chassis.outbox import Outbox
from chassis.yaml_text import read_yaml
from gateway.flags import Flags
from gateway.looks import Looks
from gateway.watch import HOUR, Anomaly, Limits, anomalies, hour_of

__all__ = ["Watching", "read_limits"]

MARK = "watched"


def read_limits() -> Limits:
    """The limits in force."""
    return Limits.model_validate(read_yaml((files("gateway") / "watch_limits.yaml").read_text()))


@dataclass(frozen=True)
class Watching:
    """The watch. Two at once tell each anomaly once."""

    database: Database
    looks: Looks
    outbox: Outbox
    flags: Flags
    now: Callable[[], datetime]

    async def run(self, every: float) -> None:
        """Watch, for ever."""
        limits = read_limits()
        while True:
            await asyncio.sleep(every)
            try:
                await self.turn(limits)
            except (Unavailable, Conflict) as error:
                log.warning("watching_waits", missing=str(error))

    async def turn(self, limits: Limits) -> None:
        """Look at everything since the hour before the last look. Raises Unavailable or Conflict."""
        now = self.now()
        with outages():
            mark = await self.database.marks.find_one({"_id": MARK})
        since = hour_of(min(mark["at"] if mark else now, now) - HOUR)
        for found in anomalies([row async for row in self.looks.since(since)], limits):
            await self._tell(found)
        with outages():
            await self.database.marks.update_one({"_id": MARK}, {"$set": {"at": now}}, upsert=True)
        self.outbox.wake()

    async def _tell(self, found: Anomaly) -> None:
        told = self.flags.of(found)
        with outages():
            before = await self.database.flags.find_one({"_id": told.flag})
        if before is not None and before["count"] >= found.count:
            return

        async def write(session: Session) -> None:
            row = {"$set": {"count": found.count}}
            await self.database.flags.update_one({"_id": told.flag}, row, upsert=True, session=session)
            await self.outbox.add([self.flags.letter(told)], session)

        await transact(self.database.client, write)
