"""Whose a rule is: nobody else replaces it, puts another above it, or stops it; and no text of one harms the others."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import httpx
import pytest
from alerts_stand import Stand, days, eventually, person, stay
from trial_rule import R90

from alerts.life import Step, Version, drafted, shipped
from alerts.rulebook import Rulebook
from alerts.rules import RuleError
from contracts.findings import Crossing

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
OFFSETS = re.compile(r"offsets: \[12h\]")
CONDITION = re.compile(r"^condition: .*$", re.MULTILINE)
POLICE = R90.replace("owner: imigrasi / Intal", "owner: polres / Intelkam")


async def step(stand: Stand, path: str, agency: str = "imigrasi", by: str = "ani", **body: Any) -> httpx.Response:
    role = body.pop("role", "supervisor")
    sent = {"reason": "karena perlu", **body}
    return await stand.call("POST", f"/rules{path}", agency=agency, name=by, role=role, json=sent)


@pytest.mark.parametrize(
    "text",
    [POLICE.replace("version: 1", "version: 2"), POLICE.replace("id: R90", "id: R91")],
    ids=["replaced", "above it in its series"],
)
async def test_another_agency_takes_over_no_rule(running: Stand, text: str) -> None:
    assert (await step(running, "", text=R90)).status_code == 201
    theirs = await step(running, "", agency="polres", text=text)
    assert (theirs.status_code, theirs.json()["code"]) == (403, "not_the_owner")
    given = await step(running, "", text=text)
    assert (given.status_code, given.json()["code"]) == (403, "not_the_owner")


async def test_a_rule_does_not_change_hands(running: Stand) -> None:
    assert (await step(running, "", text=R90)).status_code == 201
    text = R90.replace("version: 1", "version: 2").replace("owner: imigrasi / Intal", "owner: sistem / piket")
    answer = await step(running, "", text=text)
    assert (answer.status_code, answer.json()["code"]) == (422, "not_a_rule")


@pytest.mark.parametrize("role", ["supervisor", "operator", "administrator"])
async def test_what_watches_the_readers_is_not_stopped_by_them(running: Stand, role: str) -> None:
    for agency in ("imigrasi", "polres", "disnaker"):
        answer = await step(running, "/Q3/versions/1/kill", agency=agency, role=role)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_the_owner")
    versions = (await running.call("GET", "/rules/Q3/versions/1")).json()
    assert versions["stage"] == "active"


async def test_it_takes_the_data_protection_officer_and_to_go_on_the_inspector(running: Stand) -> None:
    killed = await step(running, "/Q3/versions/1/kill", by="dpo", role="data_protection_officer")
    assert killed.json()["stage"] == "killed"
    own = await step(running, "/Q3/versions/1/approve", by="dpo", role="data_protection_officer")
    assert own.json()["code"] == "second_person_needed"
    again = await step(running, "/Q3/versions/1/approve", agency="polres", by="inspektur", role="inspector")
    assert again.json()["stage"] == "active"
    other = await step(running, "/R02a/versions/1/kill", by="dpo", role="data_protection_officer")
    assert other.json()["code"] == "not_the_owner"


async def test_a_job_that_ends_in_that_moment_takes_no_step_from_anybody(
    running: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = Rulebook.save

    async def overtaken(book: Rulebook, versions: Iterable[Version], *more: Any) -> None:
        monkeypatch.setattr(Rulebook, "save", save)
        kept = next(one for one in await book.versions() if one.key == "Q3/1")
        await save(book, [replace(kept, wanted="")])
        await save(book, versions, *more)

    monkeypatch.setattr(Rulebook, "save", overtaken)
    killed = await step(running, "/Q3/versions/1/kill", by="dpo", role="data_protection_officer")
    assert (killed.status_code, killed.json().get("stage")) == (200, "killed")


HARMFUL = {
    "nested": "[" * 50_000,
    "nested in blocks": "- " * 40_000,
    "aliases": "a: &a [1, 1]\nb: [*a, *a]\n",
    "no such day": R90.replace("expires: 2027-11-24", "expires: 2026-13-45"),
    "no such span": OFFSETS.sub("offsets: [99999999999d]", R90),
    "beyond the calendar": OFFSETS.sub("offsets: [3000000d]", R90),
}


@pytest.mark.parametrize("text", HARMFUL.values(), ids=HARMFUL)
async def test_a_text_that_would_harm_the_process_is_refused(running: Stand, text: str) -> None:
    answer = await step(running, "", text=text)
    assert (answer.status_code, answer.json()["code"]) == (422, "not_a_rule")
    assert (await running.call("GET", "/rules")).status_code == 200


def test_a_text_of_before_that_rests_on_such_a_span_is_not_read_again() -> None:
    with pytest.raises(RuleError):
        shipped(HARMFUL["beyond the calendar"], "active", days(0))
    assert drafted(R90, Step(days(0), "ani", "draft", "uji")).rule.id == "R90"


async def test_a_condition_without_end_keeps_nobody_from_being_judged(running: Stand) -> None:
    """It is quick as long as the fact is not there, as in its twins, and takes too many steps once it is."""
    stand = running
    stand.now = days(0.6)
    steps = "true"
    for name in "abcdefg":
        steps = f"[1,2,3,4,5,6,7,8,9].all({name}, {steps})"
    condition = "condition: stay.open && now >= stay.ends + duration('12h')"
    text = CONDITION.sub(f"{condition} && (!stay.application_pending || {steps})", R90)
    assert (await step(stand, "", text=text)).status_code == 201
    await step(stand, "/R90/versions/1/backtest")
    await eventually(lambda: _tried(stand))
    assert (await step(stand, "/R90/versions/1/probation")).json()["stage"] == "shadow"
    entry = Crossing.model_validate({"action": "entry", "at": days(-29), "post": "BADAU", "evidence": ("k9",)})
    pending = stay(keys=("k9",), evidence=("k9",), application_pending=True)
    await stand.send(person(1, pending, person="p9", crossings=(entry,)))
    await stand.settled()
    state = await stand.database.subjects.find_one({"_id": "person:p9"})
    assert state["v"] == 1


async def _tried(stand: Stand) -> Any:
    found = (await stand.call("GET", "/rules/R90/versions/1")).json()
    return found if found.get("trial") else None
