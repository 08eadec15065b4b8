"""A call holds whoever is known by a document of it, whenever and in whichever order they become known."""

from dataclasses import replace

import pytest
from papers import check, held
from synthetic import AGENCIES, HASHER, NOW, event, moment

from chassis.bus import Incoming
from contracts.messages import MatterOpened, MatterReleased
from registry.matters import Matters
from registry.sealed import MATTERS, Sealed

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
KEY = bytes(32)
PASSPORT = {"kind": "passport", "number": "P7777777", "issuer": "UTO"}
BORDER_PASS = {"kind": "plb", "number": "Z1", "issuer": "UTO"}
CALL = event("polres", "protection", {"kind": "help", "person": {"documents": [PASSPORT, BORDER_PASS]}}, moment(0))


@pytest.fixture
def sealed(stand):
    matters = Matters(stand.database, stand.database, KEY)
    return Sealed(AGENCIES, matters, HASHER, HASHER, KEY, stand.publish, lambda: NOW)


async def call(sealed):
    await sealed.take([sealed.read(Incoming("sealed.polres", CALL.body))])


async def show(stand, document, at):
    await stand.receive(check({"documents": [document]}, at=moment(at)))


@pytest.mark.parametrize("before", [0, 1, 2])
async def test_both_papers_hold_however_many_were_known_when_the_call_came(stand, sealed, before):
    papers = [PASSPORT, BORDER_PASS]
    for number, paper in enumerate(papers[:before]):
        await show(stand, paper, number)
    await call(sealed)
    for number, paper in enumerate(papers[before:], before):
        await show(stand, paper, number)
        await sealed.match_again()
    assert len(await held(stand)) == 2
    opened = [MatterOpened.model_validate_json(one.body) for one in stand.sent if one.routing_key == MATTERS]
    # The desk is told once of somebody, whoever was known first.
    assert len({one.person for one in opened if one.person}) == 1

    stand.sent.clear()
    await sealed.match_again()
    assert stand.sent == []

    [matter] = [row["_id"] async for row in stand.database.matters.find({})]
    await sealed.obey([MatterReleased(matter=matter)])
    await sealed.match_again()
    assert await held(stand) == set()


async def test_who_is_let_go_while_somebody_is_looked_for_is_not_held_after_all(stand, sealed):
    await call(sealed)
    [matter] = [row["_id"] async for row in stand.database.matters.find({})]
    await show(stand, PASSPORT, 0)

    class LetGoMeanwhile(Matters):
        async def match(self, one):
            people = await super().match(one)
            await sealed.obey([MatterReleased(matter=matter)])
            return people

    racing = LetGoMeanwhile(stand.database, stand.database, KEY)
    await replace(sealed, matters=racing).match_again()
    assert await held(stand) == set()
