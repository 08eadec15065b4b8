"""Beginning again: with everything forgotten but what people did, the same announcements give the same alerts."""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from alerts_stand import EXIT_SOURCES, Stand, covers, days, evaluation, eventually, hold, person, stay
from casework_http import opened

from chassis.bus import Letter
from chassis.errors import Conflict
from contracts.messages import AllAnnounced, Message, PartyChanged
from contracts.snapshots import Lodging, Permit, PersonChanged

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
NAMES = ("open", "seen", "decided", "aside", "held", "again")
LATE = Lodging(
    ref="n1",
    establishment="h1",
    village="61.06.17.1001",
    check_in_at=days(-9),
    reported_at=days(-5),
    check_out_at=days(-4),
    evidence=("e7",),
)
HOUSE = PartyChanged(party="h1", version=1, kind="lodging", village="61.06.17.1001")


def people(version: int = 1) -> list[PersonChanged]:
    return [person(version, stay(keys=(f"k-{name}", f"other-{name}")), person=name, lodgings=(LATE,)) for name in NAMES]


async def faces(stand: Stand) -> list[Any]:
    """What everybody sees of the alerts that may still have to be looked at, or were decided."""
    rows = [await _one(stand, row) for row in await stand.live()]
    return sorted(
        (row["rule"], row["subject"]["id"], row["state"], row["severity"], str(row["decision"])) for row in rows
    )


async def _one(stand: Stand, row: dict[str, Any]) -> dict[str, Any]:
    return (await stand.call("GET", f"/alerts/{row['id']}")).raise_for_status().json()


async def by_subject(stand: Stand) -> dict[str, dict[str, Any]]:
    return {row["subject"]["id"]: row for row in await stand.live() if row["rule"] == "R02a"}


async def worked_on(stand: Stand) -> None:
    """Each alert becomes what its person is called."""
    stand.now = days(3)
    told = [*(covers(1, days(365), *source) for source in EXIT_SOURCES), HOUSE, *people(), hold(1, True, "held")]
    await stand.send(*told)
    rows = await eventually(lambda: _all(stand))
    wish = {"fact": "stay.application_pending", "days": 30, "reason": "Menunggu."}
    verdict = {"outcome": "dismissed", "reason": "Sudah keluar."}
    assert (await stand.step(rows["seen"], "acknowledge")).status_code == 200
    assert (await stand.step(rows["aside"], "snooze", json=wish)).status_code == 200
    for name in ("decided", "again"):
        seen = (await stand.step(rows[name], "review")).json()
        assert (await stand.step(seen, "decide", json=verdict)).status_code == 200
    # Time for whatever follows on the steps by the clock.
    stand.now += timedelta(minutes=2)
    await stand.settled()


async def _all(stand: Stand) -> Any:
    rows = await by_subject(stand)
    # Of several processes one may have judged before another knew of the sources, or of the hold.
    wanted = {name: "held" if name == "held" else "open" for name in NAMES}
    known = {name: row["state"] for name, row in rows.items()} == wanted
    return rows if known and await stand.alerts("?rule=R04") else None


async def begun_again(stand: Stand) -> dict[str, int]:
    return (await stand.call("POST", "/rebuild", role="administrator")).raise_for_status().json()


def everything(*more: Message) -> list[Message]:
    """As the registry announces it, with the hold in the worst place: behind whoever it is on."""
    return [*(covers(1, days(365), *source) for source in EXIT_SOURCES), HOUSE, *people(), *more, hold(1, True, "held")]


async def told_again(stand: Stand, run: int, *more: Message) -> None:
    await stand.send(*everything(*more), AllAnnounced(run=run))


async def test_what_people_did_stays_and_the_rest_is_made_again(stand: Stand) -> None:
    async with stand.serving():
        await worked_on(stand)
        before, ids = await faces(stand), {name: row["id"] for name, row in (await by_subject(stand)).items()}
        opened = {name: row["opened_at"] for name, row in (await by_subject(stand)).items()}
        stand.now += timedelta(days=1)
        assert {face[2] for face in before if face[0] == "R02a"} == {"open", "acknowledged", "dismissed", "held"}
        answer = await begun_again(stand)
        assert answer == {"kept": 4, "made_again": 3, "run": 1}
        assert {row["state"] for row in await stand.live()} == {"acknowledged", "dismissed", "held"}
        await told_again(stand, answer["run"])
        await eventually(lambda: _same(stand, before))
        assert {name: row["id"] for name, row in (await by_subject(stand)).items()} == ids
        assert {name: row["opened_at"] for name, row in (await by_subject(stand)).items()} == opened
        newest = (await by_subject(stand))["open"]["revision"]
        assert newest > 10_000, "whoever keeps the highest revision takes it"
        assert await eventually(lambda: stand.database.deadlines.count_documents({"_id": "person:open"})) == 1


async def _same(stand: Stand, before: list[Any]) -> bool:
    return await faces(stand) == before


def states_told(stand: Stand, subject: str) -> list[str]:
    told = [json.loads(item["raw"]) for item in stand.told]
    return [one["state"] for one in told if one.get("subject", {}).get("id") == subject and one["rule"] == "R02a"]


async def test_nobody_is_asked_about_before_their_hold_is_known(stand: Stand) -> None:
    async with stand.serving():
        await worked_on(stand)
        run = (await begun_again(stand))["run"]
        stand.told.clear()
        await stand.send(*everything()[:-1])
        await stand.settled()
        await stand.send(hold(1, True, "held"), AllAnnounced(run=run))
        await eventually(lambda: _told_of(stand, "held"))
        await stand.settled()
        assert set(states_told(stand, "held")) == {"held"}
        await eventually(lambda: _told_of(stand, "seen"))
        assert set(states_told(stand, "seen")) == {"acknowledged"}, "what was kept is told of too"


async def _told_of(stand: Stand, subject: str) -> bool:
    return bool(states_told(stand, subject))


GUARANTOR = PartyChanged(party="g1", version=1, kind="company")
GRANTED = Permit(
    ref="r", kind="E23", family="limited", status="valid", valid_until=date(2026, 12, 31), sponsor="g1", evidence=("k",)
)
LEFT = stay(closed_on=date(2026, 2, 20), closed_by="exit")
WORKERS = [person(1, LEFT, person=f"s{number:02}", permits=(GRANTED,)) for number in range(12)]


async def of_parties(stand: Stand) -> list[dict[str, Any]]:
    return [row for row in await stand.live() if row["subject"]["kind"] == "party"]


async def test_what_was_done_with_a_party_outlives_the_time_when_half_of_its_persons_are_known(stand: Stand) -> None:
    async with stand.serving():
        stand.now = days(3)
        await stand.send(*everything(GUARANTOR, *WORKERS)[:-1])
        await eventually(lambda: _both(stand))
        await eventually(lambda: stepped(stand, "R22", "acknowledge"))
        await eventually(lambda: stepped(stand, "R04", "review"))
        await eventually(lambda: stepped(stand, "R04", "decide", outcome="dismissed", reason="Sudah dibina."))
        before = await faces(stand)
        run = (await begun_again(stand))["run"]
        # Parties long before their persons, as they are announced.
        await stand.send(HOUSE, GUARANTOR)
        await stand.settled()
        stand.now += timedelta(minutes=2)
        await stand.send(*WORKERS[:5], *people()[:2])
        await stand.settled()
        assert {row["state"] for row in await of_parties(stand)} == {"acknowledged", "dismissed"}
        await stand.send(*everything(GUARANTOR, *WORKERS)[:-1], AllAnnounced(run=run))
        await eventually(lambda: _same(stand, before))
        assert len(await of_parties(stand)) == 2


async def stepped(stand: Stand, rule: str, step: str, **wish: str) -> bool:
    """As an officer does it: an alert that has just changed is read again first."""
    (row,) = [row for row in await of_parties(stand) if row["rule"] == rule]
    answer = await stand.step(row, step, json=wish or None)
    assert answer.status_code in (200, 412), answer.text
    return answer.status_code == 200


async def _both(stand: Stand) -> Any:
    rows = await of_parties(stand)
    return rows if {row["rule"] for row in rows} == {"R04", "R22"} else None


async def test_what_was_seen_and_is_gone_and_what_a_case_names_is_kept(stand: Stand) -> None:
    async with stand.serving():
        await worked_on(stand)
        rows = await by_subject(stand)
        case = await opened(stand, pinned=[rows["open"]["id"]])
        gone = person(
            2, stay(keys=("k-seen", "other-seen"), closed_on=date(2026, 2, 20), closed_by="exit"), person="seen"
        )
        await stand.send(gone)
        await eventually(lambda: _is(stand, rows["seen"], "withdrawn"))
        answer = await begun_again(stand)
        assert answer["kept"] == 5
        await told_again(stand, answer["run"], gone)
        await eventually(lambda: _is(stand, rows["seen"], "withdrawn"))
        history = [entry["what"] for entry in (await _one(stand, rows["seen"]))["history"]]
        assert history == ["raised", "acknowledged", "withdrawn"]
        found = (await stand.call("GET", f"/cases/{case['id']}")).json()
        assert [alert["id"] for alert in found["alerts"]] == [rows["open"]["id"]]


async def _is(stand: Stand, row: dict[str, Any], state: str) -> bool:
    return (await _one(stand, row))["state"] == state


async def test_cut_short_it_is_run_again_and_until_then_nobody_is_judged(stand: Stand) -> None:
    async with stand.serving():
        await worked_on(stand)
        before = await faces(stand)
        first = (await begun_again(stand))["run"]
    async with stand.serving():
        stand.told.clear()
        # A worker that died, and a registry that stopped in the middle of its announcements.
        await stand.send(*people()[:3])
        await stand.settled()
        assert states_told(stand, "open") == []
        answer = await begun_again(stand)
        assert answer["kept"] == 4
        await stand.send(AllAnnounced(run=first))
        await stand.settled()
        assert {row["state"] for row in await stand.live()} == {"acknowledged", "dismissed", "held"}
        await told_again(stand, answer["run"])
        await eventually(lambda: _same(stand, before))


async def test_several_processes_judge_nobody_before_all_is_told_to_any_of_them(stand: Stand) -> None:
    async with stand.serving(), stand.serving():
        await worked_on(stand)
        before = await faces(stand)
        run = (await begun_again(stand))["run"]
        stand.told.clear()
        # One by one, so that both have some; the end comes before the rest, as where one is slower than the other.
        for message in everything():
            await stand.send(message)
            await stand.settled()
        assert all(states_told(stand, name) == [] for name in ("open", "again"))
        await told_again(stand, run)
        await eventually(lambda: _same(stand, before))
        late = person(2, stay(keys=("k-late",)), person="late")
        await stand.send(late)
        await eventually(lambda: _told_of(stand, "late"))


async def test_who_does_not_know_yet_that_all_is_being_told_again_saves_nothing(stand: Stand) -> None:
    async def nowhere(letters: Sequence[Letter]) -> None:
        raise AssertionError("nothing is told")

    async with stand.serving():
        await worked_on(stand)
        stale = evaluation(stand, nowhere)
        run = (await begun_again(stand))["run"]
        before = await stand.live()
        with pytest.raises(Conflict):
            await stale(people())
        with pytest.raises(Conflict):
            await stale([person(1, person="new")])
        assert await stand.live() == before
        await told_again(stand, run)
        await eventually(lambda: _told_of(stand, "open"))
        with pytest.raises(Conflict):
            await stale([person(1, person="new")])


async def test_a_new_hold_holds_at_once(stand: Stand) -> None:
    async with stand.serving():
        await worked_on(stand)
        row = (await by_subject(stand))["seen"]
        run = (await begun_again(stand))["run"]
        await stand.send(hold(1, True, "seen"))
        await eventually(lambda: _is(stand, row, "held"))
        assert (await stand.step(await _one(stand, row), "review")).status_code == 409
        await told_again(stand, run)
        await eventually(lambda: _told_of(stand, "open"))
        assert await _is(stand, row, "held")


async def test_what_is_told_behind_the_end_is_judged_too(stand: Stand) -> None:
    async with stand.serving():
        await worked_on(stand)
        before = await faces(stand)
        run = (await begun_again(stand))["run"]
        told = everything()
        await stand.send(*told[:4], AllAnnounced(run=run), *told[4:])
        await eventually(lambda: _same(stand, before))


async def test_nobody_but_an_administrator_begins_again(stand: Stand) -> None:
    async with stand.serving():
        assert (await stand.call("POST", "/rebuild", role="supervisor")).status_code == 403
