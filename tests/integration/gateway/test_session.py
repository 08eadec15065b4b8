import time

import pytest
from gateway_stand import PASSWORD, ROLES

pytestmark = [pytest.mark.integration, pytest.mark.anyio]


async def test_a_login_opens_the_door_by_token_and_by_cookie(stand):
    async with await stand.client() as client:
        answer = await client.post("/v1/login", json={"username": "operator", "password": PASSWORD})
        assert answer.status_code == 200
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert (await client.get("/v1/me")).json()["role"] == "operator"
    assert (await stand.get("/v1/me", "operator")).json()["agency"] == "imigrasi"


async def test_a_cookie_alone_changes_nothing(stand):
    async with await stand.client() as client:
        await client.post("/v1/login", json={"username": "operator", "password": PASSWORD})
        path = "/v1/alerts/alert-1/acknowledge"
        refused = await client.post(path, headers={"if-match": '"1"'})
        done = await client.post(path, headers={"if-match": '"1"', "tapal-console": "1"})
        assert refused.json()["code"] == "console_header_required"
        assert done.json()["state"] == "acknowledged"
        assert (await client.post("/v1/logout", headers={"tapal-console": "1"})).status_code == 204
        assert (await client.get("/v1/me")).status_code == 401


async def test_an_unknown_name_answers_like_a_wrong_password_and_as_slowly(stand):
    async def attempt(name):
        began = time.perf_counter()
        answer = await stand.post("/v1/login", json={"username": name, "password": "wrong"})
        return answer.status_code, answer.json(), time.perf_counter() - began

    (status, known, slow), (other_status, unknown, also_slow) = await attempt("operator"), await attempt("nobody")
    assert (status, known) == (other_status, unknown)
    assert status == 401
    assert known["code"] == "wrong_login"
    assert 0.2 < slow / also_slow < 5


async def test_guessing_is_slowed_down_for_that_name_alone(stand):
    for _ in range(10):
        await stand.post("/v1/login", json={"username": "polisi", "password": "wrong"})
    resting = await stand.post("/v1/login", json={"username": "polisi", "password": PASSWORD})
    assert (resting.status_code, resting.headers["retry-after"]) == (429, "300")
    assert (await stand.post("/v1/login", json={"username": "operator", "password": PASSWORD})).status_code == 200


async def test_another_sites_page_cannot_log_somebody_in(stand):
    body = {"username": "operator", "password": PASSWORD}
    answer = await stand.post("/v1/login", json=body, sec_fetch_site="cross-site")
    assert answer.json()["code"] == "foreign_page"


@pytest.mark.parametrize("path", ["/v1/me", "/v1/alerts", "/v1/persons/person-1", "/v1/stream", "/v1/audit"])
async def test_nobody_gets_in_unknown(stand, path):
    answer = await stand.get(path)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


async def test_every_answer_says_practice_and_may_not_be_framed_or_kept(stand):
    answer = await stand.get("/v1/me", "operator")
    assert answer.headers["tapal-mode"] == "practice"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["cache-control"] == "no-store"
    assert "'unsafe-inline'" not in answer.headers["content-security-policy"]


async def test_the_same_accounts_are_not_made_twice_and_keep_their_password(stand):
    rows = await stand.database.accounts.find({}).to_list(None)
    assert len(rows) == len(ROLES)
    assert all(row["password"].startswith("$argon2id$") for row in rows)
