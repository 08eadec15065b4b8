"""Cases over HTTP, a real database and a real broker: what joins, who sees, what is asked first, what is announced."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from alerts_stand import days, eventually, hold, person, stay, tombstone
from casework import STEP
from casework_http import casework, did, kept, opened, read, step, subjects, verdicts

from chassis.statement import Actor

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
ORDER = {"order_no": "SP-12/2026"}
CONFERENCE = {"held_on": "2026-03-01", "number": "BA-7/2026", "decided_by": "Kepala Kantor"}


class Overtaken:
    """The store of the cases; before its first write another writer touches the alerts and changes no revision."""

    def __init__(self, stand, cases):
        self._stand, self._cases, self.times = stand, cases, 0
        self.one = cases.one

    async def save(self, changes, alerts=()):
        self.times += 1
        if self.times == 1:
            await self._stand.database.alerts.update_many({}, {"$inc": {"n": 1}})
        await self._cases.save(changes, alerts)


async def test_a_case_lists_its_alerts_and_new_ones_join_by_themselves(two):
    case = await opened(two, "p1")
    assert subjects(case) == {"p1"}
    await two.send(person(2, stay(), stay(keys=("k3",)), person="p1"))
    await two.until(rule="R02a", subject={"kind": "person", "id": "p2"})

    async def joined():
        return len((await read(two, case)).json()["alerts"]) == 2

    await eventually(joined)
    village = {"kind": "place", "id": "61.06.14.2001"}
    wide = await did(two, case, "group", add=[village])
    assert subjects(wide) == {"p1", "p2"}
    assert wide["persons"] == ["p1", "p2"]


async def test_groups_follow_merges_and_splits_of_persons(two):
    case = await opened(two, "p1")
    await two.send(tombstone(2, "p1", "p2"))
    await two.settled()
    found = (await read(two, case)).json()
    assert (subjects(found), found["persons"]) == ({"p2"}, ["p2"])
    for name in ("p1", "p2"):
        about = (await two.call("GET", f"/cases?about=person:{name}")).json()["items"]
        assert [row["id"] for row in about] == [case["id"]]
    await two.send(person(3))
    await two.settled()
    assert (await read(two, case)).json()["persons"] == ["p1"]


async def test_a_case_opens_only_what_the_agency_has_a_reason_for(two):
    await two.send(person(1, stay(keys=("k9",), ends=None), person="p9"))
    await two.settled()
    body = {"groups": [{"kind": "person", "id": "p9"}]}
    assert (await two.call("POST", "/cases", json=body)).json()["code"] == "unknown_subject"
    assert (await two.call("POST", "/cases", json=body | {"pinned": ["nothing"]})).json()["code"] == "unknown_alert"
    assert (await two.call("POST", "/cases", json={})).json()["code"] == "about_nothing"
    # Police are not told of this rule: nothing of it is theirs.
    (alert,) = [row for row in await two.live() if row["subject"]["id"] == "p1"]
    for wanted in ({"pinned": [alert["id"]]}, {"groups": [{"kind": "person", "id": "p1"}]}):
        assert (await two.call("POST", "/cases", agency="polres", json=wanted)).status_code == 404
    elsewhere = {"groups": [{"kind": "place", "id": "61.07.01.2001"}]}
    assert (await two.call("POST", "/cases", json=elsewhere)).json()["code"] == "outside_area"
    assert (await two.call("POST", "/cases", agency="phri-kh", json=elsewhere)).json()["code"] == "unknown_agency"


async def messages(stand):
    """What was said of cases on the exchange."""
    found = [json.loads(item["raw"]) for item in stand.told]
    return [message for message in found if "case" in message]


async def test_who_sees_a_case_and_how_it_changes_hands(two):
    case = await opened(two, "p1")
    assert (await read(two, case, "polres")).status_code == 404
    assert (await step(two, case, "offer", agency="nobody", reason="Wewenang.")).json()["code"] == "unknown_agency"
    case = await did(two, case, "offer", agency="polres", reason="Wewenang polisi.")
    seen = (await read(two, case, "polres")).json()
    assert (seen["seats"], seen["alerts"]) == (["offered"], [])
    assert (await step(two, case, "take_up", "polres")).json()["code"] == "not_your_step"
    case = await did(two, case, "return", "polres", reason="Bukan wewenang kami.")
    assert "alerts" not in case
    assert (await read(two, case, "polres")).status_code == 404
    case = await did(two, case, "offer", agency="polres", reason="Mohon ditinjau lagi.")
    case = await did(two, case, "accept", "polres", officer="dedi")
    assert (case["agency"], case["officer"]) == ("polres", "dedi")
    assert (await read(two, case)).status_code == 404
    assert [len((await two.call("GET", "/cases", agency=one)).json()["items"]) for one in ("polres", "imigrasi")] == [
        1,
        0,
    ]


async def test_every_step_names_the_revision_it_saw(two):
    case = await opened(two, "p1")
    taken = await did(two, case, "take_up")
    assert (await step(two, case, "take_up")).status_code == 412
    assert (await two.call("POST", f"/cases/{case['id']}/steps", json={"step": "take_up"})).status_code == 428
    assert (await step(two, taken, "walk")).status_code == 422
    answers = await asyncio.gather(*(step(two, taken, "note", text=f"Catatan {n}") for n in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]


async def test_a_wish_sent_again_opens_no_second_case(two):
    first = await opened(two, "p1", once="w1")
    together = await asyncio.gather(*(opened(two, "p2", once="w2") for _ in range(4)))
    assert len({case["id"] for case in together}) == 1
    moved = await did(two, first, "note", text="Ditanyakan.")
    again = await opened(two, "p1", once="w1")
    assert (again["id"], again["revision"]) == (first["id"], moved["revision"])
    others = [await opened(two, "p1", once="w3"), await opened(two, "p2", once="w1"), await opened(two, "p1")]
    assert len({case["id"] for case in (first, together[0], *others)}) == 5


async def test_what_changed_behind_the_same_face_sends_nobody_back(two):
    case = await opened(two, "p1", "p2")
    commands = casework(two)
    overtaken = Overtaken(two, commands.cases)
    closing = {
        "step": "close",
        "outcome": "no_issue",
        "reason": "Terlambat.",
        "verdicts": verdicts(case, "late_report"),
    }
    actor = Actor("ani", "supervisor", "imigrasi", "desk")
    closed = await replace(commands, cases=overtaken).work(case["id"], '"1"', STEP.validate_python(closing), actor)
    assert (closed.state, overtaken.times) == ("closed", 2)


async def test_administrative_action_waits_for_the_answer_about_every_person(two):
    case = await opened(two, "p1", "p2")
    due = days(5).isoformat()
    task = {"kind": "administrative_action", "what": "Pembatalan izin.", "due": due, "conference": CONFERENCE}
    case = await did(two, case, "plan", **task)
    id = case["tasks"][0]["id"]

    async def asked(who, action="administrative"):
        question = (await two.call("POST", "/asks", json={"person": who, "action": action})).json()
        two.now += timedelta(seconds=60)
        return (await two.call("GET", f"/asks/{question['id']}")).json()["state"]

    refused = (await step(two, case, "begin", task=id)).json()
    assert (refused["code"], refused["persons"]) == ("ask_required", ["p1", "p2"])
    assert [await asked("p1"), await asked("p2", "detention")] == ["proceed", "proceed"]
    # Asked before another action: that answers nothing here.
    assert (await step(two, case, "begin", task=id)).json()["persons"] == ["p2"]
    await two.send(hold(1, True, "p2"))
    await two.settled()
    assert await asked("p2") == "wait"
    assert (await step(two, case, "begin", task=id)).json()["persons"] == ["p2"]
    await two.send(hold(2, False, "p2"))
    await two.settled()
    assert await asked("p2") == "proceed"
    begun = await did(two, case, "begin", task=id)
    two.now += timedelta(hours=2)
    # The answers have lapsed before the end: nobody acts on an old one.
    assert (await step(two, begun, "finish", task=id, result="Dibatalkan.")).json()["persons"] == ["p1", "p2"]
    assert [await asked("p1"), await asked("p2")] == ["proceed", "proceed"]
    done = await did(two, begun, "finish", task=id, result="Dibatalkan.")
    closed = await did(two, done, "close", outcome="deported", reason="Selesai.", verdicts=verdicts(done))
    assert (closed["state"], closed["outcome"]) == ("closed", "deported")


async def test_closing_decides_what_is_undecided_and_leaves_what_is_on_hold(two):
    case = await opened(two, "p1", "p2")
    await two.send(hold(1, True, "p2"))
    await two.settled()
    seen = (await read(two, case)).json()
    (verdict,) = verdicts(seen, "late_report")
    held = next(row for row in seen["alerts"] if row["state"] == "held")
    words = {"outcome": "no_issue", "reason": "Laporan terlambat."}
    assert (await step(two, seen, "close", **words)).json()["code"] == "verdicts_missing"
    forced = [verdict, {"alert": held["id"], "revision": held["revision"], "code": "other"}]
    assert (await step(two, seen, "close", **words, verdicts=forced)).json()["code"] == "verdict_not_due"
    old = [verdict | {"revision": verdict["revision"] + 1}]
    assert (await step(two, seen, "close", **words, verdicts=old)).status_code == 412
    closed = await did(two, seen, "close", **words, verdicts=[verdict])
    assert sorted(row["state"] for row in closed["alerts"]) == ["dismissed", "held"]
    alert = (await two.call("GET", f"/alerts/{verdict['alert']}")).json()
    assert alert["decision"] == {
        "outcome": "dismissed",
        "reason": "Laporan terlambat.",
        "by": "ani",
        "at": alert["decision"]["at"],
        "code": "late_report",
        "case": case["id"],
    }
    over = (await two.call("GET", "/cases?state=over")).json()["items"]
    assert [row["id"] for row in over] == [case["id"]]
    lines = {line["rule"]: line for line in (await two.call("GET", "/rules/figures")).json()["items"]}
    figure = lines["R02a"]
    assert (figure["raised"], figure["dismissed_for"], figure["false_positive_rate"]) == (2, {"late_report": 1}, 1.0)
    assert "Q3" not in lines
    again = await did(two, closed, "reopen", reason="Bukti baru.")
    assert again["state"] == "open"


async def test_merged_cases_are_one_and_come_back(two):
    first, second = await opened(two, "p1"), await opened(two, "p2")
    joined = await did(two, first, "merge", other=second["id"], other_revision=second["revision"])
    assert subjects(joined) == {"p1", "p2"}
    away = (await read(two, second)).json()
    assert (away["state"], away["merged_into"]) == ("merged", first["id"])
    back = await did(two, joined, "unmerge", other=second["id"])
    assert subjects(back) == {"p1"}
    assert subjects((await read(two, second)).json()) == {"p2"}


async def test_what_is_announced_has_ids_only_and_goes_to_whom_it_concerns(two):
    for agency in ("imigrasi", "polres"):
        await two.notices(agency)
    case = await opened(two, "p1")
    await did(two, case, "offer", agency="polres", reason="Rahasia kata.")

    async def announced():
        return len(await messages(two)) == 2

    await eventually(announced)
    changed = (await messages(two))[-1]
    assert (changed["case"], changed["revision"], changed["agencies"]) == (case["id"], 2, ["imigrasi", "polres"])
    assert "p1" not in json.dumps(changed)
    assert not [item for item in two.told if b"Rahasia" in item["raw"]]

    async def noticed():
        return [json.loads(body) for body in await two.notices("polres")]

    (notice,) = await eventually(noticed)
    assert (notice["case"], notice["seats"], notice["level"]) == (case["id"], ["offered"], "officer")


async def test_an_assessment_is_for_holder_and_author_until_it_ends(two):
    case = await opened(two, "p1")
    task = {"kind": "lookup", "what": "Periksa daftar.", "due": days(9).isoformat(), "agency": "polres"}
    case = await did(two, case, "plan", **task)
    grade = {"text": "Dugaan saja.", "reliability": "C", "credibility": 4, "expires_at": days(3).isoformat()}
    case = await did(two, case, "assess", **grade)
    assert [one["text"] for one in case["assessments"]] == ["Dugaan saja."]
    assert (await read(two, case, "polres")).json()["assessments"] == []
    two.now = days(3)

    async def gone():
        return "Dugaan" not in json.dumps(await kept(two))

    await eventually(gone)
    assert (await read(two, case)).json()["assessments"] == []


async def walked(stand, query):
    """The ids of a list, a page of one case after the other."""
    found, after = [], ""
    for _ in range(10):
        page = (await stand.call("GET", f"/cases?limit=1&{query}{after}")).json()
        found += [row["id"] for row in page["items"]]
        if page["next"] is None:
            return found
        after = f"&after={page['next']}"
    raise AssertionError("no end")


async def test_cases_are_walked_page_by_page_also_where_they_changed_at_the_same_moment(two):
    cases = [await opened(two, who) for who in ("p1", "p2", "p1", "p2")]
    whole = [row["id"] for row in (await two.call("GET", "/cases")).json()["items"]]
    assert sorted(whole) == sorted(case["id"] for case in cases)
    assert await walked(two, "state=open") == whole
    assert sorted(await walked(two, "sort=-updated_at")) == sorted(whole)
    about = await walked(two, "about=person:p1")
    assert sorted(about) == sorted([cases[0]["id"], cases[2]["id"]])
    for case in cases:
        words = {"outcome": "no_issue", "reason": "Laporan terlambat."}
        await did(two, case, "close", **words, verdicts=verdicts((await read(two, case)).json(), "late_report"))
    assert await walked(two, "state=over") == sorted((case["id"] for case in cases), reverse=True)
    refused = await two.call("GET", "/cases?state=over&sort=-level")
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown_sort")
    foreign = (await two.call("GET", "/cases?limit=1&sort=-updated_at&state=open&after=WyItbGV2ZWwiLCAxXQ==")).json()
    assert foreign["code"] == "unknown_position"
