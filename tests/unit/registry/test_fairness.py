"""Turns of agencies at one writer: who sends without end, who sends now and then, and who is alone."""

import asyncio

import pytest

from registry.fairness import AHEAD, RECENT, SLICE, Fair

SHARE = 0.1


class Time:
    """A clock that only sleeping and working move."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now

    async def sleep(self, seconds):
        self.now += seconds


@pytest.fixture
def time():
    return Time()


def play(time, *turns):
    """For each (sender, seconds of work): how long it waited, and how many events it might bring."""
    fair = Fair(SHARE, time, time.sleep)
    mine = {sender: fair.of(sender) for sender, _ in turns}

    async def all_turns():
        found = []
        for sender, work in turns:
            asked = time.now
            async with mine[sender] as most:
                found.append((round(time.now - asked, 6), most))
                time.now += work
        return found

    return asyncio.run(all_turns())


def test_a_sender_alone_never_waits(time):
    assert play(time, *[("hotels", 5.0)] * 20) == [(0.0, None)] * 20


def test_some_events_in_a_row_wait_for_nothing(time):
    turns = [("post", 0.02), *[("hotels", 0.02)] * 40]
    assert play(time, *turns) == [(0.0, None)] * 41


def test_a_flood_beside_another_gets_its_share_of_the_time_in_small_pieces(time):
    found = play(time, *[("post", 0.01), ("hotels", 0.05)] * 400)
    flood = found[1::2]
    assert {most for waited, most in flood if waited} == {SLICE}
    used, allowed = 400 * 0.05, AHEAD + SHARE * time.now
    assert used == pytest.approx(allowed, abs=0.1)


def test_who_sends_now_and_then_never_waits_for_its_own_share(time):
    # While the hotels wait for their share, the post uses a thirtieth of the time.
    found = play(time, *[("post", 0.01), ("hotels", 0.05)] * 400)
    assert {waited for waited, _ in found[0::2]} == {0.0}


def test_what_was_used_alone_is_owed_for_a_second_at_most(time):
    found = play(time, *[("hotels", 5.0)] * 20, ("post", 0.01), ("hotels", 0.05))
    assert found[-1] == (pytest.approx(AHEAD, abs=0.02), SLICE)


def test_a_sender_of_long_ago_holds_nobody_back(time):
    turns = [("post", 0.01), ("hotels", RECENT + 1), *[("hotels", 5.0)] * 5]
    assert play(time, *turns) == [(0.0, None)] * 7


def test_floods_among_themselves_have_all_of_the_time(time):
    found = play(time, *[("post", 0.05), ("hotels", 0.05)] * 400)
    assert sum(waited for waited, _ in found) < RECENT * SHARE
    assert {waited for waited, _ in found[-100:]} == {0.0}


def test_one_turn_at_a_time():
    fair = Fair(SHARE)
    busy = []

    async def work(turn):
        for _ in range(5):
            async with turn:
                busy.append(1)
                assert len(busy) == 1
                await asyncio.sleep(0)
                busy.pop()

    async def three():
        await asyncio.gather(*(work(fair.of(sender)) for sender in ("hotels", "hotels", "post")))

    asyncio.run(three())


def test_a_turn_that_fails_is_over(time):
    fair = Fair(SHARE, time, time.sleep)

    async def twice():
        for _ in range(2):
            with pytest.raises(ValueError, match="no"):
                async with fair.of("post"):
                    raise ValueError("no")

    asyncio.run(asyncio.wait_for(twice(), 5))
