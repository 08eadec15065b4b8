"""What cannot be put on record is not done: whoever changes anything stands in the access log before it is changed."""

import pytest

from .test_second_factor import PASSWORD, PATH, code_of, person
from .test_uploads import HEADINGS, guest, hotel, upload

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
ORDER = {"tapal_purpose": "order:SP-1/2026"}
PERSON = {"kind": "person", "id": "person-3"}

__all__ = ["hotel", "person"]


@pytest.mark.parametrize(
    ("account", "path", "body"),
    [
        ("operator", "/v1/cases", {"groups": [PERSON]}),
        ("operator", "/v1/asks", {"person": "person-1", "action": "detention"}),
        ("supervisor", "/v1/subscriptions", {"channel": "webhook", "address": "https://siap.example/tapal"}),
        ("polisi", "/v1/quarantine/ab12.cd34/replay", {"reason": "Coba lagi."}),
    ],
    ids=["case", "ask", "subscription", "replay"],
)
async def test_without_a_record_nothing_is_made(stand, account, path, body):
    world = stand.world
    cases = len(world.cases)
    async with stand.unwritable():
        answer = await stand.post(path, account, body, **ORDER)
    assert (answer.status_code, answer.json()["code"]) == (503, "audit_unavailable")
    assert (len(world.cases), world.asks, world.subscriptions) == (cases, {}, {})
    assert not any("replays" in refused for refused in world.quarantine)


async def test_without_a_record_no_step_is_taken_with_a_subscription(stand):
    wish = {"channel": "webhook", "address": "https://siap.example/tapal"}
    one = (await stand.post("/v1/subscriptions", "supervisor", wish)).json()
    async with stand.unwritable():
        answer = await stand.post(f"/v1/subscriptions/{one['id']}/pause", "supervisor", if_match='"1"')
    assert answer.status_code == 503
    assert stand.world.subscriptions[one["id"]]["state"] == "active"


async def test_without_a_record_no_upload_is_kept(stand, hotel):
    async with stand.unwritable():
        answer = await upload(hotel, HEADINGS + guest(1))
    assert answer.status_code == 503
    assert await stand.database.uploads.count_documents({}) == 0
    assert await stand.database.upload_rows.count_documents({}) == 0


async def test_without_a_record_nobody_has_a_second_factor(stand, person):
    begun = (await person.post(PATH, json={"password": PASSWORD})).json()
    async with stand.unwritable():
        answer = await person.post(f"{PATH}/proof", json={"code": code_of(begun["secret"])})
    assert answer.status_code == 503
    assert (await stand.database.factors.find_one({"_id": "inspektur"}))["proved_at"] is None
