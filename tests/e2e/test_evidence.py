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
