import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent / "examples"


@pytest.fixture
def now():
    return datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


@pytest.fixture(params=sorted(EXAMPLES.glob("*.json")), ids=lambda path: path.stem)
def example(request):
    """Every example event, one after the other."""
    return json.loads(request.param.read_text())
