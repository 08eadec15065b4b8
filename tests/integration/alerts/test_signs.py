"""What the protection desk's own rules find, whom it holds for it, and who of the desk has to look."""

import json
from datetime import date, timedelta

import pytest
from alerts_stand import days, eventually, open_matter, person, tasks

from contracts.findings import Crossing, Group
from contracts.messages import IncidentChanged, PersonMet

pytestmark = [pytest.mark.integration, pytest.mark.anyio]


@pytest.fixture
async def desk(stand):
    stand.now = days(1)
    async with stand.serving(name="alerts-protection", roles=frozenset({"protection"})):
        yield stand


def crossing(at, action="entry", minor_with="alone", key="e1"):
    return Crossing(action=action, at=at, post="BADAU", minor_with=minor_with, evidence=(key,))


def child(version, *crossings):
    return person(version, person="c1", adult_on=date(2030, 1, 1), crossings=crossings)


def patrol(version=1, *people, **fields):
    group = Group(size=4, citizens=1, minors=0, off_post="yes", guide="yes", payment="no", hidden="no")
    given = {
        "incident": "i1",
        "version": version,
        "kind": "patrol",
        "group": group,
        "people": people,
        "evidence": ("e5",),
    }
    return IncidentChanged(**given | fields)


def met(person, role):
    return PersonMet(person=person, role=role)


async def held(desk):
    """Every order to hold or to let go, in the order in which they were given."""
    queue, found = await desk.channel.get_queue("protection.holds"), []
    while (message := await queue.get(no_ack=True, fail=False)) is not None:
        found.append((message.type, json.loads(message.body)))
    return found


async def test_a_child_alone_is_the_desk_s_at_the_closing_of_the_post_and_is_held(desk):
    seen = days(0).replace(hour=9)
    desk.now = seen
    await desk.send(child(1, crossing(seen)))
    await desk.settled()
    assert await tasks(desk) == []
    desk.now = seen.replace(hour=16)
    (task,) = await eventually(lambda: tasks(desk))
    assert (task["kind"], task["person"], task["severity"], task["findings"][0]["rule"]) == ("sign", "c1", 4, "R17")
    orders = await eventually(lambda: held(desk))
    assert orders == [("people.held", {"matter": task["id"], "people": ["c1"]})]


async def test_who_comes_back_late_or_not_at_all_is_let_go_of_by_the_desk_alone(desk):
    seen = days(0).replace(hour=9)
    desk.now = seen.replace(hour=17)
    await desk.send(child(1, crossing(seen)))
    (task,) = await eventually(lambda: tasks(desk))
    await eventually(lambda: held(desk))
    await desk.send(child(2, crossing(seen), crossing(seen.replace(hour=15), "exit", key="e2")))

    async def lapsed():
        (now,) = await tasks(desk)
        return now["lapsed"] and now

    now = await eventually(lapsed)
    assert await held(desk) == []
    headers = {"if-match": f'"{now["revision"]}"'}
    answer = await desk.call(
        "POST",
        f"/tasks/{now['id']}/release",
        role="protection_officer",
        headers=headers,
        json={"reason": "Sudah pulang."},
    )
    assert answer.json()["state"] == "released"
    orders = await eventually(lambda: held(desk))
    assert orders == [("matter.released", {"matter": task["id"], "person": None})]
    assert await tasks(desk) == []


async def test_passengers_off_the_post_are_held_and_their_guide_is_not(desk):
    people = (met("p1", "passenger"), met("p2", None), met("g1", "guide"), met("r1", "recruiter"))
    await desk.send(patrol(1, *people))
    (task,) = await eventually(lambda: tasks(desk))
    assert (task["people"], task["findings"][0]["rule"]) == (["p1", "p2"], "R21a")
    orders = await eventually(lambda: held(desk))
    assert orders == [("people.held", {"matter": task["id"], "people": ["p1", "p2"]})]
    full = (await desk.call("GET", f"/tasks/{task['id']}", role="protection_officer")).json()
    assert full["sign"]["evidence"] == ["e5"]


@pytest.mark.parametrize("first", ["matter", "incident"])
async def test_whoever_was_met_with_the_person_of_a_matter_is_held_too(desk, first):
    group = Group(size=3, citizens=0, minors=0, off_post="no", guide="no", payment="no", hidden="no")
    incident = patrol(1, met("p1", "passenger"), met("p2", "passenger"), met("d1", "driver"), group=group)
    if first == "incident":
        await desk.send(incident)
        await desk.settled()
    await open_matter(desk)
    await eventually(lambda: tasks(desk))
    if first == "matter":
        await desk.send(incident)
    orders = await eventually(lambda: held(desk))
    assert {json.dumps(order) for order in orders} == {
        json.dumps(("people.held", {"matter": "m1", "people": ["p1", "p2"]}))
    }


async def test_a_person_who_is_recognised_later_is_protected_like_one_known_at_once(desk):
    group = Group(size=3, citizens=0, minors=0, off_post="no", guide="no", payment="no", hidden="no")
    await open_matter(desk, person=None)
    await eventually(lambda: tasks(desk))
    await open_matter(desk)
    (task,) = await eventually(lambda: _known(desk))
    assert (task["people"], task["revision"]) == (["p1"], 1)
    await desk.send(patrol(1, met("p1", "passenger"), met("p2", "passenger"), group=group))
    orders = await eventually(lambda: held(desk))
    assert orders == [("people.held", {"matter": "m1", "people": ["p1", "p2"]})]


async def _known(desk):
    return [task for task in await tasks(desk) if task["person"]]


async def let_go(desk, task):
    headers, body = {"if-match": f'"{task["revision"]}"'}, {"reason": "Sudah aman."}
    path = f"/tasks/{task['id']}/release"
    answer = await desk.call("POST", path, role="protection_officer", headers=headers, json=body)
    assert answer.json()["state"] == "released"


async def test_who_joins_after_the_desk_let_go_was_never_let_go(desk):
    await desk.send(patrol(1, met("p1", "passenger")))
    (first,) = await eventually(lambda: tasks(desk))
    await let_go(desk, first)
    await eventually(lambda: held(desk))
    more = patrol(2, met("p1", "passenger"), met("p2", "passenger"), evidence=("e5", "e6"))
    await desk.send(more, more)
    (second,) = await eventually(lambda: tasks(desk))
    assert (second["people"], second["id"] == first["id"]) == (["p1", "p2"], False)
    orders = await eventually(lambda: held(desk))
    assert orders[0] == ("people.held", {"matter": second["id"], "people": ["p1", "p2"]})
    await let_go(desk, second)
    # The same told again is no new ground.
    await desk.send(patrol(3, met("p1", "passenger"), met("p2", "passenger"), evidence=("e5", "e6")))
    await desk.settled()
    assert await tasks(desk) == []
    assert [len(task["people"]) for task in await tasks(desk, "released")] == [2, 2]


async def test_what_lapsed_was_let_go_of_and_is_seen_again_is_a_new_task(desk):
    calm = Group(size=4, citizens=1, minors=0, off_post="yes", guide="no", payment="no", hidden="no")
    await desk.send(patrol(1, met("p1", "passenger")))
    (first,) = await eventually(lambda: tasks(desk))
    await desk.send(patrol(2, met("p1", "passenger"), group=calm))
    (lapsed,) = await eventually(lambda: _lapsed(desk))
    await let_go(desk, lapsed)
    await desk.send(patrol(3, met("p1", "passenger"), group=calm))
    await desk.settled()
    await desk.send(patrol(4, met("p1", "passenger")))
    (second,) = await eventually(lambda: tasks(desk))
    assert second["id"] != first["id"]


async def _lapsed(desk):
    return [task for task in await tasks(desk) if task["lapsed"]]


async def test_a_child_let_go_of_is_not_asked_about_again_for_another_night(desk):
    seen = days(0).replace(hour=9)
    desk.now = seen.replace(hour=17)
    await desk.send(child(1, crossing(seen)))
    (task,) = await eventually(lambda: tasks(desk))
    await let_go(desk, task)
    await desk.send(child(2, crossing(seen), crossing(seen.replace(hour=9, minute=5), key="e9")))
    await desk.settled()
    assert await tasks(desk) == []


async def test_what_a_screening_found_is_said_by_the_published_rule(desk):
    ticked = [{"code": code, "basis": "told_by_person"} for code in ("documents_held", "threats")]
    event = {"type": "id.tapal.protection.v1", "data": {"kind": "screening", "indicators": ticked}}
    await open_matter(desk, plain=json.dumps(event).encode())
    (task,) = await eventually(lambda: tasks(desk))
    assert [(one["rule"], one["severity"]) for one in task["findings"]] == [("R16", 4)]
    facts = {fact["name"]: fact["value"] for fact in task["findings"][0]["facts"]}
    assert facts["signs.dimensions"] == 1


async def test_a_call_is_the_duty_officer_s_and_after_half_an_hour_the_deputy_s(stand, tmp_path):
    rota = {
        "members": ["ani", "budi"],
        "shifts": [{"begins": str(days(-9)), "ends": str(days(9)), "officer": "ani", "deputy": "budi"}],
    }
    file = tmp_path / "rota.json"
    file.write_text(json.dumps(rota))
    stand.now = days(1)
    async with stand.serving(name="alerts-protection", roles=frozenset({"protection"}), rota_file=file):
        await open_matter(stand)
        (task,) = await eventually(lambda: tasks(stand))
        assert (task["responsible"], task["findings"][0]["rule"], task["severity"]) == ("ani", "R19", 4)
        stand.now = days(1) + timedelta(minutes=30)
        assert (await tasks(stand))[0]["responsible"] == "budi"
        headers = {"if-match": f'"{task["revision"]}"'}
        path = f"/tasks/{task['id']}/take"
        taken = await stand.call("POST", path, role="protection_officer", headers=headers)
        assert (taken.json()["taken_by"], taken.json()["responsible"], taken.json()["revision"]) == ("ani", "ani", 2)


async def test_a_protection_officer_who_is_no_named_member_sees_nothing(stand, tmp_path):
    file = tmp_path / "rota.json"
    file.write_text(json.dumps({"members": ["budi"], "shifts": []}))
    async with stand.serving(name="alerts-protection", roles=frozenset({"protection"}), rota_file=file):
        assert (await stand.call("GET", "/tasks", role="protection_officer")).status_code == 403
