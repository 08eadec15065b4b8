"""What an agency's own credentials let it do on the bus: send its events and read its queue, and nothing else."""

import asyncio

import aio_pika
import httpx
import pytest
from aiormq.exceptions import ChannelAccessRefused

pytestmark = pytest.mark.e2e


async def refused(system, attempt):
    connection = await aio_pika.connect(system.amqp_url("polres"))
    async with connection:
        channel = await connection.channel()
        with pytest.raises((ChannelAccessRefused, aio_pika.exceptions.ChannelClosed)):
            await attempt(channel)


async def _publish(channel, exchange):
    found = await channel.get_exchange(exchange, ensure=False)
    await found.publish(aio_pika.Message(b"{}"), "person.changed")


async def _read(channel, queue):
    found = await channel.get_queue(queue, ensure=False)
    await found.get(fail=False)


@pytest.mark.parametrize(
    "attempt",
    [
        *(lambda channel, name=name: _publish(channel, name) for name in ("agency.imigrasi", "sealed.ppt", "registry")),
        *(lambda channel, name=name: _publish(channel, name) for name in ("alerts", "gateway", "agency.polres2")),
        *(lambda channel, name=name: _read(channel, name) for name in ("to.imigrasi", "intake.polres", "dead.polres")),
        *(lambda channel, name=name: _read(channel, name) for name in ("sealed.polres", "alerts.registry")),
        lambda channel: channel.declare_queue("mine"),
        lambda channel: channel.declare_exchange("agency.polres.x"),
        lambda channel: channel.default_exchange.publish(aio_pika.Message(b"{}"), "intake.imigrasi"),
    ],
)
def test_an_agency_s_user_does_nothing_on_the_bus_but_its_own(system, attempt):
    asyncio.run(refused(system, attempt))


def test_a_key_of_one_source_speaks_for_no_other(system):
    headers = {
        "authorization": f"Bearer {system.api_key('phri-kh/hotel-kapuas')}",
        "content-type": "application/cloudevents+json",
    }
    event = {"specversion": "1.0", "id": "1", "type": "id.tapal.lodging.v1", "time": "2026-11-01T00:00:00+07:00"}
    for source in ("/phri-kh/hotel-sentarum", "/imigrasi/simkim", "/PHRI-KH/hotel-kapuas"):
        answer = httpx.post(f"{system.gateway}/v1/events", json={**event, "source": source}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "unknown_source")
