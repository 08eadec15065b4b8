"""The client over AMQP with a real broker: killed in the middle, held up by a full queue, told what became of it."""

import json
import random
import sqlite3
import time
from collections import Counter
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import aio_pika
import pytest
from client_folder import SOURCE, ClientFolder, check_in
from gateway_stand import virtual_host

from tapal_client.client import Client

pytestmark = [pytest.mark.integration, pytest.mark.anyio]


@pytest.fixture
def anyio_backend():
    return "asyncio"


@asynccontextmanager
async def broker(management, amqp, **limits):
    """A virtual host with the exchanges and queues of the hotel association. Gives its address and a channel."""
    async with virtual_host(management, amqp) as url, await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        for way, prefix in (("agency", "intake"), ("sealed", "sealed")):
            exchange = await channel.declare_exchange(f"{way}.phri-kh", "fanout", durable=True)
            queue = await channel.declare_queue(f"{prefix}.phri-kh", durable=True, arguments=limits or None)
            await queue.bind(exchange)
        await channel.declare_queue("to.phri-kh", durable=True)
        yield url, channel


async def taken(channel, name="intake.phri-kh"):
    queue = await channel.get_queue(name, ensure=False)
    found = []
    while (message := await queue.get(fail=False, no_ack=True)) is not None:
        found.append(message.body)
    return found


def kill_while_sending(folder):
    """Start the client, and kill it some moments after its first batch."""
    with Client(folder.path) as client:
        before = client.queue.numbers().get("sent", 0)
        sending = folder.start("run")
        while client.queue.numbers().get("sent", 0) == before:
            time.sleep(0.005)
    time.sleep(random.uniform(0, 0.08))
    sending.kill()
    sending.wait()


async def test_killed_while_it_sends_it_loses_nothing_and_says_nothing_twice_in_different_words(
    tmp_path, amqp_admin_url, management_url
):
    events = [check_in(number) for number in range(3000)]
    async with broker(management_url, amqp_admin_url) as (url, channel):
        folder = ClientFolder(tmp_path, amqp=True).over_amqp(url)
        folder.add(events)
        for _ in range(5):
            kill_while_sending(folder)
        assert folder.numbers()["waiting"] > 0, "it was killed before it was done"
        assert folder.run("send").returncode == 0
        bodies = await taken(channel)
    seen = list(dict.fromkeys(bodies))
    assert [json.loads(body)["id"] for body in seen] == [event["id"] for event in events]
    assert [json.loads(body)["sequence"] for body in seen] == list(range(1, 3001))
    assert folder.numbers()["sent"] == 3000


async def test_a_full_queue_stops_the_sender_and_loses_nothing(tmp_path, amqp_admin_url, management_url):
    limits = {"x-max-length": 5, "x-overflow": "reject-publish"}
    async with broker(management_url, amqp_admin_url, **limits) as (url, channel):
        folder = ClientFolder(tmp_path, amqp=True).over_amqp(url)
        folder.add([check_in(number) for number in range(12)])
        arrived = []
        for _ in range(4):
            done = folder.run("send")
            arrived += [json.loads(body)["id"] for body in await taken(channel)]
            if done.returncode == 0:
                break
            assert "the queue is full" in done.stderr
    assert sorted(set(arrived)) == sorted(check_in(number)["id"] for number in range(12))


async def test_a_protection_event_goes_the_sealed_way(tmp_path, amqp_admin_url, management_url):
    event = {**check_in(1), "id": "p1", "type": "id.tapal.protection.v1", "data": {"kind": "help"}}
    async with broker(management_url, amqp_admin_url) as (url, channel):
        folder = ClientFolder(tmp_path, amqp=True).over_amqp(url)
        folder.add([event])
        assert folder.run("send").returncode == 0
        assert await taken(channel) == []
        assert [json.loads(body)["id"] for body in await taken(channel, "sealed.phri-kh")] == ["p1"]


async def a_fortnight(client, hours):
    """A guest an hour, sent as he arrives; the hours are those of the client's clock."""
    way = client.way()
    sender = client.sender(way, print)
    for number, _ in enumerate(hours):
        client.queue.add(check_in(number) | {"time": hours.now.isoformat()})
        await sender.drain()
    await way.close()


class Hours:
    def __init__(self, number):
        self.now = datetime(2026, 7, 1, tzinfo=UTC)
        self.number = number

    def __iter__(self):
        for _ in range(self.number):
            self.now += timedelta(hours=1)
            yield


async def test_without_receipts_what_the_broker_confirmed_is_sent_once_and_coverage_goes_on(
    tmp_path, amqp_admin_url, management_url
):
    hours = Hours(14 * 24)
    async with broker(management_url, amqp_admin_url) as (url, channel):
        ClientFolder(tmp_path, amqp=True).over_amqp(url)
        with Client(tmp_path, lambda: hours.now) as client:
            await a_fortnight(client, hours)
            until = datetime.fromisoformat(client.queue.fact("covered_until"))
        kinds = Counter(json.loads(body)["type"] for body in await taken(channel))
    assert kinds["id.tapal.lodging.v1"] == 14 * 24
    assert kinds["id.tapal.source.status.v1"] >= 14
    assert hours.now - until < timedelta(days=1)


async def test_outcomes_come_from_the_agencys_queue_where_this_client_reads_it(
    tmp_path, amqp_admin_url, management_url
):
    async with broker(management_url, amqp_admin_url) as (url, channel):
        folder = ClientFolder(tmp_path, amqp=True, takes_receipts=True).over_amqp(url)
        folder.add([check_in(1), check_in(2)])
        assert folder.run("send").returncode == 0
        at = "2026-07-01T00:00:00Z"
        said = {"source": SOURCE, "at": at, "repeat": False}
        receipts = [
            {**said, "id": "kamar/1/check_in", "outcome": "accepted", "code": "accepted"},
            {**said, "id": "kamar/2/check_in", "outcome": "refused", "code": "not_allowed", "reason": {"en": "no"}},
            {**said, "id": "kamar/3/check_in", "source": "/other", "outcome": "accepted", "code": "accepted"},
        ]
        body = json.dumps({"agency": "phri-kh", "receipts": receipts}).encode()
        message = aio_pika.Message(body, type="receipts.issued")
        await channel.default_exchange.publish(message, "to.phri-kh")
        assert folder.run("send").returncode == 0
    assert {name: folder.numbers().get(name) for name in ("accepted", "refused")} == {"accepted": 1, "refused": 1}
    assert '"code": "not_allowed"' in folder.run("list", "--state", "refused").stdout


async def test_a_receipt_that_could_not_be_written_down_stays_in_the_agencys_queue(
    tmp_path, amqp_admin_url, management_url
):
    async with broker(management_url, amqp_admin_url) as (url, channel):
        ClientFolder(tmp_path, amqp=True, takes_receipts=True).over_amqp(url)
        receipt = {"source": SOURCE, "id": "kamar/1/check_in", "outcome": "accepted", "code": "accepted"}
        body = json.dumps({"receipts": [receipt | {"at": "2026-07-01T00:00:00Z"}]}).encode()
        await channel.default_exchange.publish(aio_pika.Message(body, type="receipts.issued"), "to.phri-kh")
        with Client(tmp_path) as client:
            client.queue.add(check_in(1))
            way = client.way()
        with pytest.raises(sqlite3.ProgrammingError):  # the queue is closed
            await way.outcomes(["kamar/1/check_in"], client.queue.settle)
        await way.close()
        with Client(tmp_path) as client:
            way = client.way()
            await client.sender(way, print).drain()
            await way.close()
            assert client.queue.numbers()["accepted"] == 1
        assert await taken(channel, "to.phri-kh") == []


def test_without_a_broker_it_says_so_and_keeps_everything(tmp_path):
    folder = ClientFolder(tmp_path, amqp=True).over_amqp("amqp://nobody:x@127.0.0.1:9/")
    folder.add([check_in(1)])
    done = folder.run("send")
    assert done.returncode == 1
    assert folder.numbers()["waiting"] == 1


async def test_a_wrong_password_is_told_and_not_tried_for_ever(tmp_path, amqp_admin_url, management_url):
    async with broker(management_url, amqp_admin_url) as (url, _):
        folder = ClientFolder(tmp_path, amqp=True)
        wrong = aio_pika.connection.URL(url).with_user("nobody").with_password("x")
        folder.over_amqp(str(wrong))
        folder.add([check_in(1)])
        done = folder.run("run")
    assert done.returncode == 1
    assert "user, password or certificate" in done.stderr
