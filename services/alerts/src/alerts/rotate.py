"""python -m alerts.rotate: wraps every key anew under the master key that is in use. Safe to stop and to repeat."""

import sys

from alerts.settings import AlertsSettings
from chassis.drawers import drawers_of
from chassis.keyring import Keyring
from chassis.mongo import connect
from chassis.rewrapping import rewrap, rotate


async def _rotate() -> tuple[int, int]:
    settings = AlertsSettings()
    async with connect(settings.mongo_url.get_secret_value()) as client:
        return await rewrap(drawers_of(client[settings.mongo_database], Keyring(settings.texts_key_file)).keys)


if __name__ == "__main__":
    sys.exit(rotate(_rotate))
