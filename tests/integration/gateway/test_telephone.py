"""Reports by telephone: an event of the officer's agency, the caller nowhere, protection on its sealed way."""

import json

import pytest

from .test_uploads import browser, waiting

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
REPORT = {
    "choice": "spkt|check",
    "token": "0123456789abcdef",
    "at": "2026-07-24T09:00",
    "village": "61.06.14.2001",
    "kind": "premises",
    "activity": "work",
    "employer": "Kedai Contoh",
}
CALL = {
    **{name: REPORT[name] for name in ("token", "at", "village")},
    "choice": "spkt|protection",
    "kind": "help",
    "danger_now": "yes",
    "minor": "unknown",
    "interpreter": "yes",
    "safe_contact": "lewat tetangga, sore",
    "note": "suara berbisik",
}


async def test_a_report_becomes_an_event_of_the_officers_agency(stand):
    async with browser(stand, "polisi") as officer:
        assert "Laporan dicatat" in (await officer.post("/telephone", data={**REPORT, "reporter": "BUDI"})).text
        await officer.post("/telephone", data=REPORT)
    first, again = await waiting(stand, "intake.polres")
    assert first == again, "sent twice, it is one report"
    assert (first["channel"], first["id"], first["time"]) == (
        "telephone",
        "telepon/0123456789abcdef",
        "2026-07-24T09:00:00+07:00",
    )
    assert first["data"]["basis"] == "community_report"
    assert first["data"]["persons"][0]["activity_basis"] == "tip"
    assert "BUDI" not in json.dumps(first)


async def test_a_call_for_protection_goes_the_sealed_way_and_colleagues_do_not_see_that_there_was_one(stand):
    async with browser(stand, "polisi") as officer:
        assert (await officer.post("/telephone", data=CALL)).status_code == 200
    assert await waiting(stand, "intake.polres") == []
    [event] = await waiting(stand, "sealed.polres")
    assert event["data"]["safe_contact"] == "lewat tetangga, sore"
    assert event["data"]["interpreter"] is True
    [row] = [row for row in await stand.audit() if row["action"] == "telephone.report"]
    assert (row["protection"], row["ids"]) == (True, [])
    for name in await stand.database.list_collection_names():
        assert "berbisik" not in json.dumps(await stand.database[name].find({}).to_list(None), default=str)


@pytest.mark.parametrize(
    ("account", "change", "status"),
    [
        ("polisi", {"choice": "simkim|check"}, 403),
        ("hotel", {"choice": "hotel-kapuas|check"}, 403),
        ("admin", {}, 403),
        ("polisi", {"village": ""}, 422),
        ("polisi", {"at": ""}, 422),
        ("polisi", {"at": "2099-01-01T00:00"}, 422),
        ("polisi", {"token": "x"}, 422),
    ],
)
async def test_only_an_officer_of_the_sources_agency_and_only_what_is_sound(stand, account, change, status):
    async with browser(stand, account) as who:
        answer = await who.post("/telephone", data={**REPORT, **change})
    assert answer.status_code == status
    assert await waiting(stand, "intake.polres") == []
    if status == 422:
        assert "Kedai Contoh" in answer.text, "what was typed is not lost"
