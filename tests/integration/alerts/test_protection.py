"""The protection desk: sealed all the way, for protection officers alone, and seen by nobody else."""

import json

import httpx
import pytest
from alerts_stand import EVENT, days, eventually, open_matter, tasks

from contracts.messages import MatterReleased

pytestmark = [pytest.mark.integration, pytest.mark.anyio]


@pytest.fixture
async def desk(stand):
    stand.now = days(1)
    async with stand.serving(name="alerts-protection", roles=frozenset({"protection"})):
        yield stand


async def test_a_matter_makes_one_task_that_an_officer_can_read_and_release(desk):
    await open_matter(desk)
    await open_matter(desk)
    (task,) = await eventually(lambda: tasks(desk))
    assert (task["kind"], task["person"], task["state"], task["revision"]) == ("help", "p1", "open", 1)
    path = f"/tasks/{task['id']}"
    full = (await desk.call("GET", path, role="protection_officer")).json()
    assert full["event"] == EVENT["data"]

    async def release(revision):
        headers = {"if-match": revision}
        body = {"reason": "Sudah aman."}
        return await desk.call("POST", f"{path}/release", role="protection_officer", headers=headers, json=body)

    assert (await release('"9"')).status_code == 412
    assert (await release('"1"')).json()["state"] == "released"
    assert (await release('"2"')).status_code == 409
    queue = await desk.channel.get_queue("protection.holds")

    async def told():
        return await queue.get(no_ack=True, fail=False)

    message = await eventually(told)
    assert MatterReleased.model_validate_json(message.body) == MatterReleased(matter="m1", person="p1")
    assert await tasks(desk) == []
    assert len(await tasks(desk, "all")) == 1


async def test_a_matter_about_nobody_known_or_unreadable_still_makes_a_task(desk):
    await open_matter(desk, plain=b"\xff not json", person=None, unreadable=True)
    (task,) = await eventually(lambda: tasks(desk))
    assert (task["person"], task["kind"], task["unreadable"]) == (None, None, True)
    full = (await desk.call("GET", f"/tasks/{task['id']}", role="protection_officer")).json()
    assert "not json" in full["event"]["text"]


@pytest.mark.parametrize("role", ["operator", "supervisor", "data_protection_officer", "administrator"])
async def test_nobody_else_is_let_in(desk, role):
    for method, path in (("GET", "/tasks"), ("GET", "/tasks/m1"), ("POST", "/tasks/m1/release")):
        body = {"json": {"reason": "x"}} if method == "POST" else {}
        assert (await desk.call(method, path, role=role, **body)).status_code == 403


async def test_nothing_of_it_is_at_rest_in_the_clear_counted_or_logged(desk, caplog):
    await open_matter(desk)
    async with httpx.AsyncClient(base_url=desk.url) as client:
        before = (await client.get("/metrics")).text
        await eventually(lambda: tasks(desk))
        await open_matter(desk, "m2")
        await eventually(lambda: _two(desk))
        after = (await client.get("/metrics")).text
    assert "protection.matters" not in before + after
    # Other tests of this run may have counted routes of that name in the same process.
    assert [line for line in after.splitlines() if "/tasks" in line] == [
        line for line in before.splitlines() if "/tasks" in line
    ]
    assert "m2" not in caplog.text
    for name in await desk.database.list_collection_names():
        assert "tempat aman" not in str(await desk.database[name].find({}).to_list(None))


async def _two(desk):
    return len(await tasks(desk)) == 2


@pytest.mark.parametrize(
    "body",
    [
        [1, 2],
        {"data": [1]},
        {"data": {"kind": {"a": 1}}},
        {"data": {"kind": "screening", "indicators": "many"}},
        {"data": {"kind": "help", "person": "somebody", "minor": 7}},
    ],
    ids=str,
)
async def test_what_could_not_be_read_is_a_task_whatever_it_is_and_hides_no_other(desk, body):
    await open_matter(desk, matter="odd", plain=json.dumps(body).encode(), person=None, unreadable=True)
    await open_matter(desk)

    async def both():
        found = await tasks(desk)
        return len(found) == 2 and found

    found = {task["id"]: task for task in await eventually(both)}
    assert (found["odd"]["kind"], found["odd"]["severity"], found["odd"]["findings"]) == (None, 4, [])
    full = (await desk.call("GET", "/tasks/odd", role="protection_officer")).raise_for_status().json()
    assert isinstance(full["event"], dict)
