"""Systems that prove by a certificate who they are, to a real broker over TLS."""

import asyncio
import ssl
import subprocess
import sys
import tempfile
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aio_pika
import pytest

from tapal_local import broker, certifying, guard, parts, ports
from tapal_local.authority import Authority, Faulty
from tapal_local.commands import Refused
from tapal_local.home import Home
from tapal_local.supervisor import supervised
from tapal_local.vault import Vault

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
ROOT = Path(__file__).parents[3]
NOW = datetime.now(UTC)


class Silent:
    def changed(self, statuses): ...

    def heard(self, part, line): ...


@pytest.fixture(scope="module")
def anyio_backend():
    return "asyncio"


@pytest.fixture(scope="module")
async def home():
    """Runs a broker of its own, with an authority."""
    with tempfile.TemporaryDirectory(prefix="tapal-") as folder:
        home = Home(path=Path(folder), root=ROOT)
        await certifying.begin(home, ["localhost", "127.0.0.1"], lambda _: None)
        vault, chosen = Vault(home.secrets), ports.load(home.path, home.ports)
        alone = parts.infrastructure(home, vault, chosen)[:2]
        async with supervised(alone, home, Silent(), hurry=True) as supervisor:
            await supervisor.start()
            yield home
        assert guard.processes(home.path) == []


@asynccontextmanager
async def connected(home, issued=None, way="external", user="anyone:anything@"):
    """A connection by TLS. Fails where the broker wants none."""
    context = ssl.create_default_context(cafile=home.authority.certificate)
    if issued:
        with tempfile.NamedTemporaryFile() as own:
            own.write(issued.certificate + issued.key)
            own.flush()
            context.load_cert_chain(own.name)
    port = ports.read(home.ports)["amqp-tls"]
    address = f"amqps://{user}localhost:{port}/?auth={way}"
    connection = await asyncio.wait_for(aio_pika.connect(address, ssl_context=context), 10)
    try:
        yield connection
    finally:
        await connection.close()


async def is_shut_out(home, issued, **more):
    with pytest.raises((OSError, aio_pika.exceptions.AMQPError)):
        async with connected(home, issued, **more):
            pass


async def publish(connection, exchange):
    channel = await connection.channel()
    found = await channel.get_exchange(exchange, ensure=False)
    await found.publish(aio_pika.Message(b"{}"), "", timeout=10)


async def test_a_certificate_is_the_agencys_user_and_publishes_as_no_other(home):
    async with connected(home, home.authority.issue("plbn-badau/pos", 30, NOW)) as connection:
        await publish(connection, "agency.plbn-badau")
    async with connected(home, home.authority.issue("plbn-badau/pos", 30, NOW)) as connection:
        with pytest.raises(aio_pika.exceptions.ChannelClosed, match="ACCESS_REFUSED"):
            await publish(connection, "agency.polres")


async def test_whatever_user_name_is_sent_the_certificate_says_who_it_is(home):
    async with connected(home, home.authority.issue("polres/spkt", 30, NOW), user="plbn-badau:x@") as connection:
        with pytest.raises(aio_pika.exceptions.ChannelClosed, match="ACCESS_REFUSED"):
            await publish(connection, "agency.plbn-badau")


async def test_a_certificate_and_no_password_is_not_another_agencys_login(home):
    issued = home.authority.issue("polres/spkt", 30, NOW)
    await is_shut_out(home, issued, way="plain", user="plbn-badau:wrong@")


async def test_without_a_certificate_the_password_alone_does_not_open_this_port(home):
    password = Vault(home.secrets).password("amqp-polres")
    await is_shut_out(home, None)
    await is_shut_out(home, None, way="plain", user=f"polres:{password}@")


async def test_neither_another_authoritys_nor_an_expired_one_opens_it(home, tmp_path):
    another = Authority(tmp_path / "another")
    another.begin(["localhost"], NOW)
    await is_shut_out(home, another.issue("polres/spkt", 30, NOW))
    await is_shut_out(home, home.authority.issue("polres/spkt", 30, NOW - timedelta(days=31)))


async def test_a_revoked_one_is_shut_out_and_what_was_open_is_closed(home):
    old, new = (home.authority.issue("polres/spkt", 30, NOW) for _ in range(2))
    async with connected(home, old) as connection:
        home.authority.revoke(old.serial, NOW)
        assert await until_closed(home, "polres") >= 1
        with pytest.raises((aio_pika.exceptions.AMQPError, RuntimeError, OSError)):
            await publish(connection, "agency.polres")
    await is_shut_out(home, old)
    async with connected(home, new) as connection:
        await publish(connection, "agency.polres")


async def test_while_the_list_is_missing_nobody_gets_in(home):
    issued = home.authority.issue("polres/spkt", 30, NOW)
    (kept,) = home.authority.lists.iterdir()
    aside = kept.rename(home.authority.folder / "aside")
    await is_shut_out(home, issued)
    aside.rename(kept)
    async with connected(home, issued) as connection:
        await publish(connection, "agency.polres")


async def until_closed(home, agency):
    """The broker lists a new connection after some seconds."""
    management = broker.admin_url(Vault(home.secrets), ports.read(home.ports))
    for _ in range(100):
        if closed := await certifying.close(management, agency):
            return closed
        await asyncio.sleep(0.1)
    return 0


async def test_a_request_gives_its_key_and_not_its_names(home, tmp_path):
    key, csr = tmp_path / "own.key", tmp_path / "own.csr"
    made = ["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    subprocess.run([*made, "-keyout", key, "-out", csr, "-subj", "/CN=polres"], check=True, capture_output=True)
    issued = home.authority.issue("plbn-badau/pos", 30, NOW, csr.read_bytes())
    assert issued.key is None
    shown = subprocess.check_output(["openssl", "x509", "-noout", "-subject"], input=issued.certificate)
    assert b"plbn-badau" in shown
    assert b"polres" not in shown
    with pytest.raises(Faulty):
        home.authority.issue("plbn-badau/pos", 30, NOW, b"nothing")


async def test_the_command_issues_lists_and_revokes(home, tmp_path):
    def tapal(*arguments):
        line = [sys.executable, "-P", "-m", "tapal_local", "certificates", *arguments]
        environment = {"TAPAL_HOME": str(home.path), "TAPAL_ROOT": str(ROOT)}
        return subprocess.run(line, env=environment, text=True, capture_output=True, check=False)

    issued = tapal("issue", "phri-kh/hotel-kapuas", str(tmp_path), "--days", "90")
    assert issued.returncode == 0, issued.stderr
    serial = issued.stdout.split()[0]
    assert (tmp_path / "phri-kh-hotel-kapuas.key.pem").stat().st_mode & 0o077 == 0
    assert tapal("revoke", serial).returncode == 0
    (line,) = [line for line in tapal("list").stdout.splitlines() if serial in line]
    assert line.startswith(f"{serial} phri-kh/hotel-kapuas until ")
    assert line.endswith(" revoked")
    with pytest.raises(Refused, match="no such certificate"):
        await certifying.revoke(home, "00", None, print)
    with pytest.raises(Refused, match="no source"):
        await certifying.issue(home, "no/body", 30, (tmp_path, None), print)


async def test_before_there_is_an_authority_nothing_is_issued(tmp_path):
    with pytest.raises(Refused, match="begin"):
        await certifying.page(Home(path=tmp_path, root=ROOT), print)
