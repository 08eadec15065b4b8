"""Words of cases go when their time is over, or with the last person they are about; a legal hold keeps them."""

import bson
import pytest
from alerts_stand import days, evaluation, eventually, person, stay
from casework_http import did, opened, read, verdicts

from alerts.cases.clock import read_limits
from alerts.cases.retention import CaseRetention
from alerts.cases.store import CaseStore
from alerts.legal_holds import LegalHolds
from chassis.drawers import drawers_of
from chassis.keyring import Keyring
from chassis.outbox import Outbox
from contracts.messages import LegalHoldChanged
from contracts.snapshots import PersonErased

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
TERM = read_limits().closed_days


async def _nowhere(_):
    return None


def retention(stand):
    made, limits = evaluation(stand, _nowhere), read_limits()
    drawers = drawers_of(stand.database, Keyring(stand.settings.texts_key_file))
    cases = CaseStore(stand.database, drawers, Outbox(stand.database, _nowhere), limits)
    return CaseRetention(cases, made.store, LegalHolds(stand.database), limits, stand.clock)


@pytest.fixture
async def worked(running):
    """Two persons; a case of the first, which was written on."""
    running.now = days(1)
    await running.send(person(1), person(1, stay(keys=("k2",)), person="p2"))

    async def both():
        return len(await running.live()) == 2

    await eventually(both)
    case = await opened(running, "p1")
    task = {"kind": "lookup", "what": "Cari Budi.", "due": days(2).isoformat()}
    case = await did(running, case, "plan", **task)
    case = await did(running, case, "finish", task=case["tasks"][0]["id"], result="Budi ada.")
    return running, await did(running, case, "note", text="Budi menelepon.")


@pytest.fixture
async def closed(worked):
    """The same, closed on day 1."""
    stand, case = worked
    return stand, await did(stand, case, "close", outcome="no_issue", reason="Budi.", verdicts=verdicts(case))


async def rows(stand):
    names = await stand.database.list_collection_names()
    return b"".join([bson.encode(row) for name in names for row in await stand.database[name].find({}).to_list(None)])


async def proofs(stand):
    return [(row["case"], row["rule"], row["entries"]) for row in await stand.database.erasures.find({}).to_list(None)]


async def test_after_its_time_a_closed_case_says_that_it_was_and_how_it_ended(closed):
    stand, case = closed
    [sealed] = await stand.database.cases.find({}).to_list(None)
    stand.now = days(TERM + 0.9)
    await retention(stand).tick()
    assert await proofs(stand) == [], "a day too early"
    stand.now = days(TERM + 1)
    await retention(stand).tick()
    await retention(stand).tick()
    assert await proofs(stand) == [(case["id"], "closed_case", 2)]
    shown = (await read(stand, case)).json()
    assert (shown["state"], shown["closing"]["outcome"], shown["closing"]["reason"]) == ("closed", "no_issue", "")
    assert (shown["groups"], shown["notes"], shown["tasks"][0]["kind"]) == ([], [], "lookup")
    assert [entry["what"] for entry in shown["history"]] == ["erased"]
    [kept] = await stand.database.cases.find({}).to_list(None)
    assert b"p1" not in bson.encode(kept)
    drawers = drawers_of(stand.database, Keyring(stand.settings.texts_key_file))
    assert await drawers.opened("cases", [(case["id"], sealed["b"])]) == [None], "a copy from before is read"


async def held(stand, query, role="data_protection_officer"):
    return (await stand.call("GET", f"/everything?{query}", role=role)).json()


async def test_what_alerts_and_cases_hold_about_a_person_goes_to_the_data_protection_officer_alone(closed):
    stand, case = closed
    found = await held(stand, "person=p0&person=p1")
    notes = [(one["id"], note["text"]) for one in found["cases"] for note in one["parts"][0]["notes"]]
    assert notes == [(case["id"], "Budi menelepon.")]
    assert [(one["subject"]["id"], one["decision"]["reason"]) for one in found["alerts"]] == [("p1", "Budi.")]
    other = await held(stand, "person=p2")
    assert (len(other["alerts"]), other["cases"]) == (1, [])
    assert (await held(stand, "person=p1", "operator"))["code"] == "not_allowed"


async def test_a_legal_hold_keeps_it_until_it_is_lifted(closed):
    stand, case = closed
    await stand.send(LegalHoldChanged(hold="h1", person="p1", on=True))
    await eventually(LegalHolds(stand.database).people)
    stand.now = days(TERM + 1)
    await retention(stand).tick()
    assert await proofs(stand) == []
    await stand.send(
        LegalHoldChanged(hold="h1", person="p1", on=False), LegalHoldChanged(hold="h1", person="p1", on=True)
    )

    async def lifted():
        return not await LegalHolds(stand.database).people()

    await eventually(lifted)
    await stand.settled()
    await retention(stand).tick()
    assert await proofs(stand) == [(case["id"], "closed_case", 2)]


async def test_a_hold_on_somebody_who_was_parted_keeps_the_cases_of_both_until_it_is_lifted(closed):
    stand, case = closed
    await stand.database.legal_holds.insert_one({"_id": "h0", "on": True, "person": "p8"})
    await stand.send(*(LegalHoldChanged(hold="h1", person=one, on=True) for one in ("p1", "p9")))

    async def people():
        return await LegalHolds(stand.database).people() == {"p1", "p8", "p9"}

    await eventually(people)
    stand.now = days(TERM + 1)
    await retention(stand).tick()
    assert await proofs(stand) == []
    await stand.send(LegalHoldChanged(hold="h1", person="p9", on=False))

    async def lifted():
        return await LegalHolds(stand.database).people() == {"p8"}

    await eventually(lifted)
    await retention(stand).tick()
    assert await proofs(stand) == [(case["id"], "closed_case", 2)]


async def test_with_the_last_person_it_is_about_its_words_go(worked):
    stand, case = worked
    two = await did(stand, await opened(stand, "p1", "p2"), "note", text="Budi dan Ani.")
    await stand.send(PersonErased(person="p1", version=9))

    async def first():
        return await proofs(stand)

    assert await eventually(first) == [(case["id"], "person_erased", 2)]
    assert (await read(stand, two)).json()["notes"][0]["text"] == "Budi dan Ani."
    await stand.send(PersonErased(person="p2", version=9))

    async def both():
        return len(await proofs(stand)) == 2

    await eventually(both)
    again = await did(stand, (await read(stand, two)).json(), "note", text="Ternyata masih ada.")
    assert [note["text"] for note in again["notes"]] == ["Ternyata masih ada."]
    assert b"Ternyata" not in await rows(stand)


async def test_what_was_merged_into_a_case_goes_after_it(closed):
    stand, _ = closed
    one, other = await opened(stand, "p2"), await opened(stand, "p2", once="b")
    other = await did(stand, other, "note", text="Budi lain.")
    one = await did(stand, one, "merge", other=other["id"], other_revision=other["revision"])
    await did(stand, one, "close", outcome="no_issue", reason="Budi.", verdicts=verdicts(one))
    stand.now = days(TERM + 2)
    await retention(stand).tick()
    assert {row[0] for row in await proofs(stand)} >= {one["id"], other["id"]}
