"""What becomes of an announcement: notices, once, for everyone who wants to be told."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.notify.items import item_of
from alerts.notify.notices_store import Notices
from alerts.notify.plan import Hash, gatherings_of, ids_of, plan
from alerts.notify.subscriptions_store import Subscriptions
from chassis.bus import Incoming
from chassis.errors import Conflict, Unavailable
from chassis.log import log
from contracts.case_messages import CaseChanged
from contracts.messages import AlertChanged

__all__ = ["Change", "Collect", "Sweep", "read_change"]

Change = AlertChanged | CaseChanged
READ: dict[str, type[Change]] = {kind.TYPE: kind for kind in (AlertChanged, CaseChanged)}
KEPT = timedelta(days=30)
HOUR = 3600


def read_change(incoming: Incoming) -> Change:
    """The announcement of an alert or a case. Nothing else is bound to this queue. Raises ValueError for another."""
    message = incoming.message
    told = READ.get((message.type or message.routing_key or "") if message else "")
    if told is None:
        raise ValueError("an announcement of another kind")
    return told.model_validate_json(incoming.body)


@dataclass(frozen=True)
class Collect:
    """Makes notices of a batch. Safe to repeat: what was told already makes none."""

    subscriptions: Subscriptions
    notices: Notices
    hash: Hash
    now: Callable[[], datetime]
    wake: Callable[[], None]

    async def __call__(self, batch: Sequence[Change]) -> None:
        """Raises Conflict when a gathering was closed meanwhile: the batch is planned again."""
        wishes = [one for one in await self.subscriptions.all() if one.state == "active"]
        items, now = list(map(item_of, batch)), self.now()
        told = ids_of(wishes, items, self.hash, now)
        if not told:
            return
        known = await self.notices.known(told, gatherings_of(wishes, self.hash, now))
        await self.notices.save(plan(wishes, items, known, self.hash, now))
        self.wake()


@dataclass(frozen=True)
class Sweep:
    """Deletes what was sent or given up a month ago."""

    names: Callable[[], Awaitable[Iterable[str]]]
    notices: Notices
    now: Callable[[], datetime]
    loud: bool = True

    async def run(self) -> None:
        """Once an hour, for ever."""
        while True:
            await asyncio.sleep(HOUR)
            try:
                await self.once()
            except (Unavailable, Conflict) as error:
                if self.loud:
                    log.warning("sweep_waits", reason=type(error).__name__)

    async def once(self) -> None:
        """Raises Unavailable."""
        for name in await self.names():
            await self.notices.forget(name, self.now() - KEPT)
