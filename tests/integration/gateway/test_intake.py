"""Events over HTTP, and what became of them."""

import json

import aio_pika
import pytest

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
SINGLE = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"


def event(number=1, **changed):
    found = {
        "specversion": "1.0",
        "id": f"e{number}",
        "source": "/polres/spkt",
        "type": "id.tapal.check.v1",
        "time": "2026-07-01T10:00:00+07:00",
        "data": {"kind": "person"},
    }
    return {**found, **changed}


async def send(stand, body, content_type=SINGLE, key="key-polres", **headers):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    fields = {"content-type": content_type, "authorization": f"Bearer {key}", **headers}
    async with await stand.client() as client:
        return await client.post("/v1/events", content=raw, headers=fields)


async def waiting(stand, queue):
    found = []
    queue = await stand.channel.get_queue(queue, ensure=False)
    while (message := await queue.get(fail=False)) is not None:
        await message.ack()
        found.append(message)
    return found


async def test_one_event_is_taken_over_as_it_was_sent(stand):
    raw = json.dumps(event(), indent=2).encode()
    trace = "0af7651916cd43dd8448eb211c80319c"
    answer = await send(stand, raw, traceparent=f"00-{trace}-b7ad6b7169203331-01")
    assert answer.status_code == 202
    assert answer.json() == {"accepted": 1, "receipts": ["/v1/receipts?source=%2Fpolres%2Fspkt&id=e1"], "problems": []}
    [message] = await waiting(stand, "intake.polres")
    assert message.body == raw
    assert message.delivery_mode is aio_pika.DeliveryMode.PERSISTENT
    assert message.correlation_id == trace


@pytest.mark.parametrize("content_type", [BATCH, "application/json", f"{BATCH}; charset=utf-8"])
async def test_a_batch_is_taken_over_in_parts_and_its_faults_are_listed(stand, content_type):
    batch = [event(1), event(2, source="/imigrasi/simkim"), 3, event(4, type="id.tapal.protection.v1")]
    answer = await send(stand, batch, content_type)
    assert answer.status_code == 202
    assert answer.json()["accepted"] == 2
    faults = [(item["index"], item["code"]) for item in answer.json()["problems"]]
    assert faults == [(1, "unknown_source"), (2, "unreadable")]
    assert [json.loads(message.body)["id"] for message in await waiting(stand, "intake.polres")] == ["e1"]
    assert [json.loads(message.body)["id"] for message in await waiting(stand, "sealed.polres")] == ["e4"]


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        (b"nonsense", SINGLE, 400, "unreadable"),
        (b"[]", SINGLE, 400, "unreadable"),
        (event(source="/imigrasi/simkim"), SINGLE, 403, "unknown_source"),
        (event(note="x" * 70_000), SINGLE, 413, "too_large"),
        (b"x" * 1_100_000, BATCH, 413, "too_large"),
        ([event(n) for n in range(101)], BATCH, 413, "too_large"),
        (event(), "text/plain", 415, "unsupported_media_type"),
    ],
)
async def test_what_cannot_be_taken_over_is_refused_at_once(stand, body, content_type, status, code):
    answer = await send(stand, body, content_type)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await waiting(stand, "intake.polres") == []


@pytest.mark.parametrize(("key", "status"), [("-", 401), ("wrong", 401), ("key-kapuas", 403)])
async def test_only_the_sources_own_key_may_send(stand, key, status):
    assert (await send(stand, event(), key=key)).status_code == status


async def test_a_person_cannot_send_as_a_system(stand):
    await stand.get("/v1/me", "operator")
    assert (await send(stand, event(), key=stand.tokens["operator"])).status_code == 401


async def test_a_full_queue_is_felt_by_its_sender(stand):
    for number in range(5):
        assert (await send(stand, event(number))).status_code == 202
    full = await send(stand, event(6))
    assert (full.status_code, full.json()["code"], full.headers["retry-after"]) == (503, "queue_full", "30")
    hotel = event(7, source="/phri-kh/hotel-kapuas", type="id.tapal.lodging.v1")
    assert (await send(stand, hotel, key="key-kapuas")).status_code == 202


async def test_a_receipt_is_read_by_the_source_that_sent(stand):
    stand.world.receipts["registry"] = [{"source": "/polres/spkt", "id": "e1", "outcome": "accepted"}]
    path = "/v1/receipts?source=%2Fpolres%2Fspkt&id=e1"
    async with await stand.client() as client:
        own = await client.get(path, headers={"authorization": "Bearer key-polres"})
        other = await client.get(path, headers={"authorization": "Bearer key-kapuas"})
    assert own.json()["receipts"][0]["outcome"] == "accepted"
    assert other.json()["code"] == "not_your_source"
    assert (await stand.get(path, "polisi")).json()["receipts"] == own.json()["receipts"]
    assert ("registry", "receipts polres /polres/spkt e1") in [asked[:2] for asked in stand.world.asked]


async def test_that_a_sealed_event_was_sent_is_told_to_its_sender_alone(stand):
    stand.world.receipts["sealed"] = [{"source": "/polres/spkt", "id": "e1", "outcome": "accepted", "code": "received"}]
    path = "/v1/receipts?source=%2Fpolres%2Fspkt&id=e1"
    async with await stand.client() as client:
        own = await client.get(path, headers={"authorization": "Bearer key-polres"})
    assert own.json()["receipts"][0]["code"] == "received"
    assert (await stand.get(path, "polisi")).json()["receipts"] == []


async def dry(stand, body, content_type=SINGLE):
    fields = {"content-type": content_type, "authorization": "Bearer key-polres"}
    async with await stand.client() as client:
        return await client.post("/v1/events?dry_run=true", content=json.dumps(body).encode(), headers=fields)


SOUND = {
    "kind": "patrol",
    "basis": "order",
    "order_no": "SP-1",
    "village": "61.06.14.2001",
    "screening": "done",
    "persons": [],
    "group": {"size": 2, "citizens": 2, "minors": 0, "off_post": "no", "guide": "no", "payment": "no", "hidden": "no"},
}


async def test_a_dry_run_says_what_each_receipt_would_say_and_sends_nothing(stand):
    batch = [event(1, data=SOUND), event(2), event(3, type="id.tapal.work.v1", data={}), event(4, source="/x/y")]
    answer = await dry(stand, batch, BATCH)
    assert answer.status_code == 200, answer.text
    told = [(one["outcome"], one["code"], one.get("field")) for one in answer.json()["outcomes"]]
    assert told == [
        ("accepted", "accepted", None),
        ("refused", "missing_field", "data.basis"),
        ("refused", "missing_field", "data.action"),
        ("refused", "unknown_source", "source"),
    ]
    assert await waiting(stand, "intake.polres") == []


async def test_a_dry_run_of_a_call_for_help_tells_what_would_not_be_readable(stand):
    call = event(1, type="id.tapal.protection.v1", data={"kind": "help"})
    unclear = event(2, type="id.tapal.protection.v1", data={"kind": "?"})
    one = (await dry(stand, [call, unclear], BATCH)).json()["outcomes"]
    assert [(told["code"], "fault" in told) for told in one] == [("received", False), ("received", True)]
    assert await waiting(stand, "sealed.polres") == []
