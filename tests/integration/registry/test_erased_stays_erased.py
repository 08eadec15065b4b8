"""Whoever was erased does not come back by what comes late; whoever lives loses nothing by it."""

import pytest
from papers import CARD, check, shown
from synthetic import entry, moment, night, passport

from registry.erasing import Order

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
HOLDER = {**CARD, "birth_date": "1990-04-02"}
AMIR = passport("A7654321", name={"full": "Amir bin Sintetis"}, birth_date="1990-04-02")
LI_WEI = passport("B7654321", name={"full": "Li Wei Contoh"}, birth_date="1971-12-31")


async def erase(stand, person):
    assert await stand.erasing(lambda _: Order("test", None), person)


async def test_a_paper_that_is_told_again_or_corrected_tells_the_desk_of_nobody_who_was_erased(stand):
    met = check(HOLDER, id="c1")
    await stand.receive(met)
    shown(stand)
    [person] = [row["_id"] async for row in stand.database.persons.find({})]
    await erase(stand, person)
    await stand.receive(met)
    await stand.receive(check(HOLDER, at=moment(1), id="c2", corrects="c1"))
    await stand.receive(check({**HOLDER, "birth_date": "1990-04-03"}, at=moment(2), id="c3", corrects="c1"))
    assert shown(stand) == []


@pytest.mark.parametrize(
    "spelt",
    [{"birth_date": "1990-04-03"}, {"name": {"full": "Amir b. Sintetis"}}, {}],
    ids=["another birthday", "another spelling", "as before"],
)
async def test_a_correction_of_all_who_were_met_brings_nobody_back(stand, spelt):
    await stand.receive(entry(AMIR, 0, 29), entry(LI_WEI, 1, 30), check(AMIR, LI_WEI, at=moment(3), id="c1"))
    await erase(stand, await stand.find("A7654321"))
    li_wei = await stand.find("B7654321")
    await stand.receive(check({**AMIR, **spelt}, LI_WEI, at=moment(4), id="c2", corrects="c1"))
    assert await stand.find("A7654321") is None
    assert (await stand.queries.search("Amir Sintetis", 20))["items"] == []
    checks = (await stand.queries.dossier(li_wei))["snapshot"]["checks"]
    assert [one["at"] for one in checks] == [moment(4).isoformat()]


@pytest.mark.parametrize("corrected_first", [True, False])
async def test_what_was_said_of_the_erased_by_mistake_is_told_of_whom_it_was(stand, corrected_first):
    """The post stamped Amir's number on Li Wei's entry."""
    await stand.receive(entry(AMIR, 0, 29, id="e"), check(LI_WEI, at=moment(3)))
    amir, li_wei = await stand.find("A7654321"), await stand.find("B7654321")
    correction = entry(LI_WEI, 0, 29, id="k", corrects="e")
    if corrected_first:
        await stand.receive(correction)
    await erase(stand, amir)
    if not corrected_first:
        await stand.receive(correction)
    assert len((await stand.queries.dossier(li_wei))["snapshot"]["crossings"]) == 1


@pytest.mark.parametrize("spelt", [{}, {"name": {"full": "Amir b. Sintetis"}}], ids=["as before", "otherwise"])
async def test_a_night_that_was_erased_stays_so_while_its_guest_lives_however_it_was_spelt(stand, spelt):
    guest = {**AMIR, **spelt}
    await stand.receive(entry(AMIR, 0, 29), night(guest, 2, ref="1", id="n"))
    amir = await stand.find("A7654321")
    [key] = [one["key"] for one in (await stand.queries.dossier(amir))["events"] if one["kind"] == "lodging"]
    assert await stand.erasing(lambda _: Order("test", frozenset({key})), amir)
    await stand.receive(night(guest, 3, ref="1", id="k", corrects="n"), night(AMIR, 4, ref="1", id="k2", corrects="n"))
    assert [one["kind"] for one in (await stand.queries.dossier(amir))["events"]] == ["crossing"]
