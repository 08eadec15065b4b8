"""Typed events, checked before they are queued."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contracts.events import KINDS, Crossing, Refused, parse_event
from tapal_client.client import Client
from tapal_client.config import Config, Folder
from tapal_client.events import Facts, event, take_back

from .conftest import SOURCE, check_in

EXAMPLES = sorted((Path(__file__).parents[2] / "contract" / "examples").glob("*.json"))
NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)


@pytest.fixture
def client(tmp_path):
    Folder(tmp_path).make(Config(agency="phri-kh", source=SOURCE))
    with Client(tmp_path, lambda: NOW) as found:
        yield found


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_can_be_said_with_typed_parts(path):
    raw = json.loads(path.read_text())
    read = parse_event(raw, NOW)
    facts = Facts(id=raw["id"], time=raw["time"])
    if read.data is None:
        said = take_back(read.kind, raw["voids"], raw["source"], facts)
    else:
        said = event(read.data, raw["source"], facts)
    assert parse_event(said, NOW).data == read.data


def test_a_typed_event_is_queued_with_its_number(client):
    data = {
        "action": "exit",
        "post": "BADAU",
        "person": {"documents": [{"kind": "passport", "number": "X1", "issuer": "UTO"}]},
    }
    assert client.say(Crossing.model_validate(data), Facts(id="7", time=NOW)).sequence == 1
    [entry] = client.queue.take(5, 10**6)
    body = json.loads(entry.body)
    assert (body["source"], body["sequence"], body["data"]["post"]) == (SOURCE, 1, "BADAU")


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"time": "2026-07-01T14:00:00"}, "no_offset", "time"),
        ({"type": "id.tapal.lodgin.v1"}, "unknown_type", "type"),
        ({"source": "/polres/spkt"}, "unknown_source", "source"),
        ({"time": "2027-07-01T14:00:00Z"}, "time_in_future", "time"),
        ({"data": {"action": "check_in"}}, "missing_field", "data.establishment"),
    ],
)
def test_a_faulty_event_is_refused_with_the_code_tapal_would_give_and_uses_no_number(client, change, code, field):
    with pytest.raises(Refused) as refused:
        client.add({**check_in("a"), **change})
    assert (refused.value.code, refused.value.field) == (code, field)
    assert client.add(check_in("b")).sequence == 1


def test_every_type_can_be_built():
    assert set(KINDS) == {parse_event(json.loads(path.read_text()), NOW).kind for path in EXAMPLES}
