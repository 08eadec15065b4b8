"""The JSON Schemas and docs/events.md are kept in the repository as they are generated.

After a wanted change of the models: `TAPAL_GOLDEN=write ./tapal test tests/contract/test_golden.py`; read the diff.
Fields are only ever added; a breaking change is a new `.v2` beside the old.
"""

import json
import os
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from contracts.schemas import event_schemas, event_tables

GOLDEN = Path(__file__).parent / "golden"
PAGE = Path(__file__).parents[2] / "docs" / "events.md"
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
