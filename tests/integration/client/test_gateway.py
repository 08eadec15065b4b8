"""The client beside a real gateway: what it refuses at once, and what is no judgement of an event."""

from datetime import UTC, datetime

import pytest
from client_folder import SOURCE, check_in

from tapal_client.disk import Queue
from tapal_client.http_way import HttpWay
from tapal_client.ways import NoLink, NotAllowed

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
KEY = "key-kapuas"


@pytest.fixture
def entries(tmp_path):
    queue = Queue(tmp_path / "queue.sqlite", lambda: datetime.now(UTC))
    queue.add(check_in(1) | {"type": ""})
    queue.add(check_in(2))
    yield queue.take(9, 10**6)
    queue.close()


async def said(entries, gateway, key=KEY):
    way = HttpWay(gateway, SOURCE, key)
    try:
        answer = await way.send(entries)
        await way.outcomes([entry.id for entry in entries], lambda event_id, outcomes: None)
    finally:
        await way.close()
    return list(answer.taken), [(event_id, outcome.code) for event_id, outcome in answer.refused]


async def test_an_event_is_judged_the_same_alone_and_among_others(stand, entries):
    assert await said(entries, stand.url) == ([2], [("kamar/1/check_in", "missing_field")])
    assert await said(entries[:1], stand.url) == ([], [("kamar/1/check_in", "missing_field")])


async def test_another_address_judges_nothing(stand, entries):
    with pytest.raises(NoLink, match="404"):
        await said(entries[:1], f"{stand.url}/elsewhere")


@pytest.mark.parametrize("key", ["key-sentarum", "nobody's"])
async def test_another_key_judges_nothing(stand, entries, key):
    with pytest.raises(NotAllowed):
        await said(entries[1:], stand.url, key)
