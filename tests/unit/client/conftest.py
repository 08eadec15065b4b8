"""A clock that a test moves, and events of one hotel."""

from datetime import UTC, datetime, timedelta

import pytest

from tapal_client.disk import Queue

SOURCE = "/phri-kh/hotel-kapuas"


class Clock:
    def __init__(self):
        self.now = datetime(2026, 7, 1, 8, tzinfo=UTC)

    def __call__(self):
        return self.now

    def later(self, **parts):
        self.now += timedelta(**parts)


def check_in(stay, time="2026-07-01T14:00:00+07:00", **data):
    lodging = {"kind": "lodging", "id": "NIB-1", "village": "61.06.17.1001"}
    person = {"documents": [{"kind": "passport", "number": f"X{stay}", "issuer": "UTO"}]}
    said = {"action": "check_in", "establishment": lodging, "person": person, "stay_ref": stay, "check_in_at": time}
    return {
        "specversion": "1.0",
        "id": f"{stay}/check_in",
        "source": SOURCE,
        "type": "id.tapal.lodging.v1",
        "time": time,
        "data": {**said, **data},
    }


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def queue(tmp_path, clock):
    found = Queue(tmp_path / "queue.sqlite", clock)
    yield found
    found.close()
