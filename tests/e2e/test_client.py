"""An agency's client beside the whole system: over HTTP, over AMQP, and on a stick."""

import json
import random
import time
from datetime import UTC, datetime, timedelta

import pytest
from client_folder import ClientFolder, check_in
from whole_system import run

from tapal_client.client import Client

pytestmark = pytest.mark.e2e
AGENCY, KAPUAS, SENTARUM = "phri-kh", "/phri-kh/hotel-kapuas", "/phri-kh/hotel-sentarum"


def settled(folder: ClientFolder, number: int) -> dict:
    """Send and ask until so many events are accepted."""
    deadline = time.monotonic() + 120
    while folder.numbers().get("accepted", 0) < number:
        assert time.monotonic() < deadline, folder.numbers()
        folder.run("send")
    return folder.numbers()


def test_killed_in_the_middle_over_http_every_event_is_accepted_exactly_once(system, tmp_path):
    folder = ClientFolder(tmp_path, gateway=system.gateway).over_http(system.api_key("phri-kh/hotel-kapuas"))
    events = [check_in(1000 + number) for number in range(400)]
    folder.add(events)
    for _ in range(3):
        sending = folder.start("run")
        time.sleep(random.uniform(0.5, 1.2))
        sending.kill()
        sending.wait()
    assert settled(folder, 400)["accepted"] == 400
    with Client(tmp_path) as client:
        assert {entry.code for entry in client.queue.listed()} == {"accepted"}


def test_a_refused_event_is_shown_with_its_reason_and_corrected(system, tmp_path):
    folder = ClientFolder(tmp_path, gateway=system.gateway).over_http(system.api_key("phri-kh/hotel-kapuas"))
    sktt = {"action": "address_changed", "village": "61.06.14.2001", "from": "2026-07-01"}
    wrong = check_in(1500) | {"type": "id.tapal.residence.v1"}
    folder.add([wrong | {"data": sktt | {"person": wrong["data"]["person"]}}])
    deadline = time.monotonic() + 30
    while not folder.numbers().get("refused"):
        assert time.monotonic() < deadline
        folder.run("send")
    assert '"code": "not_allowed"' in folder.run("list", "--state", "refused").stdout
    folder.add([check_in(1500)])
    assert settled(folder, 1)["corrected"] == 1


def test_on_a_stick_there_and_back_again_and_twice(system, tmp_path):
    key = run(system.home, "centre-key").stdout.strip()
    folder = ClientFolder(tmp_path / "hotel", source=SENTARUM, centre_key=key)
    run(system.home, "register-key", "phri-kh/hotel-sentarum", folder.run("key").stdout.strip())
    folder.add([check_in(2000 + number, SENTARUM) for number in range(5)])
    with Client(folder.path) as client:  # as if it had been set up the day before yesterday
        client.queue.note("covered_until", (datetime.now(UTC) - timedelta(days=1)).isoformat())
    stick, reply = tmp_path / "stick.tapal", tmp_path / "reply.tapal"
    assert folder.run("export", str(stick)).stdout.startswith("6 events")
    done = run(system.home, "publish", "--import", str(stick), "--reply", str(reply))
    assert "6 events confirmed by the broker, 6 outcomes known" in done.stdout, done.stderr
    assert "6 events have an outcome" in folder.run("import", str(reply)).stdout
    assert json.loads(folder.run("status").stdout)["accepted"] == 6
    again = run(system.home, "publish", "--import", str(stick), "--reply", str(reply))
    assert "6 outcomes known" in again.stdout
    assert folder.run("import", str(reply)).returncode == 0
    assert folder.numbers()["accepted"] == 6
    assert folder.run("export", str(stick)).stdout.startswith("1 events"), (
        "what has an outcome stays; the time since is declared"
    )


def test_a_damaged_stick_is_refused_whole(system, tmp_path):
    key = run(system.home, "centre-key").stdout.strip()
    folder = ClientFolder(tmp_path / "hotel", source=KAPUAS, centre_key=key)
    run(system.home, "register-key", "phri-kh/hotel-kapuas", folder.run("key").stdout.strip())
    folder.add([check_in(2500)])
    stick = tmp_path / "stick.tapal"
    folder.run("export", str(stick))
    whole = stick.read_bytes()
    for damaged in (whole[:-20], whole[:200] + b"x" + whole[201:], b"hello"):
        stick.write_bytes(damaged)
        done = run(system.home, "publish", "--import", str(stick))
        assert done.returncode == 1
        assert "is refused" in done.stderr
        assert "Nothing of it was taken" in done.stderr
    stick.write_bytes(whole)
    assert run(system.home, "publish", "--import", str(stick)).returncode == 0


def test_the_command_line_puts_events_on_a_stick_too(system, tmp_path):
    events, stick = tmp_path / "events.json", tmp_path / "stick.tapal"
    events.write_text(json.dumps([check_in(2600, "/desa-badau/kantor-desa")]))
    assert run(system.home, "publish", str(events), "--export", str(stick)).returncode == 0
    done = run(system.home, "publish", "--import", str(stick))
    assert "1 events confirmed by the broker, 1 outcomes known" in done.stdout, done.stderr


def test_over_amqp_with_receipts_from_the_agencys_queue(system, tmp_path):
    folder = ClientFolder(tmp_path, amqp=True, takes_receipts=True).over_amqp(system.amqp_url(AGENCY))
    folder.add([check_in(3000 + number) for number in range(20)])
    assert settled(folder, 20)["accepted"] == 20


@pytest.mark.parametrize("way", ["gateway", "broker"])
def test_with_a_certificate_and_no_secret_over_either_way_until_it_is_revoked(system, tmp_path, way):
    issued = run(system.home, "certificates", "issue", "phri-kh/hotel-kapuas", str(tmp_path / "centre"))
    folder = ClientFolder(tmp_path / "source")
    own = ["--certificate", str(tmp_path / "centre" / "phri-kh-hotel-kapuas.pem")]
    ways = {
        "gateway": (["--gateway", f"https://localhost:{system.ports['gateway-tls']}"], ""),
        "broker": (["--amqp"], f"amqps://localhost:{system.ports['amqp-tls']}/\n"),
    }
    told, asked = ways[way]
    made = folder.run("init", "--agency", AGENCY, "--source", KAPUAS, *own, *told, text=asked)
    assert made.returncode == 0, made.stderr
    assert not (tmp_path / "source" / "api.key").exists()
    folder.add([check_in(4000 + number) for number in range(20)])
    sent = folder.run("send")
    assert json.loads(sent.stdout).get("waiting", 0) == 0, sent.stderr + sent.stdout
    assert run(system.home, "certificates", "revoke", issued.stdout.split()[0]).returncode == 0
    folder.add([check_in(4100)])
    assert folder.run("send").returncode == 1
    assert folder.numbers()["waiting"] >= 1


def test_a_certificate_that_cannot_be_used_leaves_the_source_as_it_was(tmp_path):
    (tmp_path / "own.pem").write_text("")
    folder = ClientFolder(tmp_path / "source", gateway="http://127.0.0.1:1")
    before = folder.folder.config()
    done = folder.run("init", "--agency", AGENCY, "--source", KAPUAS, "--certificate", str(tmp_path / "own.pem"))
    assert done.returncode == 1
    assert "cannot be used" in done.stderr
    assert folder.folder.config() == before
