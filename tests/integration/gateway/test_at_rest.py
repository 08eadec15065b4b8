"""Who has an account, why people asked for something, and what a small sender uploads: nowhere in clear at rest."""

import httpx
import pytest
from gateway_at_rest import drawers, stored
from gateway_stand import PASSWORD

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
ROWS = (
    "Nomor Tinggal;Nama;Nomor Dokumen;Negara Penerbit;Masuk;Keluar\nT-1;SIRINGO RINGO;X0000001;UTO;24/07/2026 14:30;\n"
)


@pytest.fixture
async def clean(stand):
    yield stand
    for name in ("uploads", "upload_rows", "upload_digests"):
        await stand.database[name].delete_many({})


async def test_who_has_an_account_is_shown_and_rests_sealed(stand):
    assert (await stand.get("/v1/me", "operator")).json()["name"] == "Contoh operator"
    listed = (await stand.get("/v1/accounts", "admin")).json()["items"]
    assert {row["name"] for row in listed} >= {"Contoh operator", "Contoh dpo"}
    assert b"Contoh" not in await stored(stand)


async def test_why_somebody_asked_or_broke_the_glass_is_shown_and_rests_sealed(stand):
    wish = {"order_no": "SP-1/2026", "reason": "Sdr. Siringo meminta."}
    made = await stand.post("/v1/data-protection/persons/person-1/everything", "dpo", wish)
    assert made.json()["reason"] == wish["reason"]
    answered = await stand.post(f"/v1/consents/{made.json()['id']}/answer", "inspektur", {"allowed": True})
    assert answered.json()["reason"] == wish["reason"]
    alarm = {"person": "person-1", "reason": "Siringo pingsan.", "minutes": 5}
    begun = (await stand.post("/v1/emergencies", "operator", alarm)).json()
    judged = {"justified": True, "reason": "Siringo tertolong."}
    said = await stand.post(f"/v1/emergencies/{begun['id']}/review", "dpo", judged)
    assert (begun["reason"], said.json()["review"]["reason"]) == (alarm["reason"], judged["reason"])
    assert b"iringo" not in await stored(stand)


async def test_what_was_uploaded_is_shown_and_rests_sealed_and_goes_with_its_key(clean):
    async with httpx.AsyncClient(base_url=clean.url, timeout=20) as hotel:
        await hotel.post("/login", data={"username": "hotel", "password": PASSWORD})
        form = {"choice": "hotel-sentarum|guests", "book": ""}
        answer = await hotel.post("/uploads", data=form, files={"file": ("tamu.csv", ROWS.encode())})
        assert "SIRINGO" in (await hotel.get(answer.headers["location"])).text
    assert b"SIRINGO" not in await stored(clean)
    [row] = await clean.database.upload_rows.find({}).to_list(None)
    await drawers(clean).destroy("uploads", [row["upload"]])
    assert await drawers(clean).texts("uploads", [(row["upload"], row["body"])]) == [""]


async def test_an_account_of_an_older_home_is_sealed_at_the_next_start(stand):
    row = {"_id": "lama", "role": "operator", "agency": "polres", "name": "Contoh Lama", "password": "x"}
    await stand.database.accounts.insert_one(row)
    async with stand.another():
        assert b"Contoh Lama" not in await stored(stand)
        listed = (await stand.get("/v1/accounts", "admin")).json()["items"]
        assert [one["name"] for one in listed if one["account"] == "lama"] == ["Contoh Lama"]
    await stand.database.accounts.delete_one({"_id": "lama"})
