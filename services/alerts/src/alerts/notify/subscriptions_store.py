"""Subscriptions at rest."""

from collections.abc import Sequence

from alerts.notify.rows import subscription_document, subscription_of
from alerts.notify.subscription import Subscription
from chassis.bus import Letter
from chassis.drawers import Drawers
from chassis.errors import Conflict
from chassis.mongo import Database, Document, Mongo, Session, outages, transact
from chassis.outbox import Outbox

__all__ = ["Subscriptions"]

KEYS = "subscriptions"


class Subscriptions:
    """A few dozen rows: read whole. Raises Unavailable; changes raise Conflict when it is not as it was read."""

    def __init__(self, client: Mongo, database: Database, drawers: Drawers, outbox: Outbox) -> None:
        self._client = client
        self._drawers = drawers
        self._rows = database.subscriptions
        self._outbox = outbox

    async def all(self) -> list[Subscription]:
        """Every one, the oldest first."""
        with outages():
            rows = await self._rows.find({}).to_list(None)
        return sorted(await self._read(rows), key=lambda one: (one.created_at, one.id))

    async def ids(self) -> list[str]:
        return [one.id for one in await self.all()]

    async def one(self, id: str) -> Subscription | None:
        with outages():
            row = await self._rows.find_one({"_id": id})
        return (await self._read([row]))[0] if row else None

    async def _read(self, rows: Sequence[Document]) -> list[Subscription]:
        addresses = await self._drawers.texts(KEYS, [(row["_id"], row["address"]) for row in rows])
        return [subscription_of({**row, "address": at}) for row, at in zip(rows, addresses, strict=True)]

    async def _row(self, one: Subscription) -> Document:
        """As it rests: where somebody gets letters says who it is."""
        return {**subscription_document(one), "address": await self._drawers.shut_text(KEYS, one.id, one.address)}

    async def add(self, one: Subscription) -> None:
        row = await self._row(one)
        with outages():
            await self._rows.insert_one(row)

    async def replace(self, before: Subscription, after: Subscription, announce: Sequence[Letter] = ()) -> None:
        """Store the next revision, with what is to be told of it."""

        row = await self._row(after)

        async def work(session: Session) -> None:
            if (await self._rows.replace_one(_seen(before), row, session=session)).matched_count == 0:
                raise Conflict("subscription")
            await self._outbox.add(announce, session)

        await transact(self._client, work)
        self._outbox.wake()

    async def remove(self, before: Subscription) -> None:
        with outages():
            if (await self._rows.delete_one(_seen(before))).deleted_count == 0:
                raise Conflict("subscription")
        await self._drawers.destroy(KEYS, [before.id])


def _seen(one: Subscription) -> Document:
    return {"_id": one.id, "revision": one.revision}
