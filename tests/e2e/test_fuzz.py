"""Ten thousand messages that nobody should send, calls for protection too, and sound ones: each gets its outcome."""

import asyncio
import json
import random
import secrets
from collections import Counter
from dataclasses import dataclass
from typing import Any

import aio_pika
import pymongo
import pytest
from foreign import eventually
from hostile import Hostile, hostile, sound
from hostile_calls import TYPE, calls, sound_calls
from quarantined import quarantined

pytestmark = pytest.mark.e2e

AGENCY, SEED, WINDOW = "plbn-badau", 20261124, 200
SECONDS = 600
MARK = f"zq{secrets.token_hex(3)}"


@dataclass
class Run:
    """What was sent and what came back."""

    messages: list[Hostile]
    receipts: list[dict[str, Any]]
    before: dict[str, int]
    after: dict[str, int]
    tasks: int


def is_call(one: Hostile) -> bool:
    """Whether this goes the sealed way, straight or astray."""
    return one.exchange == "sealed" or TYPE in one.body


def restarts(system) -> dict[str, int]:
    return {name: part["restarts"] for name, part in system.status().items()}


async def publish(system, messages: list[Hostile]) -> None:
    async with await aio_pika.connect(system.amqp_url(AGENCY)) as connection:
        channel = await connection.channel(publisher_confirms=True)
        exchanges = {way: await channel.get_exchange(f"{way}.{AGENCY}", ensure=False) for way in ("agency", "sealed")}
        for start in range(0, len(messages), WINDOW):
            sent = [
                exchanges[one.exchange].publish(
                    aio_pika.Message(
                        one.body, headers=one.headers, content_type=one.content_type, delivery_mode=2, expiration=None
                    ),
                    "",
                )
                for one in messages[start : start + WINDOW]
            ]
            await asyncio.gather(*sent)


async def listen(system, wanted: int, received: list[dict[str, Any]]) -> None:
    """Receipts as the agency gets them, until there is one for every message."""
    async with await aio_pika.connect(system.amqp_url(AGENCY)) as connection:
        channel = await connection.channel()
        await channel.set_qos(prefetch_count=500)
        queue = await channel.get_queue(f"to.{AGENCY}", ensure=False)
        async with queue.iterator(no_ack=True) as letters:
            async for letter in letters:
                if letter.type == "receipts.issued":
                    received += json.loads(letter.body)["receipts"]
                if len(received) >= wanted:
                    return


async def run(system, messages: list[Hostile]) -> list[dict[str, Any]]:
    async with await aio_pika.connect(system.amqp_url("admin")) as connection:
        await (await (await connection.channel()).get_queue(f"to.{AGENCY}", ensure=False)).purge()
    received: list[dict[str, Any]] = []
    listening = asyncio.create_task(listen(system, len(messages), received))
    await publish(system, messages)
    await asyncio.wait([listening], timeout=SECONDS)
    listening.cancel()
    return received


async def depths(system, *queues: str) -> dict[str, int]:
    async with await aio_pika.connect(system.amqp_url("admin")) as connection:
        channel = await connection.channel()
        return {
            name: (await channel.declare_queue(name, passive=True)).declaration_result.message_count for name in queues
        }


@pytest.fixture(scope="module")
def mongo(system):
    with pymongo.MongoClient(system.addresses()["TAPAL_TEST_MONGO_ADMIN_URL"]) as client:
        yield client


@pytest.fixture(scope="module")
def registry(mongo):
    return mongo["registry"]


@pytest.fixture(scope="module")
def protection(mongo):
    return mongo["protection"]


@pytest.fixture(scope="module")
def fuzzed(system, protection):
    messages = [*hostile(SEED, MARK, 9_636), *calls(SEED, MARK, 300), *sound(SEED, MARK, 200)]
    messages += sound_calls(SEED, MARK, 20)
    random.Random(SEED).shuffle(messages)
    before, tasks = restarts(system), protection.tasks.count_documents({})
    receipts = asyncio.run(run(system, messages))
    return Run(messages, receipts, before, restarts(system), tasks)


@pytest.fixture(scope="module")
def kept(system, fuzzed):
    """The bytes of what was refused."""
    return [row["raw"] or b"" for row in asyncio.run(quarantined(system)) if row["agency"] == AGENCY]


def test_every_message_has_exactly_one_outcome(system, fuzzed):
    assert sum(one.label != "sound" for one in fuzzed.messages) == 10_000
    assert len(fuzzed.receipts) == len(fuzzed.messages)
    queues = [f"{name}.{AGENCY}" for name in ("intake", "dead", "sealed", "sealed.dead", "to")]
    assert asyncio.run(depths(system, *queues)) == dict.fromkeys(queues, 0)


def test_the_sound_ones_are_accepted_and_no_other(fuzzed):
    told = Counter((one["id"], one["outcome"]) for one in fuzzed.receipts if one["id"])
    fates = {one.id: one.fate for one in fuzzed.messages}
    accepted = {id for id, outcome in told if outcome == "accepted"}
    assert {id for id, fate in fates.items() if fate == "accepted"} <= accepted
    assert {id for id in accepted if fates.get(id) == "refused"} == set()
    assert all(told[id, "accepted"] == 1 for id in accepted)


def test_every_refusal_has_a_reason_in_both_languages_and_none_is_our_own_fault(fuzzed):
    refused = [one for one in fuzzed.receipts if one["outcome"] == "refused"]
    assert len(refused) > 9_000
    assert all(one["reason"]["id"] and one["reason"]["en"] for one in refused)
    assert Counter(one["code"] for one in refused)["internal"] == 0


def test_what_was_refused_is_in_quarantine_and_what_was_accepted_in_the_log(fuzzed, kept, registry):
    accepted = {one["id"] for one in fuzzed.receipts if one["code"] == "accepted"}
    assert registry.log.count_documents({"agency": AGENCY, "trace": {"$ne": None}}) >= len(accepted)
    firsts = [one for one in fuzzed.receipts if one["outcome"] == "refused" and not one.get("repeat")]
    unread = sum(map(is_call, fuzzed.messages)) - sum(one["code"] == "received" for one in fuzzed.receipts)
    assert len(kept) >= len(firsts) - unread
    assert max(map(len, kept)) <= 64 * 1024


def test_the_desk_has_a_task_for_every_call_readable_or_not(fuzzed, protection):
    heard = {one.body for one in fuzzed.messages if is_call(one)}
    assert len(heard) > 250
    eventually(lambda: protection.tasks.count_documents({}) >= fuzzed.tasks + len(heard))


def test_a_call_that_cannot_be_read_is_nowhere_but_at_the_desk(fuzzed, kept, registry):
    assert sum(map(bool, kept)) > 5_000
    assert [raw for raw in kept if TYPE in raw] == []
    assert registry.log.count_documents({"kind": "protection"}) == 0


def test_no_process_went_down(fuzzed):
    assert fuzzed.after == fuzzed.before


def test_no_log_repeats_what_was_sent(system, fuzzed):
    for file in sorted(system.home.logs.glob("*.log")):
        assert MARK not in file.read_text(errors="replace").lower(), file.name
