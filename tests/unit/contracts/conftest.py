import copy
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "contract" / "examples"


@pytest.fixture
def now():
    return datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


@pytest.fixture
def example():
    """An example event by name, fit to be changed."""
    return lambda name: json.loads((EXAMPLES / f"{name}.json").read_text())


@pytest.fixture
def without():
    """A copy of an event without the field at a dotted path in `data`."""

    def cut(event, path):
        event = copy.deepcopy(event)
        *above, last = path.split(".")
        part = event["data"]
        for step in above:
            part = part[int(step) if step.isdigit() else step]
        del part[last]
        return event

    return cut
