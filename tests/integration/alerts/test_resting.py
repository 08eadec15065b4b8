"""Two processes: one judges a person at the moment when the other hears news of what the person rests on."""

from datetime import date

import pytest
from alerts_stand import EXIT_SOURCES, Stand, covers, days, evaluation, person

from alerts.handlers import Evaluate
from contracts.messages import Message, PartyChanged
from contracts.snapshots import Permit

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
PERMIT = Permit(
    ref="r", kind="E23", family="limited", status="valid", valid_until=date(2026, 12, 31), sponsor="g1", evidence=("k",)
)


async def silent(letters):
    pass


def overtaken_by(evaluate: Evaluate, other: Evaluate, *news: Message) -> None:
    """What the first one saves, it saves after the other has heard the news."""
    save = evaluate.store.save

    async def late(*block):
        await other(news)
        await save(*block)

    evaluate.store.save = late


async def looked_at_now(stand: Stand) -> bool:
    row = await stand.database.deadlines.find_one({"_id": "person:p1"})
    return row is not None and row["due"] == stand.now


@pytest.mark.parametrize(
    ("message", "news"),
    [
        (person(1), [covers(1, days(365), *source) for source in EXIT_SOURCES]),
        (person(1, permits=(PERMIT,)), [PartyChanged(party="g1", version=1, kind="company")]),
    ],
    ids=["source", "guarantor"],
)
async def test_whoever_rests_on_what_another_process_was_just_told_is_looked_at_again(stand, message, news):
    stand.now = days(3)
    one, two = evaluation(stand, silent), evaluation(stand, silent)
    await one.store.prepare()
    overtaken_by(one, two, *news)
    await one([message])
    assert await looked_at_now(stand)


async def test_whose_batch_was_cut_short_before_that_was_asked_is_looked_at_again(stand):
    stand.now = days(3)
    one = evaluation(stand, silent)
    await one.store.prepare()
    await one([person(1)])
    assert not await looked_at_now(stand)
    await one([person(1)])
    assert await looked_at_now(stand)
