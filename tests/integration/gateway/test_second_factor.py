"""The second factor: enrolled, asked for, used once; who has to have one does nothing without."""

import asyncio
from base64 import b32decode
from datetime import UTC, datetime

import httpx
import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from gateway_stand import PASSWORD, write_papers

from chassis.keyring import Keyring, line_of_new_master
from gateway.factors import Factors

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
PATH = "/v1/me/second-factor"


def code_of(secret, steps=0):
    """The code of now, or of so many steps later: as an authenticator shows it."""
    at = datetime.now(UTC).timestamp() + 30 * steps
    return TOTP(b32decode(secret), 6, SHA1(), 30).generate(int(at)).decode()


async def log_in(stand, **fields):
    return await stand.post("/v1/login", json={"username": "inspektur", "password": PASSWORD, **fields})


@pytest.fixture
async def person(stand):
    """Somebody who logged in, and has no second factor."""
    await stand.database.factors.delete_many({})
    token = (await log_in(stand)).json()["token"]
    async with httpx.AsyncClient(base_url=stand.url, headers={"authorization": f"Bearer {token}"}) as client:
        yield client
    await stand.database.factors.delete_many({})


async def enrol(person):
    begun = (await person.post(PATH, json={"password": PASSWORD})).json()
    # A step early: so the codes of now and later are still of use.
    proved = await person.post(f"{PATH}/proof", json={"code": code_of(begun["secret"], -1)})
    assert proved.status_code == 200
    return begun["secret"], proved.json()["codes"]


async def test_once_it_is_proved_a_login_needs_a_code(stand, person):
    begun = (await person.post(PATH, json={"password": PASSWORD})).json()
    assert (await log_in(stand)).status_code == 200
    wrong = await person.post(f"{PATH}/proof", json={"code": "000000"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "wrong_code")
    assert (await person.post(f"{PATH}/proof", json={"code": code_of(begun["secret"])})).status_code == 200
    assert (await log_in(stand)).json()["code"] == "second_factor_required"
    assert (await log_in(stand, code="000000")).json()["code"] == "wrong_code"
    assert (await log_in(stand, code=code_of(begun["secret"], 1))).status_code == 200
    assert [row["action"] for row in await stand.audit()] == ["second_factor.prove"]


async def test_a_wrong_password_does_not_say_whether_there_is_a_factor(stand, person):
    await enrol(person)
    answer = await log_in(stand, password="wrong", code="000000")
    assert answer.json()["code"] == "wrong_login"


async def test_a_code_lets_one_in_once(stand, person):
    secret, _ = await enrol(person)
    code = code_of(secret)
    answers = await asyncio.gather(*(log_in(stand, code=code) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401]


async def test_a_printed_code_lets_one_in_once(stand, person):
    _, codes = await enrol(person)
    assert len(codes) == 10
    typed = codes[3].upper().replace("-", " ")
    assert (await log_in(stand, code=typed)).status_code == 200
    assert (await log_in(stand, code=codes[3])).json()["code"] == "wrong_code"
    assert (await person.get(PATH)).json()["codes_left"] == 9


async def test_new_printed_codes_make_the_old_ones_void(stand, person):
    _, old = await enrol(person)
    new = (await person.post(f"{PATH}/codes", json={"code": old[0]})).json()["codes"]
    assert (await log_in(stand, code=old[1])).status_code == 401
    assert (await log_in(stand, code=new[1])).status_code == 200


async def test_proving_it_ends_the_sessions_that_proved_less(stand, person):
    other = (await log_in(stand)).json()["token"]
    await enrol(person)
    assert (await stand.get("/v1/me", authorization=f"Bearer {other}")).status_code == 401
    assert (await person.get("/v1/me")).status_code == 200


async def test_a_session_alone_neither_enrols_nor_removes(person):
    assert (await person.post(PATH, json={"password": "wrong"})).json()["code"] == "wrong_login"
    assert (await person.post(f"{PATH}/remove", json={"code": "000000"})).json()["code"] == "no_second_factor"
    _, codes = await enrol(person)
    assert (await person.post(PATH, json={"password": PASSWORD})).json()["code"] == "second_factor_exists"
    assert (await person.post(f"{PATH}/remove", json={"code": "000000"})).json()["code"] == "wrong_code"
    assert (await person.post(f"{PATH}/remove", json={"code": codes[0]})).status_code == 204
    assert (await person.get(PATH)).json()["proved_at"] is None


async def test_codes_are_guessed_as_slowly_as_passwords(stand, person):
    await enrol(person)
    answers = [(await log_in(stand, code=f"{number:06}")).status_code for number in range(12)]
    assert answers == [401] * 10 + [429] * 2


async def test_neither_secret_nor_printed_codes_rest_in_the_clear(stand, person):
    secret, codes = await enrol(person)
    row = str(await stand.database.factors.find_one({"_id": "inspektur"}))
    assert secret not in row
    assert str(b32decode(secret))[2:-1] not in row
    assert not [code for code in codes if code in row or code.replace("-", "") in row]


async def test_a_locked_console_is_opened_by_a_code(stand, person):
    _, codes = await enrol(person)
    await person.post("/v1/lock")
    assert (await person.get("/v1/me")).json()["code"] == "session_locked"
    assert (await person.post("/v1/unlock", json={"password": codes[0]})).status_code == 204
    assert (await person.get("/v1/me")).status_code == 200


async def test_the_master_key_is_changed_without_enrolling_again(stand, tmp_path):
    file = tmp_path / "factor.key"
    file.write_text(line_of_new_master())
    clock = {"now": datetime.now(UTC)}
    factors = Factors(stand.database, Keyring(file), lambda: clock["now"], live=False)
    secret = (await factors.begin("somebody"))["secret"]
    await factors.arrived("somebody", code_of(secret, -1))
    await factors.prove("somebody")
    new = line_of_new_master()
    file.write_text(file.read_text() + new)
    assert await factors.uses("somebody", code_of(secret))
    file.write_text(new)  # the old one is not needed any more
    assert await factors.uses("somebody", code_of(secret, 1))
    await factors.remove("somebody")


async def test_the_page_enrols_and_the_form_asks_for_a_code(stand, person):
    async with httpx.AsyncClient(base_url=stand.url, timeout=20) as browser:
        form = {"username": "inspektur", "password": PASSWORD}
        await browser.post("/login", data=form)
        begun = (await browser.post("/account/second-factor", data={"password": PASSWORD})).text
        secret = begun.split('data-secret="')[1].split('"')[0]
        proved = await browser.post("/account/second-factor/proof", data={"code": code_of(secret)})
        assert proved.text.count('class="code"') == 10
        await browser.post("/logout")
        asked = await browser.post("/login", data=form)
        assert (asked.status_code, 'name="code"' in asked.text) == (401, True)
        entered = await browser.post("/login", data={**form, "code": code_of(secret, 1)})
        assert entered.status_code == 303


async def test_in_live_mode_who_has_to_have_one_does_nothing_without(stand, tmp_path):
    papers = write_papers(tmp_path)
    async with stand.another(**papers) as url, httpx.AsyncClient(base_url=url, timeout=20) as client:
        told = await client.post("/login", data={"username": "admin", "password": PASSWORD})
        # A browser sends it over TLS alone.
        (cookie,) = [line for line in told.headers.get_list("set-cookie") if line.startswith("tapal_session")]
        assert "Secure" in cookie
        client.headers["cookie"] = cookie.partition(";")[0]
        console = {"tapal-console": "1"}
        refused = await client.get("/v1/sources")
        page = await client.get("/sources")
        assert (refused.status_code, refused.json()["code"]) == (403, "second_factor_missing")
        assert (page.status_code, page.headers["location"]) == (303, "/account")
        assert "wajib" in (await client.get("/account")).text
        secret = (await client.post(PATH, json={"password": PASSWORD}, headers=console)).json()["secret"]
        await client.post(f"{PATH}/proof", json={"code": code_of(secret, -1)}, headers=console)
        assert (await client.get("/v1/sources")).status_code == 200
        kept = await client.post(f"{PATH}/remove", json={"code": code_of(secret)}, headers=console)
        assert (kept.status_code, kept.json()["code"]) == (403, "second_factor_needed")
        operator = await client.post("/v1/login", json={"username": "operator", "password": PASSWORD})
        client.headers = {"authorization": f"Bearer {operator.json()['token']}"}
        assert (await client.get("/v1/alerts")).status_code == 200
    await stand.database.factors.delete_many({})
