"""What the provider says of itself is kept for a while, and its keys change: with a clock that is handed in."""

from datetime import UTC, datetime, timedelta

import pytest
from hostile_provider import CLIENT, hostile_provider, new_key

from contracts.agencies import Names
from gateway.entrance import local_address
from gateway.id_tokens import Expected, UnknownKey
from gateway.provider import OidcSettings, Provider

pytestmark = pytest.mark.anyio
OFFICE = {"client_id": CLIENT, "public_url": "https://tapal.example", "label": Names(id="Masuk", en="Sign in")}


@pytest.fixture
def anyio_backend():
    return "asyncio"


async def test_a_new_key_is_known_half_a_minute_later_and_a_withdrawn_one_within_the_hour(tmp_path):
    clock = {"now": datetime.now(UTC)}
    async with hostile_provider(tmp_path) as there:
        provider = Provider(OidcSettings(issuer=there.issuer, **OFFICE), lambda: clock["now"])
        expected = Expected(there.issuer, CLIENT, "", None)

        async def claims():
            there_claims = {**there.claims(), "iat": clock["now"].timestamp(), "exp": clock["now"].timestamp() + 60}
            return await provider.claims(there.signed(there_claims, signer), expected)

        first = signer = there.key
        await claims()
        there.key = signer = new_key("second")
        with pytest.raises(UnknownKey):
            await claims()
        clock["now"] += timedelta(seconds=30)
        assert (await claims())["sub"] == "sari"
        assert there.keys_asked == 2
        # The first one is withdrawn by then, and known no more.
        signer = first
        with pytest.raises(UnknownKey):
            await claims()
        await provider.close()


@pytest.mark.parametrize("issuer", ["http://provider.example", "ftp://localhost", "provider.example", "javascript:x"])
def test_nobody_is_sent_anywhere_in_the_clear(issuer):
    with pytest.raises(ValueError, match="https"):
        OidcSettings(issuer=issuer, **OFFICE)


@pytest.mark.parametrize("address", ["/", "/alerts", "/persons/3f2a?as_of=2026-11-01", "/x#y"])
def test_an_address_of_ours_is_kept(address):
    assert local_address(address) == address


@pytest.mark.parametrize(
    "address", ["", "alerts", "//x.example", "/\\x.example", "/\t/x.example", "/a\n//x", "https://x.example", "/a b"]
)
def test_any_other_address_is_the_start_page(address):
    assert local_address(address) == "/"
