"""From announcements to alerts, with the real broker and database."""

import json
from datetime import date

import pytest
from aio_pika import Message
from alerts_stand import EXIT_SOURCES, covers, days, evaluation, eventually, hold, person, stay, tombstone

from alerts.store import Store
from chassis import batches
from chassis.errors import Conflict, Unavailable
from contracts.messages import AlertChanged, AlertNotice, PartyChanged
from contracts.snapshots import Lodging

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
HOTEL = Lodging(ref="l1", establishment="h1", village="61.06.01.1001", check_in_at=days(1.5), evidence=("k9",))


async def test_a_missing_exit_becomes_a_question_then_a_case_and_withdraws(running):
    running.now = days(1)
    await running.send(person(1))
    first = await running.until(rule="R02a", state="open")
    assert first["title"] == {"id": "Belum terlihat keluar", "en": "No exit seen"}
    running.now = days(2)
    await running.send(person(2, lodgings=(HOTEL,)))
    second = await running.until(rule="R02b", state="open")
    assert (second["id"], "k9" in second["evidence"]) == (first["id"], True)
    await running.send(person(3, stay(closed_on=date(2026, 2, 27), closed_by="exit"), lodgings=(HOTEL,)))

    async def withdrawn():
        return [row for row in await running.alerts("?state=withdrawn") if row["id"] == first["id"]]

    await eventually(withdrawn)
    view = (await running.call("GET", f"/alerts/{first['id']}")).json()
    assert [entry["what"] for entry in view["history"]] == ["raised", "rule_changed", "withdrawn"]
    assert {"name": "stay.open", "before": True, "after": False} in view["history"][-1]["changed"]
    assert {item["source"]: item["silent"] for item in view["clearing_sources"]} == {"simkim": False, "pos": False}
    changes = [AlertChanged.model_validate_json(item["raw"]) for item in running.told]
    assert [(item.rule, item.state, item.revision) for item in changes] == [
        ("R02a", "open", 1),
        ("R02b", "open", 2),
        ("R02b", "withdrawn", 3),
    ]
    assert {item["trace"] for item in running.told} == {"a" * 32}
    assert len(await running.notices("imigrasi")) == 3
    (notice, _) = [AlertNotice.model_validate_json(body) for body in await running.notices("polres")]
    assert (notice.rule, notice.state) == ("R02b", "open")


async def test_a_late_source_holds_until_it_covers(stand):
    async with stand.serving():
        await stand.send(*(covers(1, days(0.5), *source) for source in EXIT_SOURCES))
        stand.now = days(1)
        await stand.send(person(1))
        held = await stand.until(rule="R02a", state="held")
        refused = await stand.step(held, "acknowledge")
        assert (refused.status_code, refused.json()["code"]) == (409, "held")
        await stand.send(covers(2, days(1), *EXIT_SOURCES[0]))
        await stand.settled()
        assert (await stand.live())[0]["state"] == "held"
        await stand.send(covers(2, days(1), *EXIT_SOURCES[1]))
        assert (await stand.until(state="open"))["id"] == held["id"]


async def test_a_hold_has_one_face_and_gives_the_stage_back(running):
    running.now = days(1)
    await running.send(person(1))
    row = await running.until(state="open")
    assert (await running.step(row, "acknowledge")).status_code == 200
    await running.send(hold(1, True))
    row = await running.until(state="held")
    assert (await running.step(row, "review")).status_code == 409
    view = await running.call("GET", f"/alerts/{row['id']}")
    shown = json.dumps([view.json(), [str(item["raw"]) for item in running.told]])
    assert "held_for" not in shown
    assert [entry["what"] for entry in view.json()["history"]] == ["raised", "acknowledged", "held"]
    await running.send(hold(2, False), hold(1, True))
    await running.until(state="acknowledged")


async def test_what_is_told_twice_or_late_changes_nothing_and_is_announced_again(running):
    running.now = days(1)
    await running.send(person(2), person(1))
    row = await running.until(rule="R02a")
    await running.settled()
    before = await running.database.alerts.find_one({"_id": row["id"]})
    heard = len(running.told)
    await running.send(person(2))
    await eventually(lambda: _more(running, heard))
    assert json.loads(running.told[-1]["raw"])["revision"] == row["revision"]
    assert await running.database.alerts.find_one({"_id": row["id"]}) == before


async def test_what_was_stored_and_not_sent_is_sent_when_the_batch_comes_again(stand):
    async with stand.serving(roles=frozenset({"api"})):
        sent = []

        async def publish(letters):
            if letters and not sent:
                sent.append(None)
                raise Unavailable("broker")
            sent.extend(letters)

        evaluate = evaluation(stand, publish)
        await evaluate([covers(1, days(365), *source) for source in EXIT_SOURCES])
        stand.now = days(1)
        with pytest.raises(Unavailable):
            await evaluate([person(1)])
        await evaluate([person(1), person(2)])
        assert [json.loads(letter.body)["revision"] for letter in sent[1:] if letter.exchange] == [1]
        assert len(await stand.live()) == 1


async def _more(stand, heard):
    return len(stand.told) > heard


@pytest.mark.parametrize("tombstone_first", [True, False])
async def test_a_merge_takes_the_alert_along(running, tombstone_first):
    running.now = days(1)
    await running.send(person(1))
    row = await running.until(rule="R02a")
    assert (await running.step(row, "review")).status_code == 200
    news = [tombstone(2, "p1", "p2"), person(4, stay(keys=("k0", "k1")), person="p2")]
    await running.send(*(news if tombstone_first else reversed(news)))
    await running.settled()
    (moved,) = await running.live()
    assert (moved["id"], moved["state"], moved["subject"]["id"]) == (row["id"], "in_review", "p2")


async def test_what_no_rule_uses_is_read_and_dropped_and_what_cannot_be_read_is_set_aside(running):
    exchange = await running.channel.get_exchange("registry")
    await exchange.publish(Message(b"{", type="person.changed"), "person.changed")
    await running.send(PartyChanged(party="h1", version=1, kind="lodging"))
    running.now = days(1)
    await running.send(person(1))
    await running.until(rule="R02a")
    dead = await running.channel.get_queue("dead.internal")

    async def set_aside():
        return await dead.get(no_ack=True, fail=False)

    assert (await eventually(set_aside)).body == b"{"
    assert await dead.get(no_ack=True, fail=False) is None


async def test_citizenship_is_not_kept(running):
    running.now = days(1)
    await running.send(person(1, citizenship="ZZZ"))
    await running.until(rule="R02a")
    for name in await running.database.list_collection_names():
        assert "ZZZ" not in str(await running.database[name].find({}).to_list(None))


async def test_a_message_that_conflicts_with_itself_holds_up_nobody_for_ever(running, monkeypatch):
    monkeypatch.setattr(batches, "CONFLICTS_ALONE", 6)
    stuck = person(1, stay(keys=("k9",)), person="p9")

    async def save(store, block, *given):
        if "person:p9" in block.subjects:
            raise Conflict("always")
        return await saved(store, block, *given)

    saved = Store.save
    monkeypatch.setattr(Store, "save", save)
    await running.send(stuck, person(1))
    await running.settled()
    dead = await running.channel.get_queue("dead.internal")

    async def set_aside():
        return await dead.get(no_ack=True, fail=False)

    message = await eventually(set_aside)
    assert json.loads(message.body)["person"] == "p9"
    assert (await running.database.subjects.find_one({"_id": "person:p1"}))["v"] == 1
