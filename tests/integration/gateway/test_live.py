"""The live stream."""

from contextlib import AsyncExitStack

import aio_pika
import pytest
from listening import Listener, listening

pytestmark = [pytest.mark.integration, pytest.mark.anyio]


async def test_a_change_reaches_those_it_concerns_and_no_others(stand):
    async with AsyncExitStack() as stack:
        listeners = []
        for account in ("operator", "polisi"):
            client = await stack.enter_async_context(await stand.client(account))
            listeners.append(Listener(await stack.enter_async_context(listening(client))))
            assert (await listeners[-1].next())[0] == "ready"
        await stand.announce(id="hidden", side="protection", agencies=["imigrasi", "polres"])
        await stand.announce(id="alert-1", revision=2)
        await stand.announce(id="alert-5", agencies=["polres"], state="acknowledged")
        assert (await listeners[0].next())[2]["alert"] == "alert-1"
        name, _, told = await listeners[1].next()
    assert (name, told["alert"], told["state"]) == ("alert", "alert-5", "acknowledged")
    assert "hidden" not in str(await stand.redis.xrange("tapal:alerts"))


async def test_a_listener_that_comes_back_misses_nothing(stand):
    async with await stand.client("operator") as client:
        async with listening(client) as response:
            listener = Listener(response)
            await listener.next()
            await stand.announce(id="alert-1", revision=2)
            _, position, _ = await listener.next()
        for revision in (3, 4):
            await stand.announce(id="alert-1", revision=revision)
        async with listening(client, last_event_id=position) as response:
            listener = Listener(response)
            assert [(await listener.next())[2]["revision"] for _ in range(2)] == [3, 4]


async def test_a_lost_position_is_said(stand):
    async with await stand.client("operator") as client, listening(client, last_event_id="5-0") as response:
        name, position, _ = await Listener(response).next()
    assert (name, position) == ("reset", "0-0")


async def test_a_message_of_another_kind_is_passed_over(stand):
    exchange = await stand.channel.get_exchange("alerts")
    await exchange.publish(aio_pika.Message(b"{}"), "case.opened")
    await exchange.publish(aio_pika.Message(b"nonsense"), "alert.changed")
    async with await stand.client("operator") as client, listening(client) as response:
        listener = Listener(response)
        await listener.next()
        await stand.announce(id="alert-1", revision=9)
        assert (await listener.next())[2]["revision"] == 9


async def test_the_stream_is_for_those_who_work_on_alerts(stand):
    assert (await stand.get("/v1/stream", "admin")).status_code == 403
