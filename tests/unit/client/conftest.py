"""A clock that a test moves, events of one hotel, and a way that a test can break."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tapal_client.disk import Queue
from tapal_client.entries import Outcome
from tapal_client.sender import Sender
from tapal_client.watch import Watch
from tapal_client.ways import Answer, NoLink

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


class FakeWay:
    """Takes over what it gets while it is up; what it is told to refuse, it refuses."""

    def __init__(self):
        self.up = True
        self.answers = True
        self.got = []
        self.refuse = set()

    async def send(self, entries):
        if not self.up:
            raise NoLink("down")
        self.got += [json.loads(entry.body) for entry in entries]
        return Answer([entry.sequence for entry in entries])

    async def outcomes(self, event_ids, write):
        for name in event_ids:
            times = sum(event["id"] == name for event in self.got)
            write(name, [Outcome(name not in self.refuse, "x", f"2026-07-01T08:00:{times:02}Z")])

    async def close(self): ...


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def queue(tmp_path, clock):
    found = Queue(tmp_path / "queue.sqlite", clock)
    yield found
    found.close()


@pytest.fixture
def way():
    return FakeWay()


@pytest.fixture
def sender(queue, clock, way):
    return Sender(queue, way, Watch(queue, SOURCE, clock), lambda: 0.5, lambda line: None)
