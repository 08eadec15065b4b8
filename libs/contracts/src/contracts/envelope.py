"""The envelope of every event: CloudEvents 1.0, JSON structured mode."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from contracts.needs import not_applicable
from contracts.shapes import Text, Time, wrong_value

PREFIX, SUFFIX = "id.tapal.", ".v1"
LARGEST_SEQUENCE = 2**53 - 1


def _number(value: Any) -> int:
    digits = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 16
    number = int(value) if digits else value
    if type(number) is not int or not 0 <= number <= LARGEST_SEQUENCE:
        raise wrong_value()
    return number


Whole = Annotated[int, Field(ge=0, le=LARGEST_SEQUENCE)]
Digits = Annotated[str, Field(pattern=r"^[0-9]{1,16}$")]
Sequence = Annotated[int, BeforeValidator(_number, json_schema_input_type=Whole | Digits)]
SourceUri = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[!-~]+$")]


class Envelope(BaseModel):
    """Who says it, about when, under which id. Attributes that are not listed here are dropped."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    id: Text = Field(description="Id of the event within its source; paper and uploads: `<book>/<line>/<action>`.")
    source: SourceUri = Field(description="URI of the source, as in the agency file.")
    type: Text = Field(description="Type of the event, `id.tapal.<name>.v1`.")
    time: Time = Field(description="When it happened (not when it was sent), with an offset.")
    specversion: Literal["1.0"] = Field(description="Version of CloudEvents.")
    datacontenttype: Literal["application/json"] | None = Field(None, description="Media type of data.")
    sequence: Sequence | None = Field(
        None, description="Number within the source, for the detection of gaps; none on a call for protection."
    )
    timeprecision: Literal["minute", "day"] | None = Field(
        None,
        description="How exact the times are; with day, the date counts as written, and 24-hour rules use its end.",
    )
    channel: Literal["system", "upload", "paper", "usb", "telephone", "national_query"] | None = Field(
        None, description="How the event reached the sender's desk."
    )
    corrects: Text | None = Field(None, description="Id of the event of the same source that this one replaces.")
    voids: Text | None = Field(None, description="Id of the event of the same source that is taken back; no data.")
    traceparent: Text | None = Field(None, description="W3C trace context.")

    @model_validator(mode="after")
    def _one_way_to_change(self) -> Self:
        if self.voids is not None and self.corrects is not None:
            raise not_applicable("corrects")
        if self.id in (self.voids, self.corrects):
            raise wrong_value()
        return self


def type_of(kind: str) -> str:
    """The type name on the wire: type_of("crossing") == "id.tapal.crossing.v1"."""
    return PREFIX + kind + SUFFIX


def kind_of(type_name: str) -> str:
    """The short name of a type; empty for a name that is not one of ours."""
    if type_name.startswith(PREFIX) and type_name.endswith(SUFFIX):
        return type_name[len(PREFIX) : -len(SUFFIX)]
    return ""
