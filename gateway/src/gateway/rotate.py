"""python -m gateway.rotate: wraps every key and second factor anew under the master key in use. Safe to repeat."""

import sys

from chassis.keyring import Keyring
from chassis.keystore import Keys
from chassis.mongo import connect
from chassis.rewrapping import rewrap, rotate
from gateway.factors import rewrapped
from gateway.settings import GatewaySettings


async def _rotate() -> tuple[int, int]:
    settings, keyring = GatewaySettings(), Keyring(GatewaySettings().factor_key_file)
    async with connect(settings.mongo_url.get_secret_value()) as client:
        done, left = await rewrap(Keys(client[settings.keys_database], keyring))
        return done + await rewrapped(client[settings.mongo_database], keyring), left


if __name__ == "__main__":
    sys.exit(rotate(_rotate))
