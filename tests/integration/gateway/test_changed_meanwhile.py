"""An account that is changed while its owner is being let in: no session is left that rests on what it was before."""

import pytest
from gateway_stand import PASSWORD
from identity_provider import browser, identity_provider, signed_in

from gateway.sessions import Sessions

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
NEW = {"username": "baru", "name": "Contoh baru", "role": "operator", "agency": "polres"}
OWN = "kata sandi saya sendiri"
CHANGES = {
    "switched off": ("PATCH", "", {"disabled": True}),
    "another role": ("PATCH", "", {"role": "reporter"}),
    "another agency": ("PATCH", "", {"agency": "imigrasi"}),
    "another password": ("POST", "/password", None),
    "no second factor": ("POST", "/second-factor/remove", None),
}


@pytest.fixture
async def baru(stand):
    """An account whose owner chose a password."""
    first = (await stand.post("/v1/accounts", "admin", NEW)).json()["password"]
    token = (await log_in(stand, first)).json()["token"]
    who = {"authorization": f"Bearer {token}"}
    assert (await stand.post("/v1/me/password", json={"password": first, "new": OWN}, **who)).status_code == 204
    await stand.database.sessions.delete_many({"account": "baru"})
    yield
    await stand.database.accounts.delete_many({"_id": "baru"})
    await stand.database.sessions.delete_many({"account": "baru"})


@pytest.fixture
def just_before(monkeypatch):
    """Has something done at the last moment: whoever comes is known already, and has no session yet."""

    def arrange(act):
        begin = Sessions.begin

        async def late(self, viewer, opening):
            monkeypatch.setattr(Sessions, "begin", begin)
            await act()
            return await begin(self, viewer, opening)

        monkeypatch.setattr(Sessions, "begin", late)

    return arrange


async def log_in(stand, password=OWN):
    return await stand.post("/v1/login", json={"username": "baru", "password": password})


async def open_sessions(stand, account="baru"):
    return await stand.database.sessions.count_documents({"account": account, "ended_at": None})


async def change(stand, method, way, body, account="baru"):
    revision = (await stand.database.accounts.find_one({"_id": account}))["revision"]
    async with await stand.client("admin", **{"if-match": f'"{revision}"'}) as client:
        answer = await client.request(method, f"/v1/accounts/{account}{way}", json=body)
    assert answer.is_success, answer.text


@pytest.mark.parametrize("what", CHANGES)
async def test_who_is_changed_while_logging_in_gets_no_session(stand, baru, just_before, what):
    async def act():
        await change(stand, *CHANGES[what])

    just_before(act)
    answer = await log_in(stand)
    assert (answer.status_code, answer.json()["code"]) == (401, "account_changed")
    assert await open_sessions(stand) == 0
    again = await log_in(stand)
    assert again.status_code == (401 if what in ("switched off", "another password") else 200)


async def test_the_console_says_so_too(stand, baru, just_before):
    async def act():
        await change(stand, *CHANGES["switched off"])

    just_before(act)
    async with browser(stand.url) as client:
        answer = await client.post("/login", data={"username": "baru", "password": OWN})
        assert (answer.status_code, "Akun baru saja diubah" in answer.text) == (401, True)
        assert "tapal_session" not in client.cookies
    assert await open_sessions(stand) == 0


async def test_whom_the_provider_vouches_for_gets_none_either(stand, standing, tmp_path, just_before):
    link = {"subject": "sari"}
    async with (
        identity_provider(tmp_path) as provider,
        standing.another(http_port=provider.port, oidc=provider.settings),
        await stand.client("admin") as admin,
        browser(provider.gateway) as visitor,
    ):
        await admin.put(f"{provider.gateway}/v1/accounts/polisi/sign-in", json=link)

        async def act():
            await change(stand, "PATCH", "", {"disabled": True}, "polisi")

        just_before(act)
        answer = await signed_in(visitor, "sari")
        assert answer.status_code == 401
        assert "tapal_session" not in visitor.cookies
        assert await open_sessions(stand, "polisi") == 0
        await change(stand, "PATCH", "", {"disabled": False}, "polisi")
    stand.tokens.pop("polisi", None)
    assert (await stand.post("/v1/login", json={"username": "polisi", "password": PASSWORD})).status_code == 200
    await stand.database.sign_ins.delete_many({})
    await stand.database.accounts.update_many({}, {"$unset": {"sign_in": 1}})
