"""A source that only ever sends sticks: what a parcel declares covered."""

import json
from datetime import datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from tapal_client.client import Client
from tapal_client.config import Config, Folder
from tapal_client.entries import Outcome
from tapal_client.parcel import Centre, Sender, answer, keys_of, open_parcel

from .conftest import SOURCE, check_in

CENTRE, SIGNING = X25519PrivateKey.generate(), Ed25519PrivateKey.generate()
KEYS = Centre(CENTRE.public_key().public_bytes_raw(), SIGNING.public_key().public_bytes_raw())


@pytest.fixture
def client(tmp_path, clock):
    Folder(tmp_path).make(Config(agency="phri-kh", source=SOURCE, centre_key=str(KEYS)))
    with Client(tmp_path, clock) as found:
        yield found


def exported(client):
    parcel, _ = client.export()
    return [json.loads(line) for line in open_parcel(parcel, keys_of(client.public_key()), CENTRE)]


def periods(events):
    said = [event["data"] for event in events if event["type"] == "id.tapal.source.status.v1"]
    return [tuple(datetime.fromisoformat(data[name]) for name in ("covers_from", "covers_until")) for data in said]


def entered(client, clock, days):
    """Each of these days, in the morning and in the evening, a guest is entered; on the others the machine is off."""
    for day in days:
        for half in range(2):
            if day:
                time = (clock.now - timedelta(hours=1)).isoformat()
                client.add(check_in(f"{clock.now:%d%H}{half}", time))
            clock.later(hours=12)


def test_a_weekly_stick_declares_the_days_on_which_events_were_entered_and_no_others(client, clock):
    monday = clock.now
    entered(client, clock, [True, True, True, False, False, True, True])
    said = periods(exported(client))
    wednesday, saturday = monday + timedelta(days=2.5), monday + timedelta(days=5)
    margin = timedelta(minutes=15)
    assert said == [(monday, wednesday - margin), (saturday, clock.now - margin)]
    entered(client, clock, [True] * 7)
    assert periods(exported(client))[-1] == (saturday + timedelta(days=2) - margin, clock.now - margin)


def test_nothing_is_declared_by_a_stick_of_a_time_in_which_nobody_was_there(client, clock):
    client.add(check_in("a", (clock.now - timedelta(hours=1)).isoformat()))
    clock.later(days=7)
    assert periods(exported(client)) == []


def call(name, clock):
    said = check_in(name, (clock.now - timedelta(hours=1)).isoformat())
    return said | {"id": name, "type": "id.tapal.protection.v1", "data": {"kind": "help"}}


def answered(events):
    """The centre's reply, as its receipts are."""
    receipts = [
        {
            "id": event["id"],
            "outcome": "accepted",
            "code": "received" if "protection" in event["type"] else "accepted",
            "at": "2026-07-01T09:00:00Z",
        }
        for event in events
    ]
    return answer(receipts, Sender("phri-kh", SOURCE), SIGNING)


def states(client):
    return {entry.id: entry.state for entry in client.queue.listed() if entry.kind != "source.status"}


def test_a_call_for_protection_is_settled_by_a_reply_that_does_not_name_it(client, clock):
    client.add(call("help", clock))
    client.add(check_in("a", (clock.now - timedelta(hours=1)).isoformat()))
    reply = answered(exported(client))
    client.add(call("later", clock))
    assert b"help" not in reply
    assert client.take_reply(reply) == 1
    assert states(client) == {"help": "accepted", "a/check_in": "accepted", "later": "waiting"}


def test_a_call_that_was_not_in_the_parcel_is_not_settled_by_a_number_given_again(client, clock):
    time = (clock.now - timedelta(hours=1)).isoformat()
    client.add(check_in("a", time))
    reply = answered(exported(client))
    client.queue.settle("a/check_in", [Outcome(False, "not_allowed", "2026-07-01T08:30:00Z")])
    client.add(call("later", clock))
    client.add(check_in("a", time))
    client.take_reply(reply)
    assert states(client)["later"] == "waiting"


def test_a_call_alone_is_carried_again(client, clock):
    client.add(call("help", clock))
    events = exported(client)
    assert client.take_reply(answered(events)) == 0
    assert [event["id"] for event in exported(client)] == ["help"]
