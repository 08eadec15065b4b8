"""Who somebody was who left, and why people asked, is gone when its time is over; that it was so stays proved."""

from datetime import UTC, datetime, timedelta

import pytest
from gateway_at_rest import drawers, stored
from gateway_stand import audit_rows

from gateway.evidence import inspect_audit, sealing
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
    return Retention(stand.database, drawers(stand), audit_rows(stand), lambda: later)


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


async def looked(stand):
    """The operator opened two persons, and the log is sealed."""
    for person in ("person-1", "person-2"):
        await stand.get(f"/v1/persons/{person}", "operator", tapal_purpose="order:SP-5/2026")
    await sealing(stand.database, lambda: datetime.now(UTC))()


async def chain(stand, days=0):
    found = await inspect_audit(stand.database, {}, datetime.now(UTC) + timedelta(days=days))
    return [(item.kind, item.key) for one in found for item in one.findings]


async def known(stand):
    rows = [row for row in await stand.audit() if row["action"] == "persons.read"]
    return [(row["account"], row["ids"], row["purpose"]) for row in rows]


async def test_rows_of_the_access_log_rest_sealed_and_are_found(stand):
    await looked(stand)
    held = await stored(stand)
    assert b"SP-5" not in held
    assert b"person-1" not in held
    for path in ("persons/person-1", "accounts/operator"):
        rows = (await stand.get(f"/v1/audit/{path}", "dpo")).json()["items"]
        assert ("operator", ["person-1"], "order:SP-5/2026") in [(r["account"], r["ids"], r["purpose"]) for r in rows]
    assert await chain(stand) == []


async def test_after_its_time_a_look_says_no_more_who_and_whom_and_the_chain_is_whole(stand):
    await looked(stand)
    term = terms().access_log_days
    copies = [row async for row in stand.database.audit.find({})]
    await retention(stand, term - 1).tick()
    assert await known(stand) == [("operator", [one], "order:SP-5/2026") for one in ("person-1", "person-2")]
    for days in (term + 1, term + 2):
        await retention(stand, days).tick()
    assert await known(stand) == [("", [], "")] * 2
    assert all(row["account"] == "" for row in await audit_rows(stand).opened(copies)), "a copy from before is read"
    assert await chain(stand, term + 2) == []
    proved = await stand.database.erasures.find({"rule": "access_log"}).to_list(None)
    assert [row["entries"] for row in proved] == [len(copies)]


async def test_what_a_row_is_found_by_is_not_taken_away_unseen(stand):
    await looked(stand)
    one, two, *_ = await stand.database.audit.find({}).to_list(None)
    await stand.database.audit.update_one({"_id": one["_id"]}, {"$unset": {"look": ""}})
    await stand.database.audit.update_one({"_id": two["_id"]}, {"$set": {"look.of": []}})
    assert sorted(await chain(stand)) == sorted([("entry_changed", one["_id"]), ("entry_changed", two["_id"])])


async def test_a_legal_hold_keeps_who_looked_at_that_person(stand):
    await looked(stand)
    order = {"order_no": "SP-7/2026", "reason": "Perkara berjalan."}
    await stand.post("/v1/data-protection/persons/person-1/holds", "dpo", order)
    term = terms().access_log_days
    await retention(stand, term + 1).tick()
    assert ("operator", ["person-1"], "order:SP-5/2026") in await known(stand)
    assert ("operator", ["person-2"], "order:SP-5/2026") not in await known(stand)
    await stand.post("/v1/data-protection/holds/hold-1/lift", "dpo", order)
    await retention(stand, term + 2).tick()
    assert await known(stand) == [("", [], "")] * 2
    await stand.database.kept_looks.delete_many({})
