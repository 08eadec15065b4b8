"""What an alert is about comes and goes, again and again: each time is an episode, and nobody else waits for it."""

import pytest
from alerts_stand import days, tombstone

from contracts.findings import Crossing, WatchlistMatch
from contracts.snapshots import PersonChanged

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
ENTRY = Crossing.model_validate({"action": "entry", "at": days(0), "post": "BADAU", "evidence": ("k1",)})
MATCH = {
    **{"ref": "l1", "list": "entry_ban", "agency": "imigrasi", "match": "strong"},
    **{"starts": "2026-01-01", "until": "2026-12-31", "evidence": ("l1",)},
}


def person(version: int, *, listed: bool, id: str = "p1") -> PersonChanged:
    watchlist = (WatchlistMatch.model_validate(MATCH),) if listed else ()
    return PersonChanged(person=id, version=version, crossings=(ENTRY,), watchlist=watchlist)


async def states(stand):
    rows = [row for row in await stand.alerts("?limit=200") if row["rule"] == "R25"]
    return sorted(row["state"] for row in rows)


async def test_a_match_that_comes_and_goes_is_asked_about_each_time(running):
    stand = running
    stand.now = days(1)
    for turn in range(1, 7):
        await stand.send(person(turn, listed=turn % 2 == 1))
        await stand.settled()
    assert await states(stand) == ["withdrawn"] * 3
    await stand.send(person(7, listed=True), person(7, listed=True))
    await stand.settled()
    assert await states(stand) == ["open", "withdrawn", "withdrawn", "withdrawn"]


async def test_after_a_merge_the_count_goes_on(running):
    stand = running
    stand.now = days(1)
    for turn in range(1, 5):
        await stand.send(person(turn, listed=turn % 2 == 1))
        await stand.settled()
    await stand.send(tombstone(5, "p1", "p2"), person(1, listed=True, id="p2"))
    await stand.settled()
    assert await states(stand) == ["open", "withdrawn", "withdrawn"]
