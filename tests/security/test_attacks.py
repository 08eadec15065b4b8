"""What an attacker tries, on the whole system: forged proofs, the rooms behind the door, words that are no data."""

import base64
import hmac
import json
import socket
import time

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey

from chassis.statement import Actor, Signer, read_ed25519

pytestmark = pytest.mark.e2e
ROOMS = {
    "registry": ["/persons/x", "/persons/x/everything", "/quarantine", "/sources"],
    "registry-sealed": ["/receipts?agency=a&source=b&id=c"],
    "alerts": ["/alerts", "/cases", "/asks?person=x", "/subscriptions"],
    "alerts-protection": ["/tasks"],
    "reports": ["/presence", "/alerts"],
}
MANY = [(part, path) for part, paths in ROOMS.items() for path in paths]


@pytest.fixture(scope="module")
def tokens(system):
    def login(name):
        account = system.account(name)
        body = {"username": name, "password": account["password"]}
        return httpx.post(f"{system.gateway}/v1/login", json=body).raise_for_status().json()["token"]

    return {name: login(name) for name in ("operator", "polisi", "supervisor", "dpo", "admin", "hotel")}


def get(system, path, token="", **headers):
    who = {"authorization": f"Bearer {token}"} if token else {}
    return httpx.get(f"{system.gateway}{path}", headers={**who, **headers})


def part(text):
    return base64.urlsafe_b64encode(json.dumps(text).encode()).rstrip(b"=").decode()


# --- forged proofs of who asks ------------------------------------------------------------------------------------


def forged(system, claims):
    """Tokens that say the same of an administrator and are proved by nothing."""
    public = read_ed25519(system.home.secrets / "token.public.pem")
    pem = public.as_pem(private=False)
    body = f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part(claims)}"
    confused = hmac.digest(pem, body.encode(), "sha256")
    yield f"{part({'alg': 'none'})}.{part(claims)}."
    yield f"{body}.{base64.urlsafe_b64encode(confused).rstrip(b'=').decode()}"
    stranger = OKPKey.generate_key("Ed25519")
    yield jwt.encode({"alg": "Ed25519"}, claims, stranger, algorithms=["Ed25519"])
    yield jwt.encode(
        {"alg": "Ed25519", "jwk": stranger.as_dict(private=False)}, claims, stranger, algorithms=["Ed25519"]
    )


def test_a_forged_token_is_nobody(system, tokens):
    claims = json.loads(base64.urlsafe_b64decode(tokens["admin"].split(".")[1] + "=="))
    for token in forged(system, claims):
        assert get(system, "/v1/me", token).status_code == 401
    head, _, sign = tokens["operator"].split(".")
    assert get(system, "/v1/me", f"{head}.{part({**claims, 'role': 'administrator'})}.{sign}").status_code == 401


def test_a_token_counts_in_the_header_alone(system, tokens):
    for path in (f"/v1/me?token={tokens['operator']}", f"/v1/me?access_token={tokens['operator']}"):
        assert get(system, path).status_code == 401


def test_a_system_s_key_opens_nothing_that_people_read(system):
    key = system.api_key("polres/spkt")
    for path in ("/v1/alerts", "/v1/persons/x", "/v1/cases", "/v1/audit", "/v1/protection/tasks", "/v1/agencies"):
        assert get(system, path, key, **{"tapal-purpose": "order:SP-1/2026"}).status_code == 403


# --- the rooms behind the door ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("room", "path"), MANY)
def test_nobody_enters_a_room_but_through_the_door(system, room, path):
    stranger = Signer(OKPKey.generate_key("Ed25519"))
    actor = Actor("admin", "administrator", "imigrasi", "")
    address = f"{system.address(room)}{path}"
    for statement in ("", "x", stranger.statement(actor, "GET", path.partition("?")[0])):
        assert httpx.get(address, headers={"tapal-statement": statement}).status_code == 401


def test_a_statement_is_good_for_one_call_and_for_one_moment(system):
    key = read_ed25519(system.home.secrets / "statement.private.pem")
    signer, actor = Signer(key), Actor("operator", "operator", "imigrasi", "")
    room = system.address("registry")
    good = signer.statement(actor, "GET", "/sources")
    assert httpx.get(f"{room}/sources", headers={"tapal-statement": good}).status_code == 200
    for method, path in (("GET", "/quarantine"), ("POST", "/persons/find"), ("POST", "/reannounce")):
        assert httpx.request(method, f"{room}{path}", headers={"tapal-statement": good}).status_code == 401
    said = {"sub": "a", "role": "administrator", "agency": "imigrasi", "purpose": "", "call": "GET /sources"}
    old = jwt.encode({"alg": "Ed25519"}, {**said, "exp": int(time.time()) - 1}, key, algorithms=["Ed25519"])
    assert httpx.get(f"{room}/sources", headers={"tapal-statement": old}).status_code == 401


# --- words that are not data --------------------------------------------------------------------------------------


def test_operators_of_the_database_are_words(system, tokens):
    door, evil = system.gateway, {"$ne": ""}
    assert httpx.post(f"{door}/v1/login", json={"username": evil, "password": evil}).status_code == 422
    for body in ({"person": evil, "reason": "x" * 20}, {"person": "a", "reason": {"$where": "1"}}):
        answer = httpx.post(f"{door}/v1/emergencies", json=body, headers=_bearer(tokens["operator"]))
        assert answer.status_code == 422
    for path in ("/v1/alerts?state[$ne]=open&limit=1", "/v1/audit?days[$gt]=1"):
        answer = get(system, path, tokens["supervisor"])
        assert answer.status_code in (200, 422)
    for path in ("/v1/alerts/%7B%22$ne%22:1%7D", "/v1/audit/accounts/%7B%22$ne%22:1%7D", "/v1/cases/$where"):
        assert get(system, path, tokens["supervisor"]).status_code in (404, 422)
    assert get(system, "/v1/persons/x", tokens["operator"], **{"tapal-purpose": "order:{$gt: 1}"}).status_code == 400


def test_a_path_leads_nowhere_else(system, tokens):
    for path in (
        *("/static/../policy.py", "/static/%2e%2e/policy.py", "/static/..%2fpolicy.py", "/static/%2e%2e%2fapp.py"),
        *("/v1/persons/..%2f..%2freannounce", "/v1/alerts/..%2fsources", "//static/console.js/../../app.py"),
    ):
        answer = get(system, path, tokens["operator"], **{"tapal-purpose": "order:SP-1/2026"})
        assert answer.status_code in (403, 404, 422), path
        assert "import" not in answer.text


@pytest.mark.parametrize("next", ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)"])
def test_a_login_leads_to_no_foreign_place(system, next):
    account = system.account("polisi")
    form = {"username": "polisi", "password": account["password"], "next": next}
    answer = httpx.post(f"{system.gateway}/login", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


@pytest.mark.parametrize(
    "address",
    [
        *("https://169.254.169.254/latest", "https://[::1]/x", "https://10.0.0.1/x", "https://2130706433.nip/x"),
        *(
            "https://192.168.1.1/x",
            "file:///etc/passwd",
            "gopher://x/",
            "https://user:pass@10.1.1.1/",
            "http://[::ffff:10.0.0.1]/",
        ),
    ],
)
def test_no_webhook_leads_into_the_own_network(system, tokens, address):
    wish = {"channel": "webhook", "address": address}
    answer = httpx.post(f"{system.gateway}/v1/subscriptions", json=wish, headers=_bearer(tokens["supervisor"]))
    assert 400 <= answer.status_code < 500, answer.text


# --- too much -----------------------------------------------------------------------------------------------------


def test_what_is_too_large_or_too_deep_is_refused(system):
    headers = {**_bearer(system.api_key("polres/spkt")), "content-type": "application/cloudevents+json"}
    where = f"{system.gateway}/v1/events"
    assert httpx.post(where, content=b"x" * 2_000_000, headers=headers).status_code == 413
    deep = b'{"a":' * 5_000 + b"1" + b"}" * 5_000
    for body in (b"[" * 30_000, deep):
        assert httpx.post(where, content=body, headers=headers).json()["code"] == "unreadable"
    assert get(system, "/v1/me", "x" * 100_000).status_code in (400, 401, 431)
    assert get(system, f"/v1/alerts?after={'a' * 50_000}").status_code in (400, 401, 414, 422)


def raw(system, request):
    """The answers to bytes as they are, as far as they come within a second."""
    host, port = httpx.URL(system.gateway).host, httpx.URL(system.gateway).port
    with socket.create_connection((host, port), timeout=2) as line:
        line.sendall(request)
        line.settimeout(1)
        found = b""
        while True:
            try:
                more = line.recv(65536)
            except TimeoutError:
                return found
            if not more:
                return found
            found += more


SMUGGLED = b"GET /v1/smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
HEAD = b"POST /v1/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize(
    "request_bytes",
    [
        HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
        HEAD + b"Content-Length: 2\r\nContent-Length: 40\r\n\r\n{}" + SMUGGLED,
        HEAD + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
        HEAD + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n" + SMUGGLED,
    ],
    ids=["both lengths", "two lengths", "unknown coding", "space before the colon", "length beyond all"],
)
def test_two_readers_never_see_two_requests_in_one(system, request_bytes):
    answer = raw(system, request_bytes)
    # Either it is refused and the line is closed, or read in one way: then what follows is a request of its own.
    assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 501", b"HTTP/1.1 422"))
    if not answer.startswith(b"HTTP/1.1 422"):
        assert answer.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize("announced", [b"Content-Length: 2", b"Transfer-Encoding: chunked"])
def test_an_upgrade_that_would_lose_the_body_is_refused_and_the_line_closed(system, announced):
    upgrade = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n"
    answer = raw(system, HEAD + upgrade + announced + b"\r\n\r\n{}" + SMUGGLED)
    assert answer.startswith(b"HTTP/1.1 400")
    assert b'"code":"no_upgrade"' in answer
    assert answer.count(b"\r\n\r\n") == 1


def test_a_mere_question_that_offers_an_upgrade_is_answered(system):
    upgrade = {"connection": "Upgrade, HTTP2-Settings", "upgrade": "h2c", "http2-settings": "AA"}
    assert get(system, "/health/live", **upgrade).json()["status"] == "live"


def _bearer(token):
    return {"authorization": f"Bearer {token}"}
