"""Signing in by the identity provider of the office: a certified one, and whoever wants to get in by it uninvited."""

from base64 import b32decode
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from gateway_stand import PASSWORD
from identity_provider import TWO, asked, browser, free_port, identity_provider, proved, settings_of, signed_in

from chassis.run import running
from gateway.app import build
from gateway.settings import GatewaySettings

pytestmark = [pytest.mark.integration, pytest.mark.anyio]


@pytest.fixture(scope="module")
async def office(standing, tmp_path_factory):
    """A provider, and a gateway that takes its word: for `sari`, who is `operator` here."""
    async with identity_provider(tmp_path_factory.mktemp("provider")) as provider:
        settings = {**provider.settings, "second_factor_acr": [TWO]}
        async with standing.another(http_port=provider.port, oidc=settings):
            yield provider


@pytest.fixture
async def linked(stand, office):
    """Links `operator` to `sari`; nothing is left of it afterwards."""
    assert (await link(stand, office, "operator", "sari")).status_code == 200
    yield office
    await stand.database.sign_ins.delete_many({})
    await stand.database.accounts.update_many({}, {"$unset": {"sign_in": 1}})
    await stand.database.factors.delete_many({})


@pytest.fixture
async def visitor(linked):
    async with browser(linked.gateway) as client:
        yield client


@pytest.fixture
async def stranger(linked):
    """Another browser."""
    async with browser(linked.gateway) as client:
        yield client


async def link(stand, office, account, subject, who="admin"):
    async with await stand.client(who) as client:
        return await client.put(f"{office.gateway}/v1/accounts/{account}/sign-in", json={"subject": subject})


def is_out(client, answer, status=401):
    assert answer.status_code == status, answer.text
    assert "tapal_session" not in client.cookies


async def test_only_where_it_is_configured_is_there_a_button(stand, office):
    async with browser(office.gateway) as client:
        page = (await client.get("/login?next=/cases")).text
        assert 'href="/sign-in?next=/cases"' in page
        assert "Masuk dengan akun kantor" in page
    assert "/sign-in" not in (await stand.get("/login")).text
    assert (await stand.get("/sign-in")).status_code == 404
    async with await stand.client("admin") as client:
        refused = await client.put("/v1/accounts/operator/sign-in", json={"subject": "sari"})
        assert (refused.status_code, refused.json()["code"]) == (409, "no_provider")


async def test_what_is_asked_for_is_a_code_for_this_browser_alone(visitor):
    begun = await asked(visitor)
    told = {"response_type": "code", "scope": "openid", "code_challenge_method": "S256", "prompt": "login"}
    assert told.items() <= begun.items()
    assert len({begun["state"], begun["nonce"], begun["code_challenge"]}) == 3
    assert begun["state"] != (await asked(visitor))["state"]


async def test_who_is_linked_gets_in_as_their_account_and_as_nothing_else(stand, visitor):
    answer = await signed_in(visitor, "sari", "/cases")
    assert (answer.status_code, 'content="0; url=/cases"' in answer.text) == (200, True)
    me = (await visitor.get("/v1/me")).json()
    assert (me["account"], me["role"], me["agency"]) == ("operator", "operator", "imigrasi")
    (own,) = [row for row in (await visitor.get("/v1/sessions")).json()["items"] if row["current"]]
    assert own["kind"] == "console"
    revoked = await visitor.post(f"/v1/sessions/{own['id']}/revoke", headers={"tapal-console": "1"})
    assert (revoked.status_code, (await visitor.get("/v1/me")).status_code) == (204, 401)


async def test_neither_name_nor_number_of_the_provider_rests_here(stand, visitor):
    await signed_in(visitor, "sari")
    at_rest = [
        await stand.database[name].find({}).to_list(None) for name in ("accounts", "sign_ins", "sessions", "audit")
    ]
    assert "sari" not in str(at_rest)
    assert await stand.redis.keys("tapal:sign-in:*") == []
    assert [row["action"] for row in await stand.audit()] == ["accounts.link"]


@pytest.mark.parametrize("name", ["operator", "Sari", "budi"], ids=["a user name of ours", "another case", "unknown"])
async def test_nobody_is_taken_for_an_account_that_was_not_linked_to_them(stand, visitor, name):
    before = await stand.database.sessions.count_documents({})
    answer = await signed_in(visitor, name)
    is_out(visitor, answer, 403)
    assert f"<code>{name}</code>" in answer.text
    assert await stand.database.sessions.count_documents({}) == before


async def test_a_link_is_an_administrators_and_one_to_one(stand, office, linked):
    assert (await link(stand, office, "polisi", "sari")).json()["code"] == "subject_linked"
    assert (await link(stand, office, "admin", "budi")).json()["code"] == "own_account"
    assert (await link(stand, office, "polisi", "budi", "supervisor")).json()["code"] == "not_allowed"
    assert (await link(stand, office, "operator", "budi")).json()["sign_in"] == office.issuer
    async with browser(office.gateway) as client:
        is_out(client, await signed_in(client, "sari"), 403)
    async with browser(office.gateway) as client:
        assert (await signed_in(client, "budi")).status_code == 200


async def test_a_link_that_was_left_behind_by_a_crash_opens_nothing(stand, linked, visitor):
    left = await stand.database.sign_ins.find_one({"account": "operator"})
    await link(stand, linked, "operator", "budi")
    await stand.database.sign_ins.insert_one(left)
    is_out(visitor, await signed_in(visitor, "sari"), 403)


async def test_who_is_unlinked_or_switched_off_is_out_at_once(stand, linked, visitor):
    await signed_in(visitor, "sari")
    async with await stand.client("admin") as admin:
        assert (await admin.delete(f"{linked.gateway}/v1/accounts/operator/sign-in")).status_code == 204
        stand.tokens.pop("operator", None)  # that session ended too
    visitor.cookies.delete("tapal_session")
    is_out(visitor, await signed_in(visitor, "sari"), 403)
    await link(stand, linked, "operator", "sari")
    await stand.database.accounts.update_one({"_id": "operator"}, {"$set": {"disabled": True}})
    is_out(visitor, await signed_in(visitor, "sari"), 403)
    await stand.database.accounts.update_one({"_id": "operator"}, {"$set": {"disabled": False}})


async def test_a_first_password_that_nobody_changed_opens_nothing_once_linked(stand, linked, visitor):
    new = {"username": "baru", "name": "Contoh baru", "role": "operator", "agency": "polres"}
    first = (await stand.post("/v1/accounts", "admin", new)).json()["password"]
    await link(stand, linked, "baru", "wati")
    assert (await stand.post("/v1/login", json={"username": "baru", "password": first})).status_code == 401
    await signed_in(visitor, "wati")
    assert (await visitor.get("/v1/alerts")).status_code == 200
    await stand.database.accounts.delete_one({"_id": "baru"})


async def test_a_state_is_good_once(visitor):
    back = await proved(visitor, (await asked(visitor))[""], "sari")
    assert (await visitor.get(back)).status_code == 200
    await visitor.post("/logout")
    visitor.cookies.delete("tapal_session")
    is_out(visitor, await visitor.get(back))


async def test_an_answer_is_good_in_the_browser_that_asked(visitor, stranger):
    back = await proved(visitor, (await asked(visitor))[""], "sari")
    is_out(stranger, await stranger.get(back))
    await asked(stranger)  # with a cookie of its own
    is_out(stranger, await stranger.get(back))
    # Nor was it used up by that.
    assert (await visitor.get(back)).status_code == 200


async def test_a_code_of_somebody_else_is_of_no_use_without_their_verifier(visitor, stranger):
    theirs = await proved(visitor, (await asked(visitor))[""], "sari")
    code = parse_qs(urlsplit(theirs).query)["code"][0]
    own = await asked(stranger)
    answer = await stranger.get(
        "/sign-in/return", params={"state": own["state"], "code": code, "iss": issuer_of(theirs)}
    )
    is_out(stranger, answer)


async def test_a_code_is_good_once(visitor):
    back = await proved(visitor, (await asked(visitor))[""], "sari")
    assert (await visitor.get(back)).status_code == 200
    visitor.cookies.delete("tapal_session")
    again = await asked(visitor)
    code = parse_qs(urlsplit(back).query)["code"][0]
    fields = {"state": again["state"], "code": code, "iss": issuer_of(back)}
    is_out(visitor, await visitor.get("/sign-in/return", params=fields))


def issuer_of(back):
    return parse_qs(urlsplit(back).query)["iss"][0]


@pytest.mark.parametrize("issuer", [None, "https://elsewhere.example"], ids=["unsaid", "another"])
async def test_an_answer_of_another_provider_is_refused(visitor, issuer):
    back = urlsplit(await proved(visitor, (await asked(visitor))[""], "sari"))
    fields = {name: value[0] for name, value in parse_qs(back.query).items() if name != "iss"}
    told = {**fields, "iss": issuer} if issuer else fields
    is_out(visitor, await visitor.get("/sign-in/return", params=told))


async def test_who_gives_up_at_the_provider_is_asked_again_here(visitor):
    answer = await visitor.get(await proved(visitor, (await asked(visitor))[""], ""))
    is_out(visitor, answer)
    assert "tidak selesai" in answer.text
    assert 'name="password"' in answer.text
    is_out(visitor, await visitor.get("/sign-in/return"))


@pytest.mark.parametrize(
    "next", ["//elsewhere.example", "/\\elsewhere.example", "/\t/elsewhere.example", "https://elsewhere.example"]
)
async def test_nobody_is_led_elsewhere(visitor, next):
    answer = await signed_in(visitor, "sari", next)
    assert 'content="0; url=/"' in answer.text
    assert "elsewhere" not in answer.text


async def test_whoever_comes_next_to_the_pc_has_to_prove_themselves(visitor):
    await signed_in(visitor, "sari")
    await visitor.post("/logout")
    # The provider still knows this browser, and shows its form all the same: `proved` fails where it does not.
    await signed_in(visitor, "sari")


async def test_a_locked_console_is_left_for_a_new_session(stand, visitor):
    await visitor.post("/login", data={"username": "operator", "password": PASSWORD})
    locked = (await visitor.get("/v1/sessions")).json()["items"][0]["id"]
    await visitor.post("/lock")
    assert "/sign-in" in (await visitor.get("/unlock")).text
    assert (await signed_in(visitor, "sari")).status_code == 200
    assert (await visitor.get("/v1/me")).json()["account"] == "operator"
    assert (await stand.database.sessions.find_one({"_id": locked}))["ended_at"] is not None


def code_of(secret, steps=0):
    return TOTP(b32decode(secret), 6, SHA1(), 30).generate(int(datetime.now(UTC).timestamp()) + 30 * steps).decode()


@pytest.fixture
async def secret(visitor):
    """`operator` has a second factor of ours."""
    await signed_in(visitor, "sari")
    console = {"tapal-console": "1"}
    begun = await visitor.post("/v1/me/second-factor", json={"password": PASSWORD}, headers=console)
    told = begun.json()["secret"]
    await visitor.post("/v1/me/second-factor/proof", json={"code": code_of(told, -1)}, headers=console)
    await visitor.post("/logout")
    visitor.cookies.delete("tapal_session")
    return told


async def test_the_second_factor_is_asked_for_all_the_same(stand, visitor, stranger, secret):
    asked_for = await signed_in(visitor, "sari", "/cases")
    assert (asked_for.status_code, asked_for.headers["location"]) == (303, "/sign-in/code")
    assert 'name="code"' in (await visitor.get("/sign-in/code")).text
    is_out(visitor, await visitor.post("/sign-in/code", data={"code": "000000"}))
    is_out(stranger, await stranger.post("/sign-in/code", data={"code": code_of(secret)}))
    foreign = await visitor.post(
        "/sign-in/code", data={"code": code_of(secret)}, headers={"sec-fetch-site": "cross-site"}
    )
    is_out(visitor, foreign, 403)
    entered = await visitor.post("/sign-in/code", data={"code": code_of(secret)})
    assert 'content="0; url=/cases"' in entered.text
    assert (await visitor.get("/v1/me")).json()["account"] == "operator"


async def test_codes_are_guessed_as_slowly_as_ever(visitor, secret):
    await signed_in(visitor, "sari")
    answers = [(await visitor.post("/sign-in/code", data={"code": f"{n:06}"})).status_code for n in range(12)]
    assert answers == [401] * 10 + [429] * 2


async def test_who_was_unlinked_meanwhile_gets_in_by_no_code(stand, linked, visitor, secret):
    await signed_in(visitor, "sari")
    await stand.database.sign_ins.delete_many({})
    is_out(visitor, await visitor.post("/sign-in/code", data={"code": code_of(secret)}))


async def test_what_the_office_counts_as_a_second_factor_counts(visitor, secret):
    entered = await signed_in(visitor, "sari", acr=TWO)
    assert (entered.status_code, (await visitor.get("/v1/me")).json()["account"]) == (200, "operator")


async def test_while_redis_is_away_the_password_is_the_way_in(stand, office):
    settings = {**stand.settings, "oidc": office.settings, "redis_url": "redis://127.0.0.1:1/0"}
    async with running(GatewaySettings(**settings), build) as (url, _), browser(url) as client:
        away = await client.get("/sign-in")
        assert (away.status_code, "sedang tidak terbuka" in away.text) == (503, True)
        entered = await client.post("/login", data={"username": "operator", "password": PASSWORD})
        assert entered.status_code == 303


async def test_while_the_provider_is_away_the_password_is_the_way_in(stand, tmp_path):
    port = free_port()
    (tmp_path / "client.secret").write_text("x")
    settings = settings_of(f"http://localhost:{free_port()}", port, tmp_path)
    async with stand.another(http_port=port, oidc=settings) as url, browser(url) as client:
        away = await client.get("/sign-in")
        assert (away.status_code, "sedang tidak tersedia" in away.text) == (503, True)
        client.cookies.set("tapal_language", "en")
        assert "is away at the moment" in (await client.get("/sign-in")).text
        entered = await client.post("/login", data={"username": "operator", "password": PASSWORD})
        assert entered.status_code == 303


async def test_many_sign_ins_from_one_address_are_too_many(office, stand, linked):
    async with browser(office.gateway) as client:
        answers = {(await client.get("/sign-in")).status_code for _ in range(125)}
        assert answers == {303, 429}
