"""What is delivered twice at one moment, to two processes, is one record, and judged again once for each replay."""

import asyncio
import json

import pytest
from registry_stand import OFFICER
from synthetic import HASHER, NOW

from chassis.bus import Incoming
from registry.replays import Replays

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
SAME = [Incoming("intake.imigrasi", b'{"id": "e-1", "source": "/imigrasi/kanim", "type": "unheard of"}')] * 8


async def refused(stand, messages):
    """The receipts told, as consumers refuse these all at once."""
    del stand.sent[:]
    await asyncio.gather(*(stand.intake.refuse(one, ValueError("unreadable")) for one in messages))
    return [json.loads(letter.body)["receipts"][0]["repeat"] for letter in stand.sent]


async def test_delivered_eight_times_at_one_moment_it_is_refused_once(stand):
    assert sorted(await refused(stand, SAME)) == [False] + [True] * 7
    [row] = await stand.database.quarantine.find({}).to_list(None)
    assert "again" not in row
    assert await stand.shelf.keys.database.quarantine.count_documents({}) == 1


async def test_sent_again_by_a_human_it_is_judged_once_however_often_it_is_delivered(stand):
    await refused(stand, SAME[:1])
    [row] = await stand.database.quarantine.find({}).to_list(None)
    await Replays(stand.shelf, HASHER, lambda: NOW).ask(row["_id"], None, "sekali lagi", OFFICER)
    assert sorted(await refused(stand, SAME)) == [False] + [True] * 7
    [row] = await stand.database.quarantine.find({}).to_list(None)
    assert len(row["again"]) == 1


async def test_others_are_not_kept_from_theirs(stand):
    others = [Incoming(one.queue, one.body.replace(b"e-1", f"e-{number}".encode())) for number, one in enumerate(SAME)]
    assert await refused(stand, others) == [False] * 8
    assert await stand.database.quarantine.count_documents({}) == 8
