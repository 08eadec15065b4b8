"""ID tokens that a conforming provider would never give, and keys that change."""

import time

import pytest
from hostile_provider import CLIENT, Hostile, hostile_provider, new_key
from identity_provider import asked, browser, settings_of

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
LONG_AGO = int(time.time()) - 7200


@pytest.fixture(scope="module")
async def way(standing, tmp_path_factory):
    """The provider, and a gateway that takes its word that `sari` is `operator`."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "client.secret").write_text("x")
    async with hostile_provider(folder) as hostile:
        settings = settings_of(hostile.issuer, 1, folder, second_factor_amr=["otp"])
        async with standing.another(oidc=settings) as url:
            yield hostile, url


@pytest.fixture
async def hostile(stand, way):
    provider, url = way
    provider.token = Hostile.signed
    async with await stand.client("admin") as client:
        await client.put(f"{url}/v1/accounts/operator/sign-in", json={"subject": "sari"})
    yield provider
    await stand.database.sign_ins.delete_many({})
    await stand.database.accounts.update_many({}, {"$unset": {"sign_in": 1}})


async def sign_in(url, hostile, code="x"):
    """The gateway's answer, and whether anybody got in."""
    async with browser(url) as client:
        begun = await asked(client)
        hostile.nonce = begun["nonce"]
        answer = await client.get("/sign-in/return", params={"state": begun["state"], "code": code})
        return answer.status_code, "tapal_session" in client.cookies


def with_claims(**changed):
    def token(hostile, claims):
        told = {**claims, **changed}
        return hostile.signed({name: value for name, value in told.items() if value is not None})

    return token


FORGED = {
    "alg none": Hostile.unsigned,
    "HS256 with the public key": Hostile.confused,
    "the attacker's key in the token": Hostile.embedded,
    "a key of another kind": Hostile.of_another_kind,
    "an unknown key": lambda self, claims: self.signed(claims, new_key("other")),
    "another key of the same name": lambda self, claims: self.signed(claims, new_key("first")),
    "no token at all": lambda self, claims: "x",
    "cut off": lambda self, claims: self.signed(claims).rpartition(".")[0] + ".",
    "for another client": with_claims(aud="another"),
    "for another client too, and theirs": with_claims(aud=[CLIENT, "another"], azp="another"),
    "for several, of nobody": with_claims(aud=[CLIENT, "another"]),
    "for nobody": with_claims(aud=None),
    "another's authorised party": with_claims(azp="another"),
    "of another issuer": with_claims(iss="https://elsewhere.example"),
    "another nonce": with_claims(nonce="another"),
    "no nonce": with_claims(nonce=None),
    "expired": with_claims(exp=int(time.time()) - 120),
    "without an end": with_claims(exp=None),
    "an end that is no number": with_claims(exp="tomorrow"),
    "issued long ago": with_claims(iat=LONG_AGO),
    "issued tomorrow": with_claims(iat=int(time.time()) + 86400),
    "good from tomorrow": with_claims(nbf=int(time.time()) + 86400),
    "signed in earlier": with_claims(auth_time=LONG_AGO),
    "signed in nobody knows when": with_claims(auth_time=None),
    "nobody": with_claims(sub=None),
    "a number": with_claims(sub=7),
    "an endless name": with_claims(sub="x" * 300),
}


@pytest.mark.parametrize("token", FORGED.values(), ids=FORGED.keys())
async def test_a_token_that_is_not_what_it_has_to_be_lets_nobody_in(way, hostile, token):
    hostile.token = token
    assert await sign_in(way[1], hostile) == (401, False)


async def test_the_same_token_lets_in_where_nothing_is_wrong_with_it(way, hostile):
    assert await sign_in(way[1], hostile) == (200, True)
    hostile.token = with_claims(aud=[CLIENT], azp=CLIENT, nbf=LONG_AGO)
    assert await sign_in(way[1], hostile) == (200, True)


async def test_an_answer_that_makes_no_sense_is_an_outage(way, hostile):
    assert await sign_in(way[1], hostile, "raw") == (503, False)


async def test_new_keys_are_fetched_but_not_for_every_token(standing, hostile, tmp_path):
    (tmp_path / "client.secret").write_text("x")
    async with standing.another(oidc=settings_of(hostile.issuer, 1, tmp_path)) as url:
        assert await sign_in(url, hostile) == (200, True)
        before, old = hostile.keys_asked, hostile.key
        hostile.key = new_key("second")
        # Within half a minute of the last time nobody is asked again, whoever sends what.
        assert [await sign_in(url, hostile) for _ in range(5)] == [(401, False)] * 5
        assert hostile.keys_asked == before
        hostile.key = old


async def test_a_second_factor_of_the_office_counts_by_how_it_was_given(stand, way, hostile):
    await stand.database.factors.insert_one({"_id": "operator", "proved_at": True, "codes": []})
    hostile.token = with_claims(amr=["pwd"])
    assert await sign_in(way[1], hostile) == (303, False)
    hostile.token = with_claims(amr=["pwd", "otp"])
    assert await sign_in(way[1], hostile) == (200, True)
    await stand.database.factors.delete_many({})
