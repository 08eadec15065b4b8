"""Send the sample week once, and leave files to go on with."""

import json
from datetime import datetime
from pathlib import Path

from tapal_local import broker
from tapal_local.home import Home
from tapal_local.ports import Ports
from tapal_local.publishing import publish
from tapal_local.sample.week import sample_week, what_next
from tapal_local.vault import Vault

__all__ = ["load_sample", "next_files"]


async def load_sample(home: Home, vault: Vault, ports: Ports, now: datetime) -> int:
    """Publish the week, each agency as its own user. Returns the number of events the broker confirmed."""
    sent = 0
    for agency, events in sample_week(now).items():
        sent += await publish(broker.amqp_url(vault, ports, agency), agency, events)
    folder = home.data("sample")
    for name, (agency, event) in what_next(now).items():
        _file(folder, agency, name).write_text(json.dumps(event, indent=1) + "\n")
    return sent


def next_files(home: Home) -> list[tuple[str, Path]]:
    """The files to go on with: agency, file."""
    return [
        (file.parent.name, file) for file in sorted(home.data("sample").glob("*/*.json"), key=lambda file: file.name)
    ]


def _file(folder: Path, agency: str, name: str) -> Path:
    (folder / agency).mkdir(exist_ok=True)
    return folder / agency / name
