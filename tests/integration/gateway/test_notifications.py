"""Subscriptions at the door: supervisors and administrators, each change on record, the secret once."""

import json
import re

import pytest

from .test_uploads import browser

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
WISH = {"channel": "webhook", "address": "https://siap.example/tapal?kunci=rahasia", "min_severity": 2}
FORM = {**WISH, "min_severity": "2", "quiet_from": "21:00", "quiet_until": "06:00", "digest_hour": "", "rules": ["R04"]}


async def made(stand, account="supervisor", **wish):
    answer = await stand.post("/v1/subscriptions", account, json=WISH | wish)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def changes(stand):
    return [row for row in await stand.audit() if row["action"] == "subscriptions.change"]


async def test_a_supervisor_makes_one_and_only_that_answer_has_the_secret(stand):
    one = await made(stand)
    assert one["secret"].startswith("whsec_")
    assert one["agency"] == "imigrasi"
    path = f"/v1/subscriptions/{one['id']}"
    for answer in (await stand.get("/v1/subscriptions", "supervisor"), await stand.get(path, "supervisor")):
        assert answer.status_code == 200
        assert "whsec_" not in answer.text
    told = [(row["ids"], row["account"]) for row in await changes(stand)]
    assert told == [([], "supervisor"), ([one["id"]], "supervisor")], "the wish, and what came of it"
    assert "siap.example" not in json.dumps(await stand.audit(), default=str)


@pytest.mark.parametrize("account", ["operator", "hotel", "perlindungan", "dpo", "inspektur"])
async def test_nobody_else_sees_or_changes_any(stand, account):
    one = await made(stand)
    path = f"/v1/subscriptions/{one['id']}"
    assert (await stand.get("/v1/subscriptions", account)).status_code == 403
    assert (await stand.get(path, account)).status_code == 403
    assert (await stand.post("/v1/subscriptions", account, json=WISH)).status_code == 403
    assert (await stand.post(f"{path}/test", account)).status_code == 403
    async with browser(stand, account) as client:
        assert (await client.get("/notifications")).status_code == 403
        assert "/notifications" not in (await client.get("/sources")).text
    assert {row["account"] for row in await changes(stand)} == {"supervisor"}


async def test_an_administrator_sees_and_makes_those_of_every_agency(stand):
    await made(stand)
    other = await made(stand, "admin", agency="polres")
    assert other["agency"] == "polres"
    assert len((await stand.get("/v1/subscriptions", "admin")).json()["items"]) == 2
    assert (await stand.get(f"/v1/subscriptions/{other['id']}", "supervisor")).status_code == 404


async def test_every_step_names_the_revision_it_saw_and_is_on_record(stand):
    one = await made(stand)
    path = f"/v1/subscriptions/{one['id']}"
    assert (await stand.post(f"{path}/rotate", "supervisor", if_match='"7"')).status_code == 412
    rotated = (await stand.post(f"{path}/rotate", "supervisor", if_match='"1"')).json()
    assert rotated["secret"] != one["secret"]
    assert (await stand.post(f"{path}/pause", "supervisor", if_match='"2"')).json()["paused_for"] == "by_hand"
    assert (await stand.post(f"{path}/explode", "supervisor", if_match='"3"')).status_code == 422
    async with await stand.client("supervisor") as client:
        assert (await client.delete(path, headers={"if-match": '"3"'})).status_code == 204
    assert [row["ids"] for row in await changes(stand)][2:] == [[one["id"]]] * 4


@pytest.mark.parametrize(
    "change",
    [{"channel": "pigeon"}, {"min_severity": 5}, {"quiet_from": "9 pm"}, {"digest_hour": 24}, {"address": "x"}],
)
async def test_what_is_no_wish_is_refused(stand, change):
    assert (await stand.post("/v1/subscriptions", "supervisor", json=WISH | change)).status_code == 422


async def test_the_page_makes_shows_and_ends_a_subscription(stand):
    async with browser(stand, "supervisor") as client:
        assert "Belum ada langganan" in (await client.get("/notifications")).text
        shown = (await client.post("/notifications", data=FORM)).text
        assert "whsec_" in shown
        assert "Simpan sekarang" in shown
        listed = (await client.get("/notifications")).text
        assert "whsec_" not in listed
        assert "tenang 21:00–06:00" in listed
        assert "R04" in listed
        (path,) = set(re.findall(r'href="(/notifications/[^"]+)"', listed))
        page = (await client.get(path)).text
        assert "http_503" in page
        assert "Diterima" in page
        assert "Percobaan dikirim" in (await client.post(f"{path}/test", data={"revision": "1"})).text
        assert "whsec_" in (await client.post(f"{path}/rotate", data={"revision": "1"})).text
        assert "Dijeda" in (await client.post(f"{path}/pause", data={"revision": "2"})).text
        foreign = await client.post(f"{path}/end", data={"revision": "3"}, headers={"sec-fetch-site": "cross-site"})
        assert foreign.status_code == 403
        assert (await client.post(f"{path}/end", data={"revision": "3"})).status_code == 303
        assert "Belum ada langganan" in (await client.get("/notifications")).text


async def test_a_form_that_is_refused_keeps_what_was_typed(stand):
    async with browser(stand, "supervisor") as client:
        answer = await client.post("/notifications", data={**FORM, "address": "https://10.0.0.1/tapal"})
        assert answer.status_code == 422
        assert "Alamat itu tidak diizinkan" in answer.text
        assert 'value="https://10.0.0.1/tapal"' in answer.text
        assert 'value="R04" checked' in answer.text
        assert "Periksa isian" in (await client.post("/notifications", data={**FORM, "min_severity": "9"})).text
