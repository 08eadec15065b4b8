"""An answer that took long to find is given to everybody for a while."""

import asyncio

import pytest

from alerts.seldom import Seldom

pytestmark = pytest.mark.anyio


class Counting:
    """Takes so many seconds of its own clock to find how often it was asked."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.time, self.asked = seconds, 0.0, 0

    async def find(self) -> int:
        self.time += self.seconds
        self.asked += 1
        await asyncio.sleep(0)
        return self.asked


@pytest.mark.parametrize(("seconds", "answers"), [(0.1, [1, 2, 3]), (2.0, [1, 1, 2])])
async def test_what_is_quick_is_found_each_time_and_what_is_slow_once_in_a_while(seconds, answers):
    counting = Counting(seconds)
    seldom = Seldom[int](lambda: counting.time)
    found = []
    for wait in (0, 37.9, 0.1):
        counting.time += wait
        found.append(await seldom(counting.find))
    assert found == answers


async def test_whoever_asks_meanwhile_waits_for_the_same_answer():
    counting = Counting(2.0)
    seldom = Seldom[int](lambda: counting.time)
    assert await asyncio.gather(*(seldom(counting.find) for _ in range(5))) == [1] * 5
