"""A reporter of one source sends for it alone and sees nothing of the others; where nobody watches is no reporter's."""

import pytest
from gateway_stand import PASSWORD

from .test_uploads import HEADINGS, browser, guest, upload

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
NEW = {"username": "baru", "name": "Contoh baru", "role": "reporter", "agency": "phri-kh", "source": "hotel-kapuas"}


@pytest.fixture(autouse=True)
async def nobody_new(stand):
    yield
    await stand.database.accounts.delete_many({"_id": "baru"})


async def changed(stand, body, revision):
    async with await stand.client("admin", **{"if-match": f'"{revision}"'}) as client:
        return await client.patch("/v1/accounts/baru", json=body)


async def test_another_hotel_is_neither_offered_nor_taken(stand):
    async with browser(stand, "losmen") as hotel:
        page = (await hotel.get("/uploads")).text
        assert "Hotel Kapuas" in page
        assert "Hotel Sentarum" not in page
        assert (await upload(hotel, HEADINGS + guest(1), "hotel-sentarum|guests")).status_code == 403
        assert (await upload(hotel, HEADINGS + guest(1), "hotel-kapuas|guests")).status_code == 303
    async with browser(stand, "hotel") as association:
        assert "Hotel Sentarum" in (await association.get("/uploads")).text


async def test_receipts_are_those_of_the_source(stand):
    told = [
        (await stand.get(f"/v1/receipts?source=/phri-kh/{hotel}&id=h1", "losmen")).status_code
        for hotel in ("hotel-kapuas", "hotel-sentarum")
    ]
    assert told == [200, 403]


@pytest.mark.parametrize(
    ("account", "sources"),
    [
        ("losmen", {"hotel-kapuas"}),
        ("hotel", {"hotel-kapuas"}),
        ("pos", {"pos"}),
        ("operator", {"hotel-kapuas", "pos"}),
    ],
)
async def test_a_reporter_learns_of_no_other_where_it_is_silent(stand, account, sources):
    found = (await stand.get("/v1/sources", account)).json()["items"]
    assert sources <= {row["source"] for row in found}
    mine = {"losmen": "phri-kh", "hotel": "phri-kh", "pos": "plbn-badau"}.get(account)
    others = {row["agency"] for row in found} - {mine}
    assert bool(others) is (mine is None)
    agencies = {row["code"] for row in (await stand.get("/v1/agencies", account)).json()["items"]}
    assert (agencies == {mine}) is (mine is not None)


async def test_how_the_own_source_is_doing(stand):
    await stand.get("/v1/sources/scorecards", "losmen")
    assert [said for part, said, _ in stand.world.asked if said.startswith("scorecards")] == [
        "scorecards phri-kh hotel-kapuas"
    ]


async def test_what_makes_somebody_look_is_nothing_for_a_reception(stand):
    answers = [(await stand.get(path, "losmen")).status_code for path in ("/v1/rules", "/v1/rules/figures")]
    assert answers == [403, 403]


async def test_a_source_is_of_the_own_agency_and_of_a_reporter(stand):
    wrong = [{"source": "pos"}, {"role": "operator"}, {"agency": "plbn-badau"}]
    for fields in wrong:
        assert (await stand.post("/v1/accounts", "admin", NEW | fields)).json()["code"] == "invalid_account"
    made = await stand.post("/v1/accounts", "admin", NEW)
    assert (made.status_code, made.json()["source"]) == (201, "hotel-kapuas")
    assert (await changed(stand, {"source": "pos"}, 1)).status_code == 422
    assert (await changed(stand, {"source": "hotel-sentarum"}, 1)).json()["source"] == "hotel-sentarum"
    assert (await changed(stand, {"disabled": True}, 2)).json()["source"] == "hotel-sentarum"
    moved = (await changed(stand, {"role": "operator"}, 3)).json()
    assert (moved["role"], moved["source"]) == ("operator", "")
    marks = [row["mark"] for row in await stand.audit() if row["action"] == "accounts.change"]
    assert marks == ["source:hotel-sentarum", "disabled:True", "role:operator,source:"]


async def test_an_administrator_chooses_it_on_the_page(stand):
    form = {"account": "baru", "role": "reporter", "agency": "phri-kh", "step": "make"}
    async with browser(stand, "admin") as admin:
        assert (await admin.post("/accounts", data=form | {"source": "plbn-badau/pos"})).status_code == 422
        page = await admin.post("/accounts", data=form | {"source": "phri-kh/hotel-kapuas"})
        assert page.status_code == 200
        assert '<option value="phri-kh/hotel-kapuas" selected>' in page.text
    assert (await stand.database.accounts.find_one({"_id": "baru"}))["source"] == "hotel-kapuas"


async def test_whoever_is_moved_to_another_hotel_leaves_the_uploads_of_the_first(stand):
    assert (await stand.post("/v1/login", json={"username": "losmen", "password": PASSWORD})).status_code == 200
    async with browser(stand, "losmen") as hotel:
        name = (await upload(hotel, HEADINGS + guest(1), "hotel-kapuas|guests")).headers["location"]
    await stand.database.accounts.update_one({"_id": "losmen"}, {"$set": {"source": "hotel-sentarum"}})
    try:
        async with browser(stand, "losmen") as hotel:
            assert (await hotel.get(name)).status_code == 404
    finally:
        await stand.database.accounts.update_one({"_id": "losmen"}, {"$set": {"source": "hotel-kapuas"}})
