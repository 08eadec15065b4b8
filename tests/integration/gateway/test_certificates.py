"""Systems that prove by a certificate who they are, over real TLS."""

import ssl
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from identity_provider import free_port

from tapal_local.authority import Authority

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
RECEIPTS = "/v1/receipts?source=/polres/spkt&id=e-1"
NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
async def safe(standing, tmp_path_factory):
    """The authority, and the address of the gateway's TLS door."""
    authority = Authority(tmp_path_factory.mktemp("authority"))
    authority.begin(["127.0.0.1", "localhost"], NOW)
    certificate, key = authority.server
    files = {"certificate_file": certificate, "key_file": key, "clients_file": authority.certificate}
    port = free_port()
    async with standing.another(tls={"port": port, "revoked_file": authority.revoked, **files}) as plain:
        yield authority, f"https://localhost:{port}", plain


def client(safe, issued=None, tmp_path=None, **more):
    """Believes the gateway's certificate alone, and shows its own."""
    authority, url, _ = safe
    context = ssl.create_default_context(cafile=authority.certificate)
    if issued:
        (tmp_path / "own.pem").write_bytes(issued.certificate + issued.key)
        context.load_cert_chain(tmp_path / "own.pem")
    return httpx.AsyncClient(base_url=url, verify=context, trust_env=False, timeout=20, **more)


async def test_a_source_is_known_by_its_certificate_and_is_no_other(safe, tmp_path):
    async with client(safe, safe[0].issue("polres/spkt", 30, NOW), tmp_path) as spkt:
        assert (await spkt.get("/v1/me")).json()["account"] == "polres/spkt"
        assert (await spkt.get(RECEIPTS)).status_code == 200
        other = await spkt.get("/v1/receipts?source=/phri-kh/hotel-kapuas&id=e-1")
        assert other.status_code in (403, 404)
        # What a page in some browser makes it send is not the system's.
        assert (await spkt.get("/v1/me", headers={"sec-fetch-site": "cross-site"})).status_code == 401
        # Nor does it lend its rights to a key that opens nothing.
        assert (await spkt.get("/v1/me", headers={"authorization": "Bearer wrong"})).status_code == 401


async def test_events_are_those_of_the_source_in_the_certificate(safe, tmp_path):
    event = {"specversion": "1.0", "id": "e-1", "source": "/phri-kh/hotel-kapuas", "type": "id.tapal.crossing.v1"}
    typed = {"content-type": "application/cloudevents+json"}
    async with client(safe, safe[0].issue("polres/spkt", 30, NOW), tmp_path) as spkt:
        answer = await spkt.post("/v1/events", json=event, headers=typed)
        assert answer.status_code == 403, answer.text


async def test_without_a_certificate_one_is_nobody_and_a_key_goes_as_ever(safe):
    async with client(safe) as nobody:
        assert (await nobody.get("/v1/me")).status_code == 401
        known = await nobody.get("/v1/me", headers={"authorization": "Bearer key-polres"})
        assert known.json()["account"] == "polres/spkt"


@pytest.mark.parametrize("header", ["client-cert", "x-client-cert", "x-ssl-client-cert", "x-forwarded-client-cert"])
async def test_no_header_passes_for_a_certificate(safe, header):
    shown = safe[0].issue("polres/spkt", 30, NOW).certificate.decode().replace("\n", "%0A")
    async with client(safe) as nobody, httpx.AsyncClient(base_url=safe[2]) as plain:
        for way in (nobody, plain):
            assert (await way.get("/v1/me", headers={header: shown})).status_code == 401


async def test_another_authoritys_certificate_ends_the_connection(safe, tmp_path):
    another = Authority(tmp_path / "another")
    another.begin(["localhost"], NOW)
    with pytest.raises(httpx.TransportError):
        async with client(safe, another.issue("polres/spkt", 30, NOW), tmp_path) as forger:
            await forger.get("/v1/me")


async def test_an_expired_one_ends_it_too(safe, tmp_path):
    old = safe[0].issue("polres/spkt", 30, NOW - timedelta(days=31))
    with pytest.raises(httpx.TransportError):
        async with client(safe, old, tmp_path) as late:
            await late.get("/v1/me")


async def test_the_servers_own_certificate_is_nobodys(safe):
    context = ssl.create_default_context(cafile=safe[0].certificate)
    context.load_cert_chain(*safe[0].server)
    with pytest.raises(httpx.TransportError):
        async with httpx.AsyncClient(base_url=safe[1], verify=context, trust_env=False) as server:
            await server.get("/v1/me")


async def test_a_revoked_one_is_nobodys_at_once_on_an_open_connection_too(safe, tmp_path):
    first = safe[0].issue("polres/spkt", 30, NOW)
    async with client(safe, first, tmp_path) as spkt:
        assert (await spkt.get("/v1/me")).status_code == 200
        # The next one is there before the old one goes.
        async with client(safe, safe[0].issue("polres/spkt", 30, NOW), tmp_path) as renewed:
            assert (await renewed.get("/v1/me")).status_code == 200
            safe[0].revoke(first.serial, NOW)
            assert (await spkt.get("/v1/me")).status_code == 401
            assert (await renewed.get("/v1/me")).status_code == 200


async def test_while_it_cannot_be_read_what_is_revoked_none_opens_anything(safe, tmp_path):
    async with client(safe, safe[0].issue("polres/spkt", 30, NOW), tmp_path) as spkt:
        kept = safe[0].revoked.read_bytes()
        safe[0].revoked.unlink()
        assert (await spkt.get("/v1/me")).status_code == 401
        safe[0].revoked.write_bytes(kept)
        assert (await spkt.get("/v1/me")).status_code == 200


async def test_of_a_source_that_there_is_not_it_is_nobodys(safe, tmp_path):
    async with client(safe, safe[0].issue("polres/another", 30, NOW), tmp_path) as unknown:
        assert (await unknown.get("/v1/me")).status_code == 401
