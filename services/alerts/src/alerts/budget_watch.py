"""Warns the owner of a rule that asks more of an agency than it can look at: once a week for each."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from alerts.announce import EXCHANGE
from alerts.budget import WEEK, Overdrawn, overdrawn
from alerts.desk import Desk
from alerts.documents import week_of
from alerts.store import Store
from chassis.bus import Letter
from chassis.mongo import Database, Mongo, Session, insist, outages, transact
from chassis.outbox import Outbox
from contracts.rule_messages import BudgetExceeded

__all__ = ["BudgetWatch"]

SHOWN_WEEKS = 8


@dataclass(frozen=True)
class BudgetWatch:
    """Counts what was raised, and keeps the warnings given."""

    client: Mongo
    database: Database
    store: Store
    desk: Desk
    outbox: Outbox
    now: Callable[[], datetime]

    async def tick(self) -> None:
        """Warn of what is new this week. Two workers at once warn once. Raises Unavailable or Conflict."""
        now = self.now()
        week = week_of(now)
        alerts = await self.store.changed_within((now - WEEK, now))
        for found in overdrawn(alerts, self.desk.tables.budget, now):
            await self._warn(found, week, now)

    async def _warn(self, found: Overdrawn, week: int, now: datetime) -> None:
        id = f"{found.rule} {found.agency} {week}"
        rule = self.desk.rules.rule(found.rule)
        message = BudgetExceeded(**asdict(found), at=now)
        body, owner = message.model_dump_json().encode(), rule.owner_agency if rule else ""
        letters = [Letter(EXCHANGE, message.TYPE, body, type=message.TYPE)]
        if owner in {agency.code for agency in self.desk.agencies}:
            letters.append(Letter("", f"to.{owner}", body, type=message.TYPE))

        async def write(session: Session) -> None:
            if await self.database.warnings.find_one({"_id": id}, session=session) is None:
                await self.database.warnings.insert_one(
                    {"_id": id, "week": week, **message.model_dump()}, session=session
                )
                await self.outbox.add(letters, session)

        await insist(lambda: transact(self.client, write))
        self.outbox.wake()

    async def given(self) -> list[dict[str, Any]]:
        """The warnings of the last weeks, newest first."""
        week = week_of(self.now())
        with outages():
            found = self.database.warnings.find({"week": {"$gte": week - SHOWN_WEEKS, "$lte": week}}, {"_id": 0})
            return sorted(await found.to_list(None), key=lambda row: row["at"], reverse=True)
