"""Background work gives way."""

import asyncio
import time

import pytest

from chassis.pace import giving_way

pytestmark = pytest.mark.anyio


async def test_after_a_piece_the_others_have_as_long_as_it_took():
    began = time.monotonic()
    async with giving_way():
        await asyncio.sleep(0.05)
    assert time.monotonic() - began >= 0.1


async def test_what_failed_is_told_at_once():
    with pytest.raises(ValueError, match="gone"):
        async with giving_way():
            raise ValueError("gone")
