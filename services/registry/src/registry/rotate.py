"""python -m registry.rotate: wraps every key anew under the master key that is in use. Safe to stop and to repeat."""

import sys

from chassis.keyring import Keyring
from chassis.keystore import Keys
from chassis.mongo import connect
from chassis.rewrapping import rewrap, rotate
from registry.settings import RegistrySettings


async def _rotate() -> tuple[int, int]:
    settings = RegistrySettings()
    assert settings.master_key_file is not None
    async with connect(settings.mongo_url.get_secret_value()) as client:
        return await rewrap(Keys(client[settings.keys_database], Keyring(settings.master_key_file)))


if __name__ == "__main__":
    sys.exit(rotate(_rotate))
