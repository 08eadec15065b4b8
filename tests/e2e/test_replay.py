"""Refused events, corrected and sent again; and what the broker gave up on. The whole system, read with curl."""

import asyncio
import json
import secrets
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import aio_pika
import pytest
from foreign import Curl, eventually

pytestmark = pytest.mark.e2e

MARK = secrets.token_hex(4)
POST = "/plbn-badau/pos"


def crossing(id: str, **more) -> dict:
    who = {"documents": [{"kind": "passport", "number": f"Q{MARK}{id}", "issuer": "UTO"}]}
    at = (datetime.now(UTC) - timedelta(days=2)).isoformat()
    head = {"specversion": "1.0", "type": "id.tapal.crossing.v1", "source": POST, "id": f"{MARK}/{id}", "time": at}
    return {**head, "channel": "paper", "data": {"action": "exit", "person": who, "post": "BADAU", **more}}


async def put(system, queue: str, body: bytes, headers: dict | None = None) -> None:
    async with await aio_pika.connect(system.amqp_url("admin")) as connection:
        channel = await connection.channel()
        await channel.default_exchange.publish(aio_pika.Message(body, headers=headers), queue)


@pytest.fixture(scope="module")
def office(system):
    """An officer of the agency that may send what is sent again here."""
    return Curl(system.gateway, system.account("operator"))


@pytest.fixture(scope="module")
def admin(system):
    return Curl(system.gateway, system.account("admin"))


@pytest.fixture(scope="module")
def refused(system, admin):
    """Publishes an event that is refused; returns its record."""

    def publish(event: dict) -> dict:
        asyncio.run(system.publish("plbn-badau", [event]))
        return eventually(lambda: record_of(admin, event))

    return publish


def record_of(admin, event: dict) -> dict | None:
    items = admin.get("/v1/quarantine?limit=500")["items"]
    return next((item for item in items if item["event_id"] == event["id"]), None)


def outcomes(system, id: str) -> list[tuple]:
    query = urlencode({"source": POST, "id": f"{MARK}/{id}"})
    told = Curl.keyed(system.gateway, system.api_key("plbn-badau/pos")).get(f"/v1/receipts?{query}")["receipts"]
    return [(one["outcome"], one["code"], one["field"]) for one in told]


def test_a_corrected_event_is_accepted_and_both_outcomes_stay(system, admin, refused):
    right = crossing("a")
    wrong = {**right, "data": {name: value for name, value in right["data"].items() if name != "post"}}
    record = refused(wrong)
    assert outcomes(system, "a") == [("refused", "missing_field", "data.post")]
    # The way it came by is kept though the correction does not say it.
    corrected = {name: value for name, value in right.items() if name != "channel"}
    body = {"event": corrected, "reason": "Pos ditambahkan dari buku."}
    assert admin.send(f"/v1/quarantine/{record['id']}/replay", body) == {"sent": True}
    told = eventually(lambda: [one for one in [outcomes(system, "a")] if len(one) == 2])
    assert told[0] == [("refused", "missing_field", "data.post"), ("accepted", "accepted", None)]
    [replay] = record_of(admin, right)["replays"]
    assert (replay["by"], replay["reason"], replay["outcome"]["outcome"]) == ("admin", body["reason"], "accepted")


def test_sent_again_as_it_was_it_is_judged_again(system, admin, refused):
    wrong = crossing("b", post=None)
    record = refused(wrong)
    for n in (1, 2):
        admin.send(f"/v1/quarantine/{record['id']}/replay", {"reason": "Dicoba lagi."})
        eventually(lambda n=n: len(outcomes(system, "b")) == 1 + n)
    asyncio.run(system.publish("plbn-badau", [wrong, crossing("b2")]))
    eventually(lambda: outcomes(system, "b2"))
    assert len(outcomes(system, "b")) == 3  # a repeat by the sender is no new outcome
    assert [one["outcome"]["outcome"] for one in record_of(admin, wrong)["replays"]] == ["refused"] * 2


def test_what_may_name_a_citizen_was_not_kept_and_cannot_be_sent_again(admin, refused):
    event = crossing("c", post=None)
    event["data"]["person"]["documents"][0]["issuer"] = "IDN"
    record = refused(event)
    answer = admin.send(f"/v1/quarantine/{record['id']}/replay", {"reason": "Dicoba.", "event": crossing("c")})
    assert (answer["status"], answer["code"], record["kept"]) == (409, "contents_not_kept", False)


def test_another_agencys_refusals_are_unknown(office, refused):
    record = refused(crossing("d", post=None))
    answer = office.send(f"/v1/quarantine/{record['id']}/replay", {"reason": "Dicoba."})
    assert (answer["status"], answer["code"]) == (404, "unknown_refusal")


def test_what_the_broker_gave_up_on_ends_with_an_outcome_like_anything_else(system):
    wrong = crossing("f", post=None)
    forged = {"x-death": [{"queue": "intake.imigrasi", "reason": "rejected", "count": 99}]}
    for event in (crossing("e"), wrong):
        asyncio.run(put(system, "dead.plbn-badau", json.dumps(event).encode(), forged))
    asyncio.run(put(system, "dead.plbn-badau", b"\xff\x00 broken", forged))
    eventually(lambda: outcomes(system, "e") == [("accepted", "accepted", None)])
    assert [one[0] for one in eventually(lambda: outcomes(system, "f"))] == ["refused"]
