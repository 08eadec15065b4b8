"""The ways out, over real sockets: to the checked address alone, with no redirect, no wait and no reading on."""

import ssl

import pytest
from notices import item, notice
from receivers import FLOOD, HANG, certificate, mail_server, receiving

from alerts.notify.addresses import Rules
from alerts.notify.bodies import Envelope, letter
from alerts.notify.ways import Mail, Web, resolve

pytestmark = pytest.mark.anyio
HERE = Rules(["127.0.0.0/8"], plain_http=True)
NAME = "siap.example"
ENVELOPE = Envelope("tapal@kanim.example", "https://tapal.example/")


@pytest.fixture
def anyio_backend():
    return "asyncio"


def names(*answers):
    """A resolver that answers so one time after another, and notes that it was asked."""
    left, asked = [*answers], []

    async def find(host, port):
        asked.append(host)
        return left.pop(0)

    return find, asked


async def post(web, address):
    return (await web.post(address, {"webhook-id": "n1"}, b"{}")).code


async def test_a_webhook_is_posted_with_its_headers_and_body():
    async with receiving() as receiver:
        assert await post(Web(HERE, ssl.create_default_context()), receiver.url + "?a=1") == "delivered"
        (got,) = receiver.got
        assert (got.path, got.body, got.id) == ("/terima?a=1", b"{}", "n1")
        assert got.headers["host"] == f"127.0.0.1:{receiver.port}"
        assert got.headers["content-type"] == "application/cloudevents+json"


@pytest.mark.parametrize(
    ("status", "code"),
    [(200, "delivered"), (299, "delivered"), (302, "redirect"), (404, "http_404"), (410, "gone"), (503, "http_503")],
)
async def test_what_the_receiver_says_is_a_code(status, code):
    async with receiving() as receiver:
        receiver.answers = [status]
        receiver.location = f"http://127.0.0.1:{receiver.port}/other"
        assert await post(Web(HERE, ssl.create_default_context()), receiver.url) == code
        assert len(receiver.got) == 1


async def test_a_receiver_that_hangs_is_not_waited_for():
    async with receiving() as receiver:
        receiver.answers = [HANG]
        assert await post(Web(HERE, ssl.create_default_context(), seconds=0.2), receiver.url) == "timeout"


async def test_an_answer_without_an_end_is_not_read():
    async with receiving() as receiver:
        receiver.answers = [FLOOD]
        assert await post(Web(HERE, ssl.create_default_context()), receiver.url) == "delivered"
        assert receiver.flooded < 8_000_000


async def test_nobody_listens():
    async with receiving() as receiver:
        url = receiver.url
    assert await post(Web(HERE, ssl.create_default_context()), url) == "unreachable"


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f.1", "127.1", "localhost", "[::1]"])
async def test_however_the_address_is_written_it_is_this_machine(host):
    async with receiving() as receiver:
        web = Web(Rules(plain_http=True), ssl.create_default_context())
        assert await post(web, f"http://{host}:{receiver.port}/") == "private_address"
        assert receiver.got == []


async def test_a_name_that_leads_inside_is_refused():
    for inside in (["10.0.0.1"], ["93.184.216.34", "::ffff:127.0.0.1"]):
        find, _ = names(inside)
        assert await post(Web(Rules(), ssl.create_default_context(), find), f"https://{NAME}/") == "private_address"
    find, _ = names([])
    assert await post(Web(Rules(), ssl.create_default_context(), find), f"https://{NAME}/") == "unknown_host"
    assert await resolve("no-such-name.invalid", 443) == []


async def test_a_name_is_looked_up_once_and_the_certificate_is_the_name_s(tmp_path):
    server, trusted = certificate(tmp_path, NAME)
    trust = ssl.create_default_context(cafile=str(trusted))
    async with receiving(server) as receiver:
        # The second answer of a rebinding name would lead elsewhere; nobody asks for it.
        find, asked = names(["127.0.0.1"], ["127.0.0.2"])
        assert await post(Web(HERE, trust, find), f"https://{NAME}:{receiver.port}/terima") == "delivered"
        assert asked == [NAME]
        assert receiver.got[0].headers["host"] == f"{NAME}:{receiver.port}"
        find, _ = names(["127.0.0.1"], ["127.0.0.1"])
        assert await post(Web(HERE, trust, find), f"https://other.example:{receiver.port}/") == "certificate"
        strange = Web(HERE, ssl.create_default_context(), find)
        assert await post(strange, f"https://{NAME}:{receiver.port}/") == "certificate"
        assert len(receiver.got) == 1


def mail(port, security="none", **more):
    trust = more.pop("trust", ssl.create_default_context())
    return Mail("127.0.0.1", port, security, trust, **more)


async def test_a_letter_arrives_with_an_id_that_stays():
    async with mail_server() as box:
        for _ in range(2):
            written = letter(notice(item("a1"), item("a2", severity=4)), "piket@kanim.example", ENVELOPE)
            assert (await mail(box.port).send(written)).code == "delivered"
    assert [one["message-id"] for one in box.letters] == ["<n1@kanim.example>"] * 2
    assert box.recipients == ["piket@kanim.example"] * 2
    assert box.letters[0]["subject"] == "Tapal: 2 peringatan perlu dilihat"
    assert "https://tapal.example/alerts/a2" in box.letters[0].get_content()


async def test_a_server_that_refuses_is_asked_again_and_what_it_said_is_not_kept():
    async with mail_server() as box:
        box.refuse = 1
        outcome = await mail(box.port).send(letter(notice(), "piket@kanim.example", ENVELOPE))
        assert (outcome.code, outcome.delivered) == ("mail_refused", False)
    assert (await mail(box.port).send(letter(notice(), "piket@kanim.example", ENVELOPE))).code == "unreachable"


async def test_a_letter_travels_encrypted_and_after_a_login(tmp_path):
    server, trusted = certificate(tmp_path, "127.0.0.1")
    believed = ssl.create_default_context(cafile=str(trusted))
    believed.check_hostname = False
    login = {"user": "tapal", "password": "rahasia", "trust": believed}
    async with mail_server(server, ("tapal", "rahasia")) as box:
        written = letter(notice(), "piket@kanim.example", ENVELOPE)
        assert (await mail(box.port, "starttls", **login).send(written)).code == "delivered"
        assert (await mail(box.port, "starttls", **login | {"password": "x"}).send(written)).code == "mail_login"
        assert (await mail(box.port, "starttls").send(written)).code == "certificate"
        assert len(box.letters) == 1


async def test_no_letter_can_be_made_to_carry_other_headers():
    with pytest.raises(ValueError, match="Header"):
        letter(notice(), "piket@kanim.example\r\nBcc: other@example", ENVELOPE)
