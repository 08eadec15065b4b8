"""What rests under a key of its owner's own: shut as it is written, opened as it is read, gone once the key is."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from pymongo import DeleteMany, UpdateOne

from chassis.cipher import OtherKey, decrypt, encrypt, new_key
from chassis.errors import Conflict
from chassis.keyring import Keyring
from chassis.keystore import WHOLE, Keys, Parts, key_row
from chassis.mongo import IDS, Database, insist, outages

__all__ = ["Drawers", "destroying", "drawers_of", "keys_of"]


class Drawers:
    """Shuts and opens by owner: a collection and an id in it. Raises Unavailable."""

    def __init__(self, keys: Keys) -> None:
        self.keys = keys

    async def shut(self, collection: str, said: Sequence[tuple[str, bytes]]) -> list[bytes]:
        """What these owners are to hold, as it may rest, in their order.

        Who has no key gets one at once: if nothing comes of the writing, it opens nothing. Who is erased meanwhile
        holds what nobody can read.
        """
        owners = {id for id, _ in said}
        keys = await insist(lambda: self._made(collection, owners)) if owners else {}
        return [encrypt(keys[id][WHOLE], plain, collection, id) for id, plain in said]

    async def opened(self, collection: str, sealed: Sequence[tuple[str, bytes]]) -> list[bytes | None]:
        """What these owners hold, in their order; none where the key was destroyed.

        Raises Conflict where somebody put another key meanwhile, ValueError for what was changed or put elsewhere.
        """
        owners = {id for id, _ in sealed}
        try:
            return _all(collection, sealed, await self.keys.of(collection, owners))
        except OtherKey:
            anew = await self.keys.of(collection, owners, anew=True)
        try:
            return _all(collection, sealed, anew)
        except OtherKey as error:
            raise Conflict(collection) from error

    async def shut_text(self, collection: str, id: str, text: str) -> bytes:
        """One text of one owner, as it may rest."""
        return (await self.shut(collection, [(id, text.encode())]))[0]

    async def texts(self, collection: str, said: Sequence[tuple[str, bytes | str]]) -> list[str]:
        """The texts of these owners, in their order: empty where the key is gone, as it is what was never shut."""
        sealed = [(id, one) for id, one in said if isinstance(one, bytes)]
        found = iter(await self.opened(collection, sealed))
        return [(next(found) or b"").decode() if isinstance(one, bytes) else one for _, one in said]

    async def secret(self, collection: str, id: str) -> bytes:
        """The key itself, for digests: made at the first time, and the same from then on."""
        return (await insist(lambda: self._made(collection, {id})))[id][WHOLE]

    async def destroy(self, collection: str, ids: Collection[str]) -> None:
        """What these hold is never read again. Repeating it changes nothing."""
        if ids:
            with outages():
                await self.keys.database[collection].bulk_write(destroying(ids))
        self.keys.forget(collection, ids)

    async def _made(self, collection: str, ids: Collection[str]) -> dict[str, Parts]:
        # Never from memory: another process may have destroyed the key.
        known = await self.keys.of(collection, ids, anew=True)
        if lacking := sorted(set(ids) - known.keys()):
            fresh = [key_row(self.keys.keyring, collection, id, {WHOLE: new_key()}) for id in lacking]
            with outages():
                writes = [UpdateOne({"_id": row.pop("_id")}, {"$setOnInsert": row}, upsert=True) for row in fresh]
                await self.keys.database[collection].bulk_write(writes, ordered=False)
            known |= await self.keys.of(collection, lacking, anew=True)
        if known.keys() != set(ids):
            raise Conflict(collection)
        return known


def keys_of(database: Database) -> Database:
    """Where the keys of what rests in a database are kept: beside it, with backups of their own."""
    return database.client[f"{database.name}_keys"]


def drawers_of(database: Database, keyring: Keyring) -> Drawers:
    """What shuts and opens in this database."""
    return Drawers(Keys(keys_of(database), keyring))


def destroying(ids: Iterable[str]) -> list[DeleteMany]:
    """The writes that destroy the keys of these: in the collection of the keys' database."""
    found = sorted(ids)
    return [DeleteMany({"_id": {"$in": found[start : start + IDS]}}) for start in range(0, len(found), IDS)]


def _all(collection: str, sealed: Sequence[tuple[str, bytes]], keys: Mapping[str, Parts]) -> list[bytes | None]:
    return [decrypt(keys[id][WHOLE], one, collection, id) if id in keys else None for id, one in sealed]
