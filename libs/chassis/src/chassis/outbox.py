"""Announcements of commands: stored with the change, sent by a relay. Commands have no message that comes back."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict

from pymongo import DeleteOne

from chassis.bus import Letter
from chassis.errors import Unavailable
from chassis.log import log
from chassis.mongo import Database, Document, Session, outages

__all__ = ["Outbox"]

# Letters of one change stand in one row: a row written and deleted costs the database far more than its length.
LETTERS, PAGE = 200, 4


class Outbox:
    """Letters that wait in the database until the broker has confirmed them. At least once."""

    def __init__(self, database: Database, publish: Callable[[Sequence[Letter]], Awaitable[None]]) -> None:
        self._rows = database.outbox
        self._publish = publish
        self._woken = asyncio.Event()

    async def add(self, letters: Sequence[Letter], session: Session) -> None:
        """Put letters in, in the transaction of the change they tell of."""
        rows: list[Document] = [
            {"_id": secrets.token_hex(16), "letters": [asdict(one) for one in letters[start : start + LETTERS]]}
            for start in range(0, len(letters), LETTERS)
        ]
        if rows:
            await self._rows.insert_many(rows, session=session)

    def wake(self) -> None:
        """Send now rather than at the next look."""
        self._woken.set()

    async def relay(self, every: float) -> None:
        """Send what waits, for ever."""
        while True:
            try:
                await self.flush()
            except Unavailable as error:
                log.warning("outbox_waits", missing=str(error))
            self._woken.clear()
            try:
                await asyncio.wait_for(self._woken.wait(), every)
            except TimeoutError:
                continue

    async def flush(self) -> None:
        """Send everything that waits now. Raises Unavailable."""
        while True:
            with outages():
                rows = await self._rows.find({}).limit(PAGE).to_list(None)
            if not rows:
                return
            await self._publish([Letter(**one) for row in rows for one in row["letters"]])
            with outages():
                await self._rows.bulk_write([DeleteOne({"_id": row["_id"]}) for row in rows], ordered=False)
