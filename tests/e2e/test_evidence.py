"""`tapal verify` on a running system: sound, then something is changed behind its back, then sound again."""

import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from foreign import amqp_publish
from pymongo import MongoClient
from whole_system import run

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def database(system):
    with MongoClient(system.addresses()["TAPAL_TEST_MONGO_ADMIN_URL"], retryWrites=False) as client:
        yield client["registry"]


@pytest.fixture(scope="module")
def sealed(system, database):
    """An event of the post, in a block within a minute of its arrival."""
    at = (datetime.now(UTC) - timedelta(days=3)).isoformat()
    who = {"documents": [{"kind": "passport", "number": "EV000001", "issuer": "UTO"}], "name": {"full": "Uji Bukti"}}
    data = {"action": "exit", "person": who, "post": "BADAU"}
    head = {"specversion": "1.0", "type": "id.tapal.crossing.v1", "source": "/plbn-badau/pos", "id": "ev-1", "time": at}
    amqp_publish(system.amqp_url("plbn-badau"), "agency.plbn-badau", {**head, "data": data})
    deadline = time.monotonic() + 60
    while database.chains.find_one({"_id": "plbn-badau"}) is None or database.unsealed.find_one({}):
        assert time.monotonic() < deadline, "not sealed within a minute"
        time.sleep(0.5)
    return database.blocks.find_one({"chain": "plbn-badau", "n": 1})


def test_a_sound_system_is_said_to_be_sound_and_its_heads_are_noted(system, sealed):
    done = run(system.home, "verify")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "registry/plbn-badau: " in done.stdout
    assert "as sealed" in done.stdout
    noted = json.loads((system.home.path / "heads.json").read_text())
    assert noted["registry/plbn-badau"][0] >= 1


def test_a_change_behind_its_back_is_found_and_named(system, database, sealed):
    key = sealed["entries"][0][0]
    before = database.log.find_one({"_id": key})
    database.log.update_one({"_id": key}, {"$set": {"received_at": before["received_at"] - timedelta(days=1)}})
    done = run(system.home, "verify")
    database.log.replace_one({"_id": key}, before)
    assert done.returncode == 1
    assert f"entry {key} (block 1) is not as it was stored" in done.stdout
    assert run(system.home, "verify").returncode == 0


@pytest.fixture(scope="module")
def access_log(system):
    with MongoClient(system.addresses()["TAPAL_TEST_MONGO_ADMIN_URL"], retryWrites=False) as client:
        yield client["gateway"]


@pytest.fixture
def checkpoint(system, access_log, tmp_path):
    """How far the access log reaches, as it is handed to another agency."""
    assert run(system.home, "audit", "checkpoint").returncode == 0
    deadline = time.monotonic() + 60
    while access_log.chains.find_one({"_id": "audit"}) is None:
        assert time.monotonic() < deadline, "not sealed within a minute"
        time.sleep(0.5)
    file = tmp_path / "checkpoint.json"
    file.write_text(run(system.home, "audit", "checkpoint").stdout)
    assert [head["chain"] for head in json.loads(file.read_text())["heads"]] == ["audit", "audit-protection"]
    return file


def test_the_access_log_leads_through_its_checkpoint_and_says_what_is_not_sealed_yet(system, checkpoint):
    done = run(system.home, "audit", "verify", str(checkpoint))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "unsealed: as sealed" in done.stdout


def test_an_end_that_was_cut_off_shows_by_a_checkpoint_alone(system, access_log, checkpoint):
    collections = ("audit", "unsealed", "blocks", "chains", "places")
    kept = {name: list(access_log[name].find({})) for name in collections}
    for name in collections:
        access_log[name].delete_many({})
    alone = run(system.home, "audit", "verify")
    shown = run(system.home, "audit", "verify", str(checkpoint))
    for name, rows in kept.items():
        if rows:
            access_log[name].insert_many(rows)
    assert alone.returncode == 0
    assert shown.returncode == 1
    assert "gateway/audit: 0 blocks" in shown.stdout
    assert "block 1 is gone" in shown.stdout


def test_a_checkpoint_that_the_gateway_did_not_sign_proves_nothing(system, checkpoint, tmp_path):
    forged = json.loads(checkpoint.read_text())
    head, _, signature = forged["checkpoints"][0].split(".")
    forged["checkpoints"][0] = ".".join([head, "eyJjaGFpbiI6ImF1ZGl0IiwibiI6MCwiaGFzaCI6IjAifQ", signature])
    file = tmp_path / "forged.json"
    file.write_text(json.dumps(forged))
    done = run(system.home, "audit", "verify", str(file))
    assert done.returncode == 1
    assert "no checkpoint" in done.stderr


def test_a_breach_is_reported_in_one_command(system):
    told = run(system.home, "audit", "breach", "2026-01-01T00:00:00+07:00", "2099-01-01T00:00:00+07:00")
    assert set(json.loads(told.stdout)) == {"reads", "subjects", "not_in_it"}


def test_the_master_key_is_changed_while_all_runs_and_what_was_sent_is_still_read(system, sealed):
    before = (system.home.secrets / "master.key").read_text()
    done = run(system.home, "keys", "rotate")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 left under an older master key" in done.stdout
    assert (system.home.secrets / "master.key").read_text().startswith(before)
    done = run(system.home, "keys", "rotate", "--finish")
    assert "1 older master keys dropped" in done.stdout, done.stdout + done.stderr
    assert run(system.home, "verify").returncode == 0
