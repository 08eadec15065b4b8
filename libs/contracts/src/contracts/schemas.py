"""JSON Schema and the documentation of the events, both made from the models."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel

from contracts.checks import CheckedPerson, Group
from contracts.envelope import Envelope, type_of
from contracts.events import KINDS
from contracts.needs import Part, When
from contracts.notices import Indicator, Related
from contracts.persons import Document, Name, Party, Person

DIALECT = "https://json-schema.org/draft/2020-12/schema"
PARTS: tuple[type[Part], ...] = (Person, Name, Document, Party, CheckedPerson, Group, Indicator, Related)
SHAPES = {"boolean": "true, false", "integer": "number", "date-time": "date-time with offset", "string": "text"}
INTRODUCTION = """# Events

Made from the models in `libs/contracts`; a test holds this file to them (`TAPAL_GOLDEN=write` writes it anew).

An event is a CloudEvents 1.0 envelope in JSON with one of the types below.
**R** means required, **R(x)** required when x.
Unknown fields in `data` are refused; unknown envelope attributes are dropped. Every date-time carries an offset;
years run from 1900 to 2199.
`voids` takes an event back and comes without `data`; `corrects` replaces one.
Under 18 means at the event's `time`; where parts of `birth_date` are unknown, only if it is certain.

An event that was accepted gets that outcome whenever it is sent again. One that was refused is judged anew each time it
arrives: as long as there is a reason to refuse it, it gets the first refusal again; once there is none (its time is no
longer ahead, its source was added to the agency file), it is accepted, and both outcomes can be read.
"""


def event_schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schema of a whole event, by the short name of its type."""
    return {kind: _event_schema(kind, model) for kind, model in KINDS.items()}


def event_tables() -> str:
    """The page that documents every type, in Markdown."""
    sections = [INTRODUCTION, _section("Envelope", Envelope)]
    sections += [_section(f"`{type_of(kind)}`", model) for kind, model in KINDS.items()]
    sections += [_section(f"Part: {model.__name__}", model) for model in PARTS]
    return "\n".join(sections)


def _event_schema(kind: str, model: type[Part]) -> dict[str, Any]:
    envelope, data = Envelope.model_json_schema(), model.model_json_schema()
    definitions = data.pop("$defs", {})
    properties = {**envelope["properties"], "type": {"const": type_of(kind)}, "data": data}
    voiding = {"properties": {"voids": {"type": "string"}}, "required": ["voids"]}
    return {
        "$schema": DIALECT,
        "title": type_of(kind),
        "type": "object",
        "properties": properties,
        "required": envelope["required"],
        "if": voiding,
        "then": {"properties": {"data": {"type": "null"}, "corrects": {"type": "null"}}},
        "else": {"required": ["data"]},
        "$defs": definitions,
    }


def _section(title: str, model: type[BaseModel]) -> str:
    schema = model.model_json_schema()
    head = f"## {title}\n\n{model.__doc__}\n\n| field | needed | holds | meaning |\n|---|---|---|---|\n"
    required = schema.get("required", [])
    rows = (
        f"| `{name}` | {'R' if name in required else _need(model, name, field)} | {_shape(field)} | {_cell(field)} |\n"
        for name, field in schema["properties"].items()
    )
    return head + "".join(rows)


def _cell(field: Mapping[str, Any]) -> str:
    return str(field.get("description", "")).replace("|", "\\|")


def _need(model: type[BaseModel], name: str, field: Mapping[str, Any]) -> str:
    if not issubclass(model, Part):
        return ""
    needed = [f"R({condition})" for condition in _conditions(model, model.needs, name)]
    needed += [f"not on {condition}" for condition in _conditions(model, model.excludes, name)]
    if "x-required-when" in field:
        needed.append(f"R({field['x-required-when']})")
    return "; ".join(needed)


def _conditions(model: type[Part], conditions: Iterable[When], name: str) -> Iterable[str]:
    for when in conditions:
        if name in map(model.wire_name, when.fields):
            yield f"{when.of}: {', '.join(when.values)}"


def _shape(field: Mapping[str, Any]) -> str:
    if "anyOf" in field:
        return " or ".join(_shape(choice) for choice in field["anyOf"] if choice.get("type") != "null")
    if "$ref" in field:
        return str(field["$ref"]).rpartition("/")[2]
    if "enum" in field or "const" in field:
        return ", ".join(f"`{value}`" for value in field.get("enum", [field.get("const")]))
    if field["type"] == "array":
        return f"list of {_shape(field['items'])}"
    kind = str(field.get("format", field["type"]))
    return SHAPES.get(kind, kind)
