"""Which fields a part of an event needs, said once as data: checked, and shown in JSON Schema and documentation."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError
from pydantic_core.core_schema import CoreSchema


@dataclass(frozen=True)
class When:
    """Speaks of `fields` when the field `of` holds one of `values`."""

    of: str
    values: tuple[str, ...]
    fields: tuple[str, ...]


def missing(path: str) -> PydanticCustomError:
    return PydanticCustomError("missing_field", "a required field is missing", {"field": path})


def not_applicable(path: str) -> PydanticCustomError:
    return PydanticCustomError("not_applicable", "the field does not apply here", {"field": path})


def needed_when(condition: str) -> dict[str, Any]:
    """For `json_schema_extra`: a condition that a JSON Schema cannot hold, in words."""
    return {"x-required-when": condition}


class Part(BaseModel):
    """A part of an event's data: frozen, and refusing fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
    needs: ClassVar[tuple[When, ...]] = ()
    excludes: ClassVar[tuple[When, ...]] = ()

    def also_needed(self, context: Mapping[str, Any]) -> Iterable[str]:
        """Fields needed here for reasons beyond `needs`; a dotted path reaches into a part."""
        return ()

    @classmethod
    def wire_name(cls, field: str) -> str:
        return cls.model_fields[field].alias or field

    @model_validator(mode="after")
    def _hold_the_needs(self, info: ValidationInfo) -> Self:
        for field in self._named_by(self.excludes):
            if getattr(self, field) is not None:
                raise not_applicable(self.wire_name(field))
        for path in (*self._named_by(self.needs), *self.also_needed(info.context or {})):
            if self._at(path) is None:
                head, dot, rest = path.partition(".")
                raise missing(self.wire_name(head) + dot + rest)
        return self

    def _named_by(self, conditions: Iterable[When]) -> Iterable[str]:
        return (field for when in conditions if getattr(self, when.of) in when.values for field in when.fields)

    def _at(self, path: str) -> Any:
        value: Any = self
        for name in path.split("."):
            value = getattr(value, name)
        return value

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        schema = handler.resolve_ref_schema(handler(core_schema))
        conditions = [cls._schema_of(when, _required) for when in cls.needs]
        conditions += [cls._schema_of(when, _absent) for when in cls.excludes]
        if conditions:
            schema["allOf"] = conditions
        return schema

    @classmethod
    def _schema_of(cls, when: When, consequence: Any) -> dict[str, Any]:
        condition = {"properties": {when.of: {"enum": list(when.values)}}, "required": [when.of]}
        return {"if": condition, "then": consequence([cls.wire_name(field) for field in when.fields])}


def _required(fields: list[str]) -> dict[str, Any]:
    return {"required": fields, "properties": {field: {"not": {"type": "null"}} for field in fields}}


def _absent(fields: list[str]) -> dict[str, Any]:
    return {"properties": {field: {"type": "null"} for field in fields}}
