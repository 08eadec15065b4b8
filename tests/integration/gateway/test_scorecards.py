"""How a source is doing: for the team on a page, for the source itself by its key."""

import pytest

from .test_uploads import browser

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
PATH = "/v1/sources/scorecards"


async def test_a_source_sees_its_own_a_reporter_the_own_agencys_and_the_team_all(stand):
    async with await stand.client() as client:
        own = await client.get(PATH, headers={"authorization": "Bearer key-kapuas"})
    assert own.json()["items"][0]["missing"] == 3
    for account in ("hotel", "operator"):
        assert (await stand.get(PATH, account)).status_code == 200
    asked = [said for part, said, _ in stand.world.asked if said.startswith("scorecards")]
    assert asked == ["scorecards phri-kh hotel-kapuas", "scorecards phri-kh ", "scorecards  "]


async def test_the_page_shows_lateness_gaps_and_what_was_refused(stand):
    async with browser(stand, "operator") as officer:
        page = (await officer.get("/sources")).text
    assert "15 min / 1 hari / &gt;7 hari" in page
    assert "4–6" in page
    assert "missing_field" in page
