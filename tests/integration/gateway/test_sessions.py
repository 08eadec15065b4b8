"""Sessions: listed, revoked for every replica, locked when nobody is there."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from gateway_stand import PASSWORD, audit_rows
from listening import Listener, listening

from gateway.audit import Audit
from gateway.sessions import CACHE_SECONDS, Sessions

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
LONG_AGO = timedelta(minutes=11)


@pytest.fixture
async def browser(stand):
    """Somebody logs in at the console's form."""
    async with httpx.AsyncClient(base_url=stand.url, timeout=20) as client:
        answer = await client.post("/login", data={"username": "operator", "password": PASSWORD})
        assert answer.status_code == 303
        yield client


async def current(client):
    """The id of the client's session."""
    return next(row["id"] for row in (await client.get("/v1/sessions")).json()["items"] if row["current"])


async def log_in(stand, username):
    answer = await stand.post("/v1/login", json={"username": username, "password": PASSWORD})
    return {"authorization": f"Bearer {answer.json()['token']}"}


async def forgotten():
    """What a replica remembers of a session is over."""
    await asyncio.sleep(CACHE_SECONDS + 0.1)


async def rest(stand, id):
    """As if nobody had touched this console for longer than the limit."""
    at = datetime.now(UTC) - LONG_AGO
    await stand.database.sessions.update_one({"_id": id}, {"$set": {"active_at": at}})
    await forgotten()


async def test_a_revoked_session_is_over_whatever_its_token_says(stand, browser):
    one = await log_in(stand, "operator")
    async with httpx.AsyncClient(base_url=stand.url, headers=one) as client:
        id = await current(client)
        assert (await browser.post(f"/v1/sessions/{id}/revoke", headers={"tapal-console": "1"})).status_code == 204
        assert (await client.get("/v1/me")).json()["code"] == "login_required"
    assert (await browser.get("/v1/me")).status_code == 200
    assert [row["account"] for row in await stand.audit() if row["action"] == "sessions.revoke"] == ["operator"]


async def test_another_replica_holds_to_it_within_two_seconds(stand, browser):
    id = await current(browser)
    clock = {"now": datetime.now(UTC)}
    other = Sessions(
        stand.database, Audit(stand.database, audit_rows(stand)), lambda: clock["now"], timedelta(minutes=10)
    )
    await other.check(id, background=True)
    await browser.post(f"/v1/sessions/{id}/revoke", headers={"tapal-console": "1"})
    clock["now"] += timedelta(seconds=CACHE_SECONDS)
    with pytest.raises(Exception, match="login_required"):
        await other.check(id, background=True)


async def test_the_live_stream_of_a_revoked_session_tells_nothing_more(stand, browser):
    who = await log_in(stand, "operator")
    async with httpx.AsyncClient(base_url=stand.url, headers=who) as client, listening(client) as response:
        listener = Listener(response)
        await listener.next()
        id = await current(client)
        await browser.post(f"/v1/sessions/{id}/revoke", headers={"tapal-console": "1"})
        await stand.announce(id="alert-1", revision=2)
        with pytest.raises(AssertionError, match="the stream ended"):
            await listener.next()


async def test_logging_out_ends_the_session_and_not_only_the_cookie(stand):
    who = await log_in(stand, "supervisor")
    assert (await stand.post("/v1/logout", **who)).status_code == 204
    assert (await stand.get("/v1/me", **who)).status_code == 401


async def test_everybody_sees_their_own_and_an_administrator_all(stand, browser):
    await log_in(stand, "polisi")
    own = (await browser.get("/v1/sessions")).json()["items"]
    every = (await stand.get("/v1/sessions", "admin")).json()["items"]
    assert {row["account"] for row in own} == {"operator"}
    assert {row["account"] for row in every} >= {"operator", "polisi", "admin"}
    assert (await browser.get("/v1/sessions?account=polisi")).status_code == 403
    polisi = next(row["id"] for row in every if row["account"] == "polisi")
    stolen = await browser.post(f"/v1/sessions/{polisi}/revoke", headers={"tapal-console": "1"})
    unknown = await browser.post("/v1/sessions/nothing/revoke", headers={"tapal-console": "1"})
    assert (stolen.status_code, stolen.json()) == (404, unknown.json())
    assert (await stand.post(f"/v1/sessions/{polisi}/revoke", "admin")).status_code == 204


async def test_an_agencys_system_has_no_sessions(stand):
    assert (await stand.get("/v1/sessions", authorization="Bearer key-polres")).status_code == 403


async def test_a_console_that_rests_locks_and_its_token_with_it(stand, browser):
    token = browser.cookies["tapal_session"]
    await rest(stand, await current(browser))
    page = await browser.get("/alerts")
    assert (page.status_code, page.headers["location"]) == (303, "/unlock?next=/alerts")
    assert (await browser.get("/v1/me")).json()["code"] == "session_locked"
    assert (await stand.get("/v1/me", authorization=f"Bearer {token}")).json()["code"] == "session_locked"
    assert "Contoh operator" in (await browser.get("/unlock")).text


async def test_the_password_unlocks_it_and_a_wrong_one_does_not(stand, browser):
    await browser.post("/lock")
    assert (await browser.get("/v1/me")).json()["code"] == "session_locked"
    wrong = await browser.post("/unlock", data={"password": "wrong", "next": "/alerts"})
    assert (wrong.status_code, (await browser.get("/v1/me")).status_code) == (401, 401)
    right = await browser.post("/unlock", data={"password": PASSWORD, "next": "//elsewhere.example"})
    assert (right.status_code, right.headers["location"]) == (303, "/")
    assert (await browser.get("/v1/me")).json()["account"] == "operator"


async def test_what_the_script_asks_for_by_itself_keeps_no_console_open(stand, browser):
    id = await current(browser)
    at = datetime.now(UTC) - timedelta(minutes=5)
    await stand.database.sessions.update_one({"_id": id}, {"$set": {"active_at": at}})
    await forgotten()
    await browser.get("/alerts/rows", headers={"tapal-background": "1"})
    unchanged = await stand.database.sessions.find_one({"_id": id})
    await forgotten()
    await browser.get("/alerts")
    touched = await stand.database.sessions.find_one({"_id": id})
    assert abs(unchanged["active_at"] - at) < timedelta(seconds=1)
    assert touched["active_at"] > at + timedelta(minutes=4)


async def test_a_program_that_logged_in_is_not_locked(stand):
    who = await log_in(stand, "kepala")
    async with httpx.AsyncClient(base_url=stand.url, headers=who) as client:
        await rest(stand, await current(client))
        assert (await client.get("/v1/me")).status_code == 200


async def test_switching_the_person_ends_the_session_and_asks_for_a_name(stand, browser):
    token = browser.cookies["tapal_session"]
    answer = await browser.post("/logout", follow_redirects=True)
    assert 'value="" autofocus' in answer.text
    assert (await stand.get("/v1/me", authorization=f"Bearer {token}")).status_code == 401


async def test_the_own_page_lists_them(browser):
    page = (await browser.get("/account")).text
    assert "Akun saya" in page
    assert "sesi ini" in page
