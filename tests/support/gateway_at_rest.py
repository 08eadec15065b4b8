"""What rests in the gateway's databases, and what opens it."""

import bson
from gateway_stand import Stand

from chassis.drawers import Drawers
from chassis.keyring import Keyring
from chassis.keystore import Keys


def drawers(stand: Stand) -> Drawers:
    """What opens what rests sealed in the gateway's database."""
    keys = stand.database.client[f"{stand.database.name}_keys"]
    return Drawers(Keys(keys, Keyring(stand.settings["factor_key_file"])))


async def stored(stand: Stand) -> bytes:
    """All that rests in the gateway's databases."""
    client, name = stand.database.client, stand.database.name
    found = b""
    for database in (client[name], client[f"{name}_keys"]):
        for collection in await database.list_collection_names():
            found += b"".join(bson.encode(row) for row in await database[collection].find({}).to_list(None))
    return found
