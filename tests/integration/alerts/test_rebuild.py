"""Beginning again: with everything forgotten but what people did, the same announcements give the same alerts."""

from datetime import timedelta
from typing import Any

import pytest
from alerts_stand import EXIT_SOURCES, Stand, covers, days, eventually, hold, person, stay

from contracts.messages import PartyChanged
from contracts.snapshots import Lodging, PersonChanged

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
    return rows if len(rows) == len(NAMES) and await stand.alerts("?rule=R04") else None


async def told_again(stand: Stand) -> None:
    again = [*(covers(1, days(365), *source) for source in EXIT_SOURCES), HOUSE, *people(), hold(1, True, "held")]
    await stand.send(*again)
    await stand.settled()


async def test_what_people_did_stays_and_the_rest_is_made_again(stand: Stand) -> None:
    async with stand.serving():
        await worked_on(stand)
        before, ids = await faces(stand), {name: row["id"] for name, row in (await by_subject(stand)).items()}
        assert {face[2] for face in before if face[0] == "R02a"} == {"open", "acknowledged", "dismissed", "held"}
        answer = await stand.call("POST", "/rebuild", role="administrator")
        assert answer.json() == {"kept": 4, "made_again": 3}
        assert {row["state"] for row in await stand.live()} == {"acknowledged", "dismissed", "held"}
        await told_again(stand)
        await eventually(lambda: _same(stand, before))
        assert {name: row["id"] for name, row in (await by_subject(stand)).items()} == ids
        newest = (await by_subject(stand))["open"]["revision"]
        assert newest > 10_000, "whoever keeps the highest revision takes it"
        armed = await stand.database.deadlines.count_documents({"_id": "person:open"})
        assert armed == 1


async def _same(stand: Stand, before: list[Any]) -> bool:
    return await faces(stand) == before


async def test_cut_short_it_is_run_again(stand: Stand) -> None:
    async with stand.serving():
        await worked_on(stand)
        before = await faces(stand)
        # As far as a worker came that died after half of it.
        for name in ("deadlines", "shares", "subjects"):
            await stand.database[name].delete_many({})
        assert (await stand.call("POST", "/rebuild", role="administrator")).json()["kept"] == 4
        await told_again(stand)
        await eventually(lambda: _same(stand, before))


async def test_nobody_but_an_administrator_begins_again(stand: Stand) -> None:
    async with stand.serving():
        assert (await stand.call("POST", "/rebuild", role="supervisor")).status_code == 403
