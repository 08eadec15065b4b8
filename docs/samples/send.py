"""Python with httpx (HTTP) and aio-pika (AMQP). GATEWAY, KEY and AMQP_URL come from the environment."""

import asyncio
import os
from pathlib import Path

import aio_pika
import httpx

EVENT = Path(__file__).with_name("event.json").read_bytes()
KIND = "application/cloudevents+json"


def over_http() -> None:
    headers = {"authorization": f"Bearer {os.environ['KEY']}", "content-type": KIND}
    answer = httpx.post(f"{os.environ['GATEWAY']}/v1/events", content=EVENT, headers=headers)
    if answer.status_code == 503:  # full, or the broker is away: nothing is lost, send it again later
        raise SystemExit(f"again in {answer.headers['retry-after']} s")
    print(answer.raise_for_status().json())


async def over_amqp() -> None:
    async with await aio_pika.connect(os.environ["AMQP_URL"]) as connection:
        # With confirms: when publish returns, the broker has it.
        channel = await connection.channel(publisher_confirms=True)
        exchange = await channel.get_exchange("agency.plbn-badau", ensure=False)
        message = aio_pika.Message(EVENT, content_type=KIND, delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
        await exchange.publish(message, routing_key="")
        print("confirmed")


over_http()
asyncio.run(over_amqp())
