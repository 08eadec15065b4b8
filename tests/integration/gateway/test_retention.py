"""Who somebody was who left, and why people asked, is gone when its time is over; that it was so stays proved."""

from datetime import UTC, datetime, timedelta

import pytest
from gateway_at_rest import drawers, stored

from gateway.retention import Retention, terms

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
NEW = {"username": "pergi", "name": "Contoh Pergi", "role": "operator", "agency": "polres"}


@pytest.fixture(autouse=True)
async def clean(stand):
    yield
    await stand.database.accounts.delete_many({"_id": "pergi"})
    await stand.database.erasures.delete_many({})


def retention(stand, days):
    later = datetime.now(UTC) + timedelta(days=days)
    return Retention(stand.database, drawers(stand), lambda: later)


async def names(stand):
    return {row["account"]: row["name"] for row in (await stand.get("/v1/accounts", "admin")).json()["items"]}


async def switched(stand, disabled, revision):
    async with await stand.client("admin", **{"if-match": f'"{revision}"'}) as client:
        return await client.patch("/v1/accounts/pergi", json={"disabled": disabled})


async def test_who_left_is_forgotten_after_a_year_and_never_takes_part_again(stand):
    await stand.post("/v1/accounts", "admin", NEW)
    await switched(stand, True, 1)
    term = terms().left_account_days
    [before] = await stand.database.accounts.find({"_id": "pergi"}).to_list(None)
    await retention(stand, term - 1).tick()
    assert (await names(stand))["pergi"] == "Contoh Pergi"
    await retention(stand, term + 1).tick()
    await retention(stand, term + 2).tick()
    assert (await names(stand))["pergi"] == ""
    assert await drawers(stand).texts("accounts", [("pergi", before["b"])]) == [""], "a copy from before is read"
    assert b"Contoh Pergi" not in await stored(stand)
    assert (await switched(stand, False, 3)).json()["code"] == "unknown_account"
    assert (await stand.post("/v1/accounts", "admin", NEW)).json()["code"] == "account_exists"
    told = (await stand.get("/v1/data-protection/erasures", "dpo")).json()["items"]
    assert [(row["rule"], row["account"]) for row in told if "account" in row] == [("left_account", "pergi")]
    assert {"closed_lawful_stay", "closed_case"} <= {row["rule"] for row in told}


async def test_whoever_came_back_is_counted_from_the_day_they_leave_again(stand):
    await stand.post("/v1/accounts", "admin", NEW)
    for revision, disabled in enumerate((True, False, True), 1):
        await switched(stand, disabled, revision)
    back = {"$set": {"left_at": datetime.now(UTC) - timedelta(days=1)}}
    await stand.database.accounts.update_one({"_id": "pergi"}, back)
    await retention(stand, terms().left_account_days - 2).tick()
    assert (await names(stand))["pergi"] == "Contoh Pergi"
    await switched(stand, False, 4)
    await retention(stand, terms().left_account_days + 9).tick()
    assert (await names(stand))["pergi"] == "Contoh Pergi"


async def test_why_somebody_asked_is_gone_a_year_after_it_ended(stand):
    wish = {"order_no": "SP-1/2026", "reason": "Sdr. Siringo meminta."}
    await stand.post("/v1/data-protection/persons/person-1/everything", "dpo", wish)
    alarm = {"person": "person-1", "reason": "Siringo pingsan.", "minutes": 5}
    begun = (await stand.post("/v1/emergencies", "operator", alarm)).json()
    judged = {"justified": True, "reason": "Siringo tertolong."}
    await stand.post(f"/v1/emergencies/{begun['id']}/review", "dpo", judged)
    await retention(stand, terms().reasons_days - 1).tick()
    assert (await stand.get("/v1/consents", "dpo")).json()["items"][0]["reason"] == wish["reason"]
    await retention(stand, terms().reasons_days + 2).tick()
    for path, account in (("consents", "dpo"), ("emergencies", "operator")):
        assert [row["reason"] for row in (await stand.get(f"/v1/{path}", account)).json()["items"]] == [""]
    [row] = (await stand.get("/v1/emergencies", "operator")).json()["items"]
    assert (row["review"]["justified"], row["review"]["reason"]) == (True, "")
    proved = await stand.database.erasures.find({}).to_list(None)
    assert sorted((row["rule"], row["entries"]) for row in proved) == [("consents", 1), ("emergencies", 1)]
