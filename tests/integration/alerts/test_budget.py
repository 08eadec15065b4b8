"""A rule that asks too much of an agency: its owner is warned once, by as many workers as there are."""

import asyncio

import pytest
from alerts_stand import Stand, days, person, stay

from alerts.budget_watch import BudgetWatch
from alerts.desk import Desk
from alerts.facts.tables import read_tables
from alerts.rulebook import load
from alerts.store import Store
from chassis.outbox import Outbox
from tapal_local.provision import read_agencies

pytestmark = [pytest.mark.integration, pytest.mark.anyio]


async def _nothing(letters: object) -> None:
    pass


def watch(stand: Stand, per_week: int) -> BudgetWatch:
    tables = read_tables()
    tables = tables.model_copy(update={"budget": tables.budget.model_copy(update={"per_week": per_week})})
    outbox = Outbox(stand.database, _nothing)
    store = Store(stand.database.client, stand.database, outbox, str)
    desk = Desk(load(), read_agencies(stand.settings.agencies_dir), tables, lambda *parts: str(parts))
    return BudgetWatch(stand.database.client, stand.database, store, desk, outbox, stand.clock)


async def test_the_owner_is_warned_once_and_everybody_reads_it(running: Stand) -> None:
    running.now = days(3)
    await running.send(*(person(1, stay(keys=(f"k{number}",)), person=f"p{number}") for number in range(3)))
    await running.settled()
    await asyncio.gather(*(watch(running, 2).tick() for _ in range(3)))
    await watch(running, 3).tick()
    rows = (await running.call("GET", "/rules/budget")).raise_for_status().json()["items"]
    assert [(row["rule"], row["agency"], row["raised"], row["budget"]) for row in rows] == [("R02a", "imigrasi", 3, 2)]
    letters = [one for row in await running.database.outbox.find({}).to_list(None) for one in row["letters"]]
    assert len([one for one in letters if one["routing_key"] == "to.imigrasi"]) <= 1
