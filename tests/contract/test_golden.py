"""The JSON Schemas, docs/events.md and docs/asyncapi.json are kept in the repository as they are generated.

After a wanted change of the models: `TAPAL_GOLDEN=write ./tapal test tests/contract/test_golden.py`; read the diff.
Fields are only ever added; a breaking change is a new `.v2` beside the old.
"""

import json
import os
from importlib.metadata import version
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from contracts.asyncapi import asyncapi
from contracts.messages import Message
from contracts.schemas import event_schemas, event_tables

GOLDEN = Path(__file__).parent / "golden"
PAGE = Path(__file__).parents[2] / "docs" / "events.md"
BUS = Path(__file__).parents[2] / "docs" / "asyncapi.json"
SCHEMAS = event_schemas()


def held(path, text):
    if os.environ.get("TAPAL_GOLDEN") == "write":
        path.write_text(text)
    return path.is_file() and path.read_text() == text


@pytest.mark.parametrize("kind", SCHEMAS)
def test_a_schema_is_as_recorded(kind):
    Draft202012Validator.check_schema(SCHEMAS[kind])
    text = json.dumps(SCHEMAS[kind], indent=1, sort_keys=True, ensure_ascii=False) + "\n"

    assert held(GOLDEN / f"{kind}.json", text), "changed: see the head of this file"


def test_no_schema_is_left_over():
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(SCHEMAS)


def test_the_page_of_events_is_as_recorded():
    assert held(PAGE, event_tables()), "changed: see the head of this file"


def described(schema):
    for name, field in schema.get("properties", {}).items():
        yield name, field.get("description") or field.get("const") or name == "data"


def test_every_field_is_described():
    for kind, schema in SCHEMAS.items():
        for part in (schema, schema["properties"]["data"], *schema["$defs"].values()):
            undescribed = [name for name, text in described(part) if not text]
            assert undescribed == [], kind


def test_the_document_of_the_bus_is_as_recorded():
    document = asyncapi(version("tapal-contracts"))
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    assert held(BUS, text), "changed: see the head of this file"


def test_every_reference_of_the_document_leads_somewhere():
    document = asyncapi("0")

    def follow(value):
        if isinstance(value, dict):
            if isinstance(value.get("$ref"), str):
                found = document
                for name in value["$ref"].removeprefix("#/").split("/"):
                    found = found[name]
            for item in value.values():
                follow(item)
        elif isinstance(value, list):
            for item in value:
                follow(item)

    follow(document)


def test_every_message_between_services_is_in_the_document():
    told = {message["name"] for message in asyncapi("0")["components"]["messages"].values()}
    # Services make kinds of their own to fold by (matter.told): they travel nowhere.
    ours = [kind for kind in Message.__subclasses__() if kind.__module__.startswith("contracts.")]
    known = {kind.TYPE for kind in ours if hasattr(kind, "TYPE")}
    # What the protection desk and the sealed registry say to each other goes through queues of their own.
    sealed = {"matter.opened", "matter.released", "people.held"}
    assert known - told == sealed
