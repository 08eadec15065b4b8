"""Long lists of the console in a real browser: no row is out of reach."""

from datetime import timedelta

import pytest
from browsing import picture
from gateway_peers import NOW

pytestmark = [pytest.mark.e2e, pytest.mark.anyio]
ROWS = ".rows tbody > tr"


async def walked(page, address):
    """How many rows each page has, and the texts of all of them."""
    await page.goto(address)
    counts, texts = [], []
    while True:
        found = await page.locator(ROWS).all_inner_texts()
        counts.append(len(found))
        texts += found
        await picture(page, f"long-{address.rsplit('/', 1)[1].partition('?')[0]}-{len(counts)}")
        more = page.get_by_role("link", name="Berikutnya")
        if not await more.count():
            return counts, texts
        await more.click()


async def test_every_refused_event_can_be_reached(stand, people):
    (first,) = stand.world.quarantine
    moments = [(NOW - timedelta(minutes=minute)).isoformat() for minute in range(230)]
    stand.world.quarantine = [
        {**first, "id": f"q{number}", "source": f"/polres/s{number}", "at": at} for number, at in enumerate(moments)
    ]
    counts, texts = await walked(await people("polisi"), f"{stand.url}/quarantine")
    assert counts == [100, 100, 30]
    assert len({text.split("/polres/")[1].split()[0] for text in texts}) == 230


async def test_every_doubtful_pair_can_be_reached(stand, people):
    stand.world.pairs = [{"id": f"pair-{number}", "total": 20 + number / 100} for number in range(130)]
    counts, texts = await walked(await people("supervisor"), f"{stand.url}/reviews")
    assert counts == [100, 30]
    assert len(set(texts)) == 130


async def test_who_looked_goes_on_as_far_as_it_is_kept(stand, people):
    page = await people("dpo")
    for _ in range(120):
        await page.request.get(f"{stand.url}/v1/audit/persons/person-1")
    counts, _ = await walked(page, f"{stand.url}/access")
    assert counts[0] == 100
    assert sum(counts) > 120
