"""Whose uploads somebody sees: a reporter the own ones, an officer those of the agency, on record."""

import pytest

from .test_uploads import HEADINGS, browser, guest, hotel, name_of, until, upload

pytestmark = [pytest.mark.integration, pytest.mark.anyio]

__all__ = ["hotel"]


async def test_a_reporter_sees_and_sends_only_what_they_uploaded_themselves(stand, hotel):
    name = name_of(await upload(hotel, HEADINGS + guest(1)))
    async with browser(stand, "losmen") as other:
        assert name not in (await other.get("/uploads")).text
        assert (await other.get(f"/uploads/{name}")).status_code == 404
        assert (await other.post(f"/uploads/{name}/import")).status_code == 404
        own = name_of(await upload(other, HEADINGS + guest(2), "hotel-kapuas|guests"))
        assert f"/uploads/{own}" in (await other.get("/uploads")).text
    assert f"/uploads/{name}" in (await hotel.get("/uploads")).text
    assert (await stand.database.uploads.find_one({"_id": name}))["state"] == "preview"


async def test_an_officer_opens_what_another_one_entered_on_record_without_a_name(stand, hotel):
    name = name_of(await upload(hotel, HEADINGS + guest(1)))
    await hotel.get(f"/uploads/{name}")
    async with browser(stand, "phri") as officer:
        assert f"/uploads/{name}" in (await officer.get("/uploads")).text
        assert "JANE ROE" in (await officer.get(f"/uploads/{name}")).text
        async with stand.unwritable():
            assert "JANE" not in (await officer.get(f"/uploads/{name}")).text
        await officer.post(f"/uploads/{name}/import")
        await until(stand, name, "done")
        # There is nobody in it any more.
        await officer.get(f"/uploads/{name}")
    rows = [(row["account"], row["action"], row["ids"]) for row in await stand.audit()]
    told = [("hotel", "preview"), ("phri", "read"), ("phri", "import")]
    assert rows == [(account, f"uploads.send.{step}", [name]) for account, step in told]
    assert "JANE" not in str(await stand.audit())
