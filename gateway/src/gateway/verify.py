"""python -m gateway.verify: walks the chain of the audit log in the database that the gateway's environment names."""

import sys
from collections.abc import Mapping
from datetime import UTC, datetime

from chassis.blocks import Head
from chassis.inspection import Inspected
from chassis.mongo import connect
from chassis.walking import walk_and_tell
from gateway.evidence import inspect_audit
from gateway.settings import GatewaySettings


async def _inspect(noted: Mapping[str, Head]) -> list[Inspected]:
    settings = GatewaySettings()
    async with connect(settings.mongo_url.get_secret_value()) as client:
        return await inspect_audit(client[settings.mongo_database], noted, datetime.now(UTC))


if __name__ == "__main__":
    sys.exit(walk_and_tell(_inspect))
