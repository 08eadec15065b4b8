"""Names and numbers that agencies send stay in the registry: nothing outward carries them (architecture, section 1)."""

import asyncio
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import aio_pika
import bson
import httpx
import pymongo
import pytest
from foreign import eventually
from leaking import leaks, readable, secrets_of
from quarantined import quarantined

from tapal_local.sample.week import sample_week

pytestmark = pytest.mark.e2e

SPY = "spy.security"


async def publish_and_listen(system: Any, week: dict[str, list[dict[str, Any]]]) -> None:
    connection = await aio_pika.connect(system.amqp_url("admin"))
    async with connection:
        channel = await connection.channel()
        spy = await channel.declare_queue(SPY, durable=True)
        for exchange in ("registry", "alerts"):
            await spy.bind(exchange, "#")
        for code, events in week.items():
            await system.publish(code, events)


async def heard(system: Any, queues: list[str]) -> str:
    """The bodies and headers of everything in these queues."""
    connection = await aio_pika.connect(system.amqp_url("admin"))
    texts = []
    async with connection:
        channel = await connection.channel()
        for name in queues:
            queue = await channel.get_queue(name, ensure=False)
            while message := await queue.get(fail=False, no_ack=True):
                texts.append(message.body.decode() + str(message.info()))
    return "\n".join(texts)


def metrics_of(system: Any, parts: Iterable[str]) -> list[str]:
    with httpx.Client(trust_env=False) as client:
        return [client.get(f"{system.address(part)}/metrics").text for part in parts]


@pytest.fixture(scope="module")
def week(system):
    events = sample_week(datetime.now(UTC))
    asyncio.run(publish_and_listen(system, events))
    database = pymongo.MongoClient(system.addresses()["TAPAL_TEST_MONGO_ADMIN_URL"])
    eventually(lambda: database["alerts"].alerts.count_documents({}) >= 5)
    eventually(database["protection"].list_collection_names)
    asyncio.run(asyncio.sleep(3))
    yield events
    database.close()


@pytest.fixture(scope="module")
def secrets(week):
    found = secrets_of(week)
    assert len(found) > 60
    return found


def test_the_scan_would_find_what_it_looks_for(week, secrets):
    assert set(leaks(json.dumps(list(week.values())), secrets)) >= set(secrets) - {s for s in secrets if "\n" in s}


def test_the_exchanges_carry_no_name_and_no_number(system, secrets):
    told = asyncio.run(heard(system, [SPY]))
    assert told.count("person.changed") > 20
    assert leaks(told, secrets) == []


def test_what_agencies_get_back_carries_no_name_and_no_number(system, week, secrets):
    told = asyncio.run(heard(system, [f"to.{code}" for code in week]))
    assert told.count("receipts.issued") > 3
    assert leaks(told, secrets) == []


@pytest.mark.parametrize("name", ["alerts", "reports", "protection", "registry", "registry_keys", "sealed", "gateway"])
def test_no_database_holds_a_name_or_a_number_in_clear(system, secrets, name):
    with pymongo.MongoClient(system.addresses()["TAPAL_TEST_MONGO_ADMIN_URL"]) as client:
        database = client[name]
        rows = [row for collection in database.list_collection_names() for row in database[collection].find({})]
    assert rows
    assert leaks("\n".join(map(readable, rows)), secrets) == []
    stored = b"".join(map(bson.encode, rows))
    assert [text for text in secrets if len(text) > 5 and text.encode() in stored] == []


def test_the_logs_and_metrics_hold_no_name_and_no_number(system, secrets):
    parts = [name for name, part in system.status().items() if part["address"].startswith("http")]
    logs = "\n".join(file.read_text() for file in system.home.logs.glob("*.log"))
    metrics = "\n".join(metrics_of(system, parts))
    assert "event_stored" in logs
    assert "tapal_events_total" in metrics
    assert leaks(logs + metrics, secrets) == []


def test_nothing_of_protection_is_in_logs_and_metrics(system, week):
    names = ("registry", "registry-sealed", "alerts", "reports", "gateway", "alerts-protection")
    metrics = "\n".join(metrics_of(system, names))
    lines = [line for name in names for line in (system.home.logs / f"{name}.log").read_text().splitlines()]
    told = [line for line in lines if "sealed." in line or "matter" in line or '"kind": "protection"' in line]
    assert told == []
    assert "sealed." not in metrics
    assert 'type="protection"' not in metrics


def test_the_sample_week_is_accepted_and_understood_by_all(system, week):
    # Other tests of the same system sent events that were meant to be refused.
    refused = {row["event_id"] for row in asyncio.run(quarantined(system))}
    assert refused.isdisjoint(event["id"] for events in week.values() for event in events)
    asyncio.run(no_dead_letters(system))


async def no_dead_letters(system: Any) -> None:
    assert await heard(system, ["dead.internal"]) == ""
