"""Reports made anew: nobody who was erased comes back, and what was counted is counted again."""

import secrets
from datetime import UTC, datetime

import pytest

from chassis.mongo import connect
from contracts.messages import AlertChanged, Subject
from contracts.rule_messages import RuleTested
from contracts.snapshots import PersonChanged, PersonErased, Stay
from reports.handlers import take
from reports.store import Store
from reports.summaries import of_alert, of_erased, of_person

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
AT = datetime(2026, 11, 26, tzinfo=UTC)


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def store(mongo_admin_url):
    name = f"reports_{secrets.token_hex(4)}"
    async with connect(mongo_admin_url) as client:
        yield Store(client, client[name])
        await client.drop_database(name)


def present(person, version=1):
    stay = Stay(keys=("k",), opened_by="entry", village="61.06.14.2001", permit_family="visit", ends_basis="none")
    return of_person(PersonChanged(person=person, version=version, citizenship="UTO", stays=(stay,)))


def alert(id, subject, state="open", revision=1):
    said = {"rule": "R02a", "series": "stay", "side": "administrative", "severity": 2, "agencies": ("imigrasi",)}
    whom = Subject(kind="person", id=subject)
    return of_alert(
        AlertChanged(**said, alert=id, revision=revision, state=state, subject=whom, opened_at=AT, updated_at=AT)
    )


async def figures(store):
    trial = await store.found("R90/1")
    return [
        await store.counts("presence"),
        await store.counts("alerts"),
        await store.counts("citizenship"),
        dict(trial),
    ]


async def test_the_same_announcements_give_the_same_figures_and_the_erased_stay_away(store):
    erased = of_erased(PersonErased(person="p2", version=2))
    told = [present("p1"), present("p2"), alert("a1", "p1"), alert("a2", "p2")]
    trial = RuleTested(rule="R90", version=1, at=AT, people=("p1", "p2"))
    # What is left of the alert of somebody who was erased is told without them.
    left = alert("a2", "", "withdrawn", revision=2)
    await take([*told, trial], store)
    await take([erased, left], store)
    before = await figures(store)
    assert before == [
        [(["61.06.14.2001", "visit"], 1)],
        [(["R02a", "open"], 1), (["R02a", "withdrawn"], 1)],
        [(["UTO"], 1)],
        {"UTO": 1},
    ]
    await store.forget()
    # A message from before comes late, behind the one that says it is over.
    await take([present("p1"), erased], store)
    await take([present("p2"), alert("a1", "p1"), left], store)
    assert await figures(store) == before
