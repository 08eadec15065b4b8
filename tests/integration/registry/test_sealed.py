"""Calls for protection, readable or not: each is kept sealed, handed to the desk and answered."""

import json

import pytest
from synthetic import AGENCIES, HASHER, NOW, event, moment

from chassis.boxes import unlock
from chassis.bus import Incoming
from contracts.events import MAX_EVENT_BYTES
from contracts.messages import MatterOpened
from registry.matters import Matters
from registry.sealed import MATTERS, Sealed

pytestmark = [pytest.mark.integration, pytest.mark.anyio]

KEY = bytes(32)
CALL = event("ppt", "protection", {"kind": "help"}, moment(0)).body


@pytest.fixture
def sealed(stand):
    matters = Matters(stand.database, stand.database)
    return Sealed(AGENCIES, matters, HASHER, HASHER, KEY, stand.publish, lambda: NOW)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (CALL, "received"),
        (CALL[:-9], "unreadable"),
        (b"", "unreadable"),
        (CALL + b" " * 17_000_000, "too_large"),
        (event("ppt", "crossing", {}, moment(0)).body, "unknown_type"),
    ],
    ids=["sound", "broken off", "empty", "larger than the database takes", "of another type"],
)
async def test_the_desk_hears_of_every_call_and_its_sender_of_the_outcome(stand, sealed, body, code):
    incoming = Incoming("sealed.ppt", body)
    for _ in range(2):
        await sealed.take([sealed.read(incoming)])
    [(matter, told), (again, _)] = [
        (MatterOpened.model_validate_json(opened.body), json.loads(receipt.body)["receipts"][0])
        for opened, receipt in zip(stand.sent[::2], stand.sent[1::2], strict=True)
    ]
    assert (stand.sent[0].routing_key, told["code"]) == (MATTERS, code)
    assert unlock(KEY, matter.sealed) == body[:MAX_EVENT_BYTES]
    assert (matter.matter, matter.unreadable) == (again.matter, code != "received")
    assert await stand.database.matters.count_documents({}) == 1
