"""Accounts in an administrator's hands: on record, never the own one, and in force at once."""

import httpx
import pytest

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
NEW = {"username": "baru", "name": "Contoh baru", "role": "operator", "agency": "polres"}
OWN = "kata sandi saya sendiri"


@pytest.fixture(autouse=True)
async def nobody_new(stand):
    yield
    await stand.database.accounts.delete_many({"_id": "baru"})


async def log_in(stand, password, username="baru"):
    return await stand.post("/v1/login", json={"username": username, "password": password})


async def patch(stand, account, body, revision, who="admin"):
    async with await stand.client(who, **({"if-match": f'"{revision}"'} if revision else {})) as client:
        return await client.patch(f"/v1/accounts/{account}", json=body)


@pytest.fixture
async def newcomer(stand):
    """An account whose owner chose a password: the headers of a session."""
    made = (await stand.post("/v1/accounts", "admin", NEW)).json()
    who = {"authorization": f"Bearer {(await log_in(stand, made['password'])).json()['token']}"}
    await stand.post("/v1/me/password", json={"password": made["password"], "new": OWN}, **who)
    return who


async def test_a_new_account_does_nothing_before_its_owner_chose_a_password(stand):
    made = await stand.post("/v1/accounts", "admin", NEW)
    first = made.json()["password"]
    assert (made.status_code, made.json()["first_password"], made.json()["second_factor"]) == (201, True, False)
    token = (await log_in(stand, first)).json()["token"]
    who = {"authorization": f"Bearer {token}"}
    assert (await stand.get("/v1/alerts", **who)).json()["code"] == "password_change_required"
    async with httpx.AsyncClient(base_url=stand.url) as browser:
        await browser.post("/login", data={"username": "baru", "password": first})
        assert (await browser.get("/alerts")).headers["location"] == "/account"
    for password, new, code in ((first, first, 422), ("wrong", OWN, 401), (first, "baru-baru-baru", 422)):
        answer = await stand.post("/v1/me/password", json={"password": password, "new": new}, **who)
        assert answer.status_code == code
    assert (await stand.post("/v1/me/password", json={"password": first, "new": OWN}, **who)).status_code == 204
    assert (await stand.get("/v1/alerts", **who)).status_code == 200
    assert [(await log_in(stand, password)).status_code for password in (first, OWN)] == [401, 200]


async def test_each_change_is_on_record_with_what_it_was(stand, newcomer):
    await patch(stand, "baru", {"role": "supervisor"}, 2)
    await stand.post("/v1/accounts/baru/password", "admin")
    rows = [(row["account"], row["action"], row.get("mark")) for row in await stand.audit()]
    assert rows == [
        ("admin", "accounts.make", "role:operator"),
        ("baru", "password.change", None),
        ("admin", "accounts.change", "role:supervisor"),
        ("admin", "accounts.reset_password", None),
    ]


async def test_another_role_counts_at_once_and_a_session_of_the_old_one_is_over(stand, newcomer):
    changed = await patch(stand, "baru", {"role": "reporter"}, 2)
    assert (changed.status_code, changed.json()["role"], changed.headers["etag"]) == (200, "reporter", '"3"')
    assert (await stand.get("/v1/me", **newcomer)).status_code == 401
    assert (await log_in(stand, OWN)).json()["role"] == "reporter"


async def test_who_is_switched_off_is_out_and_answered_like_an_unknown_one(stand, newcomer):
    await patch(stand, "baru", {"disabled": True}, 2)
    assert (await stand.get("/v1/me", **newcomer)).status_code == 401
    assert (await log_in(stand, OWN)).json() == (await log_in(stand, OWN, "nobody")).json()
    await patch(stand, "baru", {"disabled": False}, 3)
    assert (await log_in(stand, OWN)).status_code == 200


async def test_of_two_who_change_it_at_once_one_is_told(stand, newcomer):
    answers = [await patch(stand, "baru", {"role": role}, 2) for role in ("reporter", "supervisor")]
    assert [answer.status_code for answer in answers] == [200, 412]
    assert (await patch(stand, "baru", {"role": "reporter"}, None)).status_code == 428


async def test_nobody_changes_their_own_account(stand):
    for path in ("password", "second-factor/remove"):
        assert (await stand.post(f"/v1/accounts/admin/{path}", "admin")).json()["code"] == "own_account"
    answer = await patch(stand, "admin", {"role": "supervisor"}, 1)
    assert (answer.status_code, answer.json()["code"]) == (403, "own_account")


@pytest.mark.parametrize("wrong", [{"role": "agency_system"}, {"agency": "nowhere"}, {"username": "A b"}])
async def test_what_makes_no_account(stand, wrong):
    assert (await stand.post("/v1/accounts", "admin", {**NEW, **wrong})).status_code == 422


async def test_a_name_is_taken_once(stand):
    assert (await stand.post("/v1/accounts", "admin", {**NEW, "username": "polisi"})).status_code == 409


@pytest.mark.parametrize("who", ["operator", "supervisor", "dpo", "inspektur", "perlindungan", "hotel"])
async def test_nobody_else_administers(stand, who):
    assert (await stand.get("/v1/accounts", who)).status_code == 403
    assert (await stand.post("/v1/accounts", who, NEW)).status_code == 403
    assert (await stand.post("/v1/accounts/polisi/password", who)).status_code == 403
    assert (await patch(stand, "polisi", {"disabled": True}, 1, who)).status_code == 403


async def test_the_list_has_all_and_no_password(stand):
    answer = await stand.get("/v1/accounts", "admin")
    assert "argon2" not in answer.text
    assert {"account": "polisi", "role": "operator"}.items() <= next(
        row for row in answer.json()["items"] if row["account"] == "polisi"
    ).items()


async def test_who_lost_the_second_factor_logs_in_without(stand, newcomer):
    row = {"_id": "baru", "proved_at": "once"}
    await stand.database.factors.insert_one(row)
    assert (await stand.post("/v1/accounts/baru/second-factor/remove", "admin")).status_code == 204
    assert (await stand.get("/v1/me", **newcomer)).status_code == 401
    assert (await log_in(stand, OWN)).status_code == 200
