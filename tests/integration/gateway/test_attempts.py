"""Guessing is slow, and shuts out nobody but who guesses."""

import asyncio

import httpx
import pytest
from gateway_stand import PASSWORD
from redis.asyncio import Redis

from chassis.errors import Problem
from gateway.attempts import EACH, TOGETHER, Attempts, Origin

pytestmark = [pytest.mark.integration, pytest.mark.anyio]


async def guess(stand, username="naker"):
    return (await stand.post("/v1/login", json={"username": username, "password": "wrong"})).status_code


async def test_a_thousand_guesses_do_not_shut_out_whoever_logged_in_here_before(stand):
    right = {"username": "naker", "password": PASSWORD}
    async with httpx.AsyncClient(base_url=stand.url, timeout=20) as known:
        await known.post("/v1/login", json=right)
        known.cookies.delete("tapal_session")
        attempts = Attempts(stand.redis)
        for number in range(TOGETHER):
            await attempts.begin(Origin("naker", f"203.0.113.{number}"))
        for number in range(TOGETHER, 1000):
            with pytest.raises(Problem, match="too_many_attempts"):
                await attempts.begin(Origin("naker", f"203.0.113.{number % 250}"))
        assert (await stand.post("/v1/login", json=right)).status_code == 429
        assert (await known.post("/v1/login", json=right)).status_code == 200


async def test_guesses_sent_at_once_are_counted_before_they_are_looked_at(stand):
    answers = await asyncio.gather(*(guess(stand) for _ in range(20)))
    assert (answers.count(401), answers.count(429)) == (EACH, 20 - EACH)


async def test_one_address_does_not_use_up_what_another_has(stand):
    attempts = Attempts(stand.redis)
    for _ in range(EACH):
        await attempts.begin(Origin("naker", "203.0.113.1"))
    with pytest.raises(Problem):
        await attempts.begin(Origin("naker", "203.0.113.1"))
    await attempts.begin(Origin("naker", "203.0.113.2"))


async def test_a_known_device_has_no_more_guesses_than_others(stand):
    async with httpx.AsyncClient(base_url=stand.url, timeout=20) as client:
        await client.post("/v1/login", json={"username": "naker", "password": PASSWORD})
        wrong = {"username": "naker", "password": "wrong"}
        answers = [(await client.post("/v1/login", json=wrong)).status_code for _ in range(EACH + 1)]
    assert answers == [401] * EACH + [429]


async def test_a_device_is_known_to_its_own_account_alone(stand):
    async with httpx.AsyncClient(base_url=stand.url, timeout=20) as client:
        await client.post("/v1/login", json={"username": "polisi", "password": PASSWORD})
        (name,) = [name for name in client.cookies if name.startswith("tapal_device_")]
        stolen = client.cookies[name]
    for _ in range(EACH):
        await guess(stand)
    cookie = {"cookie": f"tapal_device_{'0' * 12}={stolen}; {name}={stolen}"}
    right = {"username": "naker", "password": PASSWORD}
    assert (await stand.post("/v1/login", json=right, **cookie)).status_code == 429


async def test_a_login_takes_its_attempt_back(stand):
    right = {"username": "naker", "password": PASSWORD}
    for _ in range(EACH + 2):
        assert (await stand.post("/v1/login", json=right)).status_code == 200


async def test_every_count_has_an_end(stand):
    attempts, origin = Attempts(stand.redis), Origin("naker", "203.0.113.1")
    await attempts.succeeded(origin)
    await attempts.begin(origin)
    for key in origin.limits():
        assert await stand.redis.ttl(key) > 0


async def test_without_redis_nobody_is_shut_out(closed_redis):
    for _ in range(TOGETHER + 1):
        await Attempts(closed_redis).begin(Origin("naker", "203.0.113.1"))


@pytest.fixture
async def closed_redis():
    async with Redis.from_url("redis://127.0.0.1:1/0") as client:
        yield client
