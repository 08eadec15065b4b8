"""Send the sample week once, each agency as its own user."""

import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from tapal_local.publishing import publish
from tapal_local.sample.week import sample_week
from tapal_local.vault import Vault


async def main(broker: str) -> None:
    """Send it, unless it was sent before."""
    vault = Vault(Path(os.environ["TAPAL_SECRETS_DIR"]))
    done = vault.folder / "sample-sent"
    if done.exists():
        sys.stdout.write("the sample week was sent before\n")
        return
    for agency, events in sample_week(datetime.now(UTC)).items():
        password = vault.password(f"amqp-{agency}")
        sent = await publish(f"amqp://{agency}:{password}@{broker}/", agency, events)
        sys.stdout.write(f"{agency}: {sent} events\n")
    done.touch()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
