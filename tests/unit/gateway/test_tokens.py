import base64
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey

from gateway.tokens import LIFETIME, Tokens
from gateway.viewers import Role, Viewer

NOW = datetime(2026, 7, 1, 8, tzinfo=UTC)
KEY = OKPKey.generate_key("Ed25519")
SOMEBODY = Viewer("operator", "Contoh", Role.OPERATOR, "imigrasi", NOW + LIFETIME, "session-1")


def test_a_token_tells_who_it_is():
    tokens = Tokens(KEY)
    assert tokens.read(tokens.issue(SOMEBODY, NOW), NOW) == SOMEBODY


@pytest.mark.parametrize(
    ("after", "read"),
    [(timedelta(hours=7, minutes=59), True), (timedelta(hours=8), False), (timedelta(days=3), False)],
    ids=["within the working day", "at its end", "long after"],
)
def test_a_token_ends_after_eight_hours(after, read):
    tokens = Tokens(KEY)
    assert (tokens.read(tokens.issue(SOMEBODY, NOW), NOW + after) is not None) is read


def test_one_that_was_read_before_ends_no_later_and_vouches_for_no_other():
    tokens = Tokens(KEY)
    token = tokens.issue(SOMEBODY, NOW)
    assert tokens.read(token, NOW) == SOMEBODY
    assert tokens.read(token, NOW + LIFETIME) is None
    head, body, seal = token.split(".")
    other = "AAAA" + seal[4:]
    assert tokens.read(f"{head}.{body}.{other}", NOW) is None
    assert tokens.read(token, NOW) == SOMEBODY


def test_a_token_of_another_key_is_nobody():
    stranger = Tokens(OKPKey.generate_key("Ed25519"))
    assert Tokens(KEY).read(stranger.issue(SOMEBODY, NOW), NOW) is None


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.e30."])
def test_nonsense_is_nobody(token):
    assert Tokens(KEY).read(token, NOW) is None


def claims(**changed):
    found = {
        "iss": "tapal-gateway",
        "sub": "a",
        "jti": "s",
        "name": "A",
        "role": "operator",
        "agency": "polres",
        "exp": 2_000_000_000,
    }
    return {**found, **changed}


def signed(body):
    return jwt.encode({"alg": "Ed25519"}, body, KEY, algorithms=["Ed25519"])


@pytest.mark.parametrize(
    "body",
    [claims(iss="elsewhere"), claims(role="king"), claims(exp="soon"), {"sub": "a"}],
    ids=["another issuer", "an unknown role", "no time", "nearly empty"],
)
def test_a_signed_text_that_is_no_login_is_nobody(body):
    assert Tokens(KEY).read(signed(body), NOW) is None


def test_the_public_key_used_as_a_password_signs_nothing():
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")

    text = part({"alg": "HS256"}) + b"." + part(claims())
    seal = hmac.new(KEY.as_pem(private=False), text, "sha256").digest()
    forged = text + b"." + base64.urlsafe_b64encode(seal).rstrip(b"=")
    assert Tokens(KEY).read(forged.decode(), NOW) is None
