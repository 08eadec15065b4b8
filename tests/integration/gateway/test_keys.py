"""API keys: several for a source, so that one takes over from the other; revoked for all replicas, expiring."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from gateway_stand import KEY_SECONDS

from gateway.senders import digest_of

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
KIND = "application/cloudevents+json"


@pytest.fixture(autouse=True)
async def keys_of_before(stand):
    """What a test issued goes; the keys of the installation are good again."""
    yield
    await stand.database.api_keys.delete_many({"by": "admin"})
    await stand.database.api_keys.update_many({"by": None}, {"$set": {"revoked_at": None, "until": None}})
    await read_again()


async def read_again():
    """Every replica has read the keys anew."""
    await asyncio.sleep(2 * KEY_SECONDS + 0.2)


async def send(url, key, number=1, source="/polres/spkt", path="/v1/events?dry_run=true"):
    event = {"specversion": "1.0", "id": f"e{number}", "source": source, "type": "id.tapal.check.v1"}
    event |= {"time": "2026-07-01T10:00:00+07:00", "data": {"kind": "person"}}
    body = json.dumps(event).encode()
    headers = {"authorization": f"Bearer {key}", "content-type": KIND}
    async with httpx.AsyncClient(base_url=url) as client:
        return (await client.post(path, content=body, headers=headers)).status_code


async def issue(stand, source="polres/spkt", **more):
    answer = await stand.post("/v1/keys", "admin", {"source": source, **more})
    assert answer.status_code == 201
    return answer.json()


async def of_file(stand, key="key-polres"):
    rows = (await stand.get("/v1/keys", "admin")).json()["items"]
    return next(row for row in rows if digest_of(key).startswith(row["id"]))


async def test_a_key_takes_over_from_another_without_a_gap(stand):
    outcomes = []
    over = asyncio.Event()
    keys = ["key-polres"]

    async def sending():
        while not over.is_set():
            outcomes.append(await send(stand.url, keys[-1], len(outcomes)))

    work = asyncio.create_task(sending())
    new = await issue(stand)
    assert [await send(stand.url, key) for key in ("key-polres", new["key"])] == [200, 200]
    keys.append(new["key"])
    count = len(outcomes)
    while len(outcomes) < count + 2:
        await asyncio.sleep(0.01)
    old = await of_file(stand)
    assert (await stand.post(f"/v1/keys/{old['id']}/revoke", "admin")).status_code == 204
    while len(outcomes) < count + 6:
        await asyncio.sleep(0.01)
    over.set()
    await work
    assert set(outcomes) == {200}
    assert [await send(stand.url, key) for key in ("key-polres", new["key"])] == [401, 200]


async def test_another_replica_holds_to_a_revocation_and_knows_a_new_key_soon(stand):
    async with stand.another() as url:
        new = await issue(stand)
        old = await of_file(stand)
        assert await send(url, "key-polres") == 200
        await stand.post(f"/v1/keys/{old['id']}/revoke", "admin")
        await read_again()
        assert [await send(url, key) for key in ("key-polres", new["key"])] == [401, 200]


async def test_a_restart_brings_no_revoked_key_back(stand):
    old = await of_file(stand)
    await stand.post(f"/v1/keys/{old['id']}/revoke", "admin")
    async with stand.another() as url:
        assert await send(url, "key-polres") == 401


async def test_a_key_ends_by_itself(stand):
    new = await issue(stand, days=1)
    past = datetime.now(UTC) - timedelta(seconds=1)
    assert await send(stand.url, new["key"]) == 200
    await stand.database.api_keys.update_one({"_id": new["id"]}, {"$set": {"until": past}})
    await read_again()
    assert await send(stand.url, new["key"]) == 401


async def test_a_key_is_of_one_source_alone(stand):
    new = await issue(stand, "phri-kh/hotel-kapuas")
    sources = ("/phri-kh/hotel-kapuas", "/phri-kh/hotel-sentarum", "/polres/spkt")
    assert [await send(stand.url, new["key"], 1, source, "/v1/events") for source in sources] == [202, 403, 403]


async def test_only_its_digest_rests_and_the_list_shows_less(stand):
    new = await issue(stand)
    rows = str(await stand.database.api_keys.find({}).to_list(None))
    listed = (await stand.get("/v1/keys", "admin")).text
    assert new["key"] not in rows + listed
    assert digest_of(new["key"]) not in listed
    assert [(row["action"], row["mark"]) for row in await stand.audit()] == [("keys.issue", "polres/spkt")]


async def test_when_a_key_was_used_is_known(stand):
    new = await issue(stand)
    await send(stand.url, new["key"])
    await read_again()
    await read_again()
    rows = (await stand.get("/v1/keys", "admin")).json()["items"]
    assert next(row for row in rows if row["id"] == new["id"])["used_at"]


async def test_a_source_has_so_many_and_no_more(stand):
    for _ in range(3):
        await issue(stand)
    answer = await stand.post("/v1/keys", "admin", {"source": "polres/spkt"})
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_keys")
    assert (await stand.post("/v1/keys", "admin", {"source": "polres/nothing"})).status_code == 404


@pytest.mark.parametrize("who", ["operator", "supervisor", "dpo", "perlindungan"])
async def test_nobody_else_has_to_do_with_keys(stand, who):
    assert (await stand.get("/v1/keys", who)).status_code == 403
    assert (await stand.post("/v1/keys", who, {"source": "polres/spkt"})).status_code == 403
    assert (await stand.post("/v1/keys/x/revoke", who)).status_code == 403


async def test_a_key_issues_no_keys(stand):
    assert (await stand.get("/v1/keys", authorization="Bearer key-polres")).status_code == 403
