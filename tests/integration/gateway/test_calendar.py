"""Days and moments from the ends of the calendar are answered with a reason, wherever they are written."""

import pytest

from .test_uploads import browser

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
EARLY, LATE = "0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00"
HERE = "/v1/data-protection/persons/person-1/corrections"
ORDER = {"tapal_purpose": "order:SP-1/2026"}


@pytest.mark.parametrize(
    "path",
    [
        "/v1/audit/weeks/0001-W01",
        "/v1/audit/weeks/9999-W52",
        f"/v1/audit/breach?since={EARLY}&until=2026-11-01T00:00:00Z",
        f"/v1/audit/breach?since=2026-11-01T00:00:00Z&until={LATE}",
        "/v1/counts?from=0001-01-01&to=2026-11-01",
        "/v1/counts?from=2026-11-01&to=9999-12-31",
    ],
)
async def test_a_question_about_another_age_is_refused_with_a_reason(stand, path):
    answer = await stand.get(path, "dpo")
    assert (answer.status_code, answer.json()["code"]) == (422, "out_of_calendar")
    assert "2199" in answer.json()["title_id"]
    assert stand.world.asked == []


@pytest.mark.parametrize("query", ["as_of=0001-01-01", "as_of=9999-12-31", f"known_at={EARLY}", f"known_at={LATE}"])
async def test_so_is_a_dossier_of_then(stand, query):
    answer = await stand.get(f"/v1/persons/person-1?{query}", "operator", **ORDER)
    assert (answer.status_code, answer.json()["code"]) == (422, "out_of_calendar")


async def test_so_is_a_page_of_then(stand):
    async with browser(stand, "operator") as client:
        page = await client.get("/persons/person-1?alert=alert-1&known_on=9999-12-31&as_of=")
    assert page.status_code == 422
    assert "2199" in page.text


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
async def test_so_is_a_correction_that_was_asked_for_then(stand, moment):
    answer = await stand.post(HERE, "operator", {"reason": "Nama salah.", "received_at": moment}, **ORDER)
    assert (answer.status_code, answer.json()["code"]) == (422, "out_of_calendar")
    assert await stand.database.corrections.count_documents({}) == 0
