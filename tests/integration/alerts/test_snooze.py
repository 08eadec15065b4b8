"""Putting an alert aside over real parts: bound to a fact, ended by the clock, told to one's own agency only."""

from datetime import timedelta
from typing import Any

import pytest
from alerts_stand import Stand, days, eventually, person, stay

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
WISH = {"fact": "stay.application_pending", "days": 30, "reason": "Menunggu keputusan perpanjangan."}


async def opened(running: Stand) -> dict[str, Any]:
    running.now = days(3)
    await running.send(person(1))
    return await running.until(rule="R02a", state="open")


async def snoozes(stand: Stand, agency: str = "imigrasi") -> list[dict[str, Any]]:
    answer = await stand.call("GET", "/snoozes", agency=agency)
    return answer.raise_for_status().json()["items"]


async def test_it_waits_for_its_fact_and_then_tells_what_it_hid(running: Stand) -> None:
    row = await opened(running)
    view = (await running.call("GET", f"/alerts/{row['id']}")).json()
    assert "stay.application_pending" in [fact["name"] for fact in view["bindable"]]
    held = (await running.step(row, "snooze", json=WISH)).raise_for_status().json()
    assert (held["state"], held["history"][-1]["by"]) == ("held", "")
    assert "snooz" not in str({name: value for name, value in held.items() if name != "bindable"})
    (mine,) = await snoozes(running)
    assert (mine["alert"]["id"], mine["by"], mine["ended"], mine["hid"]) == (row["id"], "ani", None, [])
    assert await snoozes(running, "polres") == []

    await running.send(person(2, stay(application_pending=True)))
    await eventually(lambda: _withdrawn(running, row["id"]))
    (mine,) = await snoozes(running)
    assert mine["ended"] is not None


async def _withdrawn(stand: Stand, id: str) -> bool:
    return bool((await stand.call("GET", f"/alerts/{id}")).json()["state"] == "withdrawn")


async def test_it_ends_in_time_without_anything_happening(running: Stand) -> None:
    row = await opened(running)
    await running.step(row, "snooze", json=WISH | {"days": 1})
    await running.until(state="held")
    await running.settled()
    running.now = days(3) + timedelta(days=1, minutes=2)
    await running.until(state="open", rule="R02a")


async def test_it_is_taken_up_again_by_hand_and_only_by_the_same_agency(running: Stand) -> None:
    row = await opened(running)
    await running.step(row, "snooze", json=WISH)
    held = await running.until(state="held")
    assert (await running.step(held, "wake", agency="polres")).json()["code"] == "held"
    assert (await running.step(held, "wake")).json()["state"] == "open"


@pytest.mark.parametrize("wish", [{"fact": "now"}, {"fact": "stay.days_past"}, {"fact": "citizenship"}, {"days": 91}])
async def test_what_no_alert_can_wait_for_is_refused(running: Stand, wish: dict[str, Any]) -> None:
    row = await opened(running)
    answer = await running.step(row, "snooze", json=WISH | wish)
    assert (answer.status_code, answer.json()["fields"]) == (422, list(wish))
