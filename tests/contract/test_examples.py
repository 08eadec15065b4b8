"""Each example is an event to us, to JSON Schema and to the CloudEvents SDK alike."""

import copy
import json
from pathlib import Path

import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from contracts.events import KINDS, Refused, parse_event
from contracts.schemas import event_schemas

SCHEMAS = event_schemas()
EXAMPLES = [json.loads(path.read_text()) for path in sorted((Path(__file__).parent / "examples").glob("*.json"))]


def valid(event):
    kind = event["type"].removeprefix("id.tapal.").removesuffix(".v1")
    return Draft202012Validator(SCHEMAS[kind]).is_valid(event)


def test_an_example_is_read(example, now):
    event = parse_event(json.dumps(example).encode(), now)

    assert event.envelope.id == example["id"]
    assert event.action == example.get("data", {}).get("action")
    assert (event.data is None) == ("voids" in example)


def test_an_example_fits_its_schema(example):
    assert valid(example)


def test_the_sdk_reads_the_same_envelope(example, now):
    theirs = JSONFormat().read(CloudEvent, json.dumps(example).encode())
    ours = parse_event(example, now).envelope

    assert (theirs.get_id(), theirs.get_source(), theirs.get_type()) == (ours.id, ours.source, ours.type)
    assert theirs.get_time() == ours.time
    assert theirs.get_data() == example.get("data")


@pytest.mark.parametrize("kind", KINDS)
def test_every_action_of_a_type_has_an_example(kind):
    def choices(field):
        return set(KINDS[kind].model_json_schema()["properties"].get(field, {}).get("enum", []))

    said = [event["data"] for event in EXAMPLES if event["type"] == f"id.tapal.{kind}.v1" and "data" in event]
    assert said
    assert choices("action") == {data["action"] for data in said if "action" in data}


def test_without_a_required_field_both_the_schema_and_the_model_refuse(example, now):
    for name in example.get("data", ()):
        crippled = {**example, "data": {key: value for key, value in example["data"].items() if key != name}}
        if not valid(crippled):
            with pytest.raises(Refused) as refused:
                parse_event(crippled, now)
            assert (refused.value.code, refused.value.field) == ("missing_field", f"data.{name}")


def test_an_unknown_field_is_refused_by_both(example, now):
    if "data" in example:
        crowded = {**example, "data": {**example["data"], "religion": "x"}}
        assert not valid(crowded)
        with pytest.raises(Refused, match=r"unknown_field: data\.religion"):
            parse_event(crowded, now)


def places(part, path=()):
    items = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for key, value in items:
        yield (*path, key)
        yield from places(value, (*path, key))


ODD = [
    None,
    "",
    "x",
    "E23",
    "other",
    "2026-01-01",
    "2026-01-01T00:00:00Z",
    0,
    -1,
    1.5,
    True,
    [],
    {},
    ["x"],
    {"id": "x"},
]


@settings(max_examples=500, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.sampled_from(EXAMPLES), st.data())
def test_whatever_the_model_accepts_fits_the_schema(now, original, data):
    event = copy.deepcopy(original)
    for _ in range(data.draw(st.integers(1, 2))):
        *above, last = data.draw(st.sampled_from(list(places(event))))
        part = event
        for step in above:
            part = part[step]
        if data.draw(st.booleans()):
            part[last] = copy.deepcopy(data.draw(st.sampled_from(ODD)))
        else:
            del part[last]

    try:
        parse_event(event, now)
    except Refused:
        return
    assert valid(event)
