"""What the registry of a running home set aside, opened with the keys of that home."""

from typing import Any

from motor.motor_asyncio import AsyncIOMotorClient
from whole_system import WholeSystem

from chassis.keyring import Keyring
from chassis.keystore import Keys
from registry.shelf import Shelf


async def quarantined(system: WholeSystem) -> list[dict[str, Any]]:
    mongo: Any = AsyncIOMotorClient(system.addresses()["TAPAL_TEST_MONGO_ADMIN_URL"])
    shelf = Shelf(mongo["registry"], Keys(mongo["registry_keys"], Keyring(system.home.secrets / "master.key")))
    try:
        return await shelf.opened("quarantine", await mongo["registry"].quarantine.find({}).to_list(None))
    finally:
        mongo.close()
