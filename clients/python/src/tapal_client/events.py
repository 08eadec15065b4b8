"""Events an agency says: built from typed parts or plain dictionaries, and checked before they are queued. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from contracts.events import KINDS, Refused, parse_event, refusal, type_of
from contracts.needs import Part

__all__ = ["Facts", "check", "event", "take_back"]

KIND_OF: Mapping[type[Part], str] = {model: kind for kind, model in KINDS.items()}


class Facts(BaseModel):
    """What an event says beside its data."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    time: datetime
    timeprecision: Literal["minute", "day"] | None = None
    channel: Literal["system", "upload", "paper", "usb", "telephone", "national_query"] | None = None
    corrects: str | None = None


def event(data: Part, source: str, facts: Facts) -> dict[str, Any]:
    """The CloudEvent that says `data`: any of the typed parts, such as `Crossing(...)` or `Lodging(...)`."""
    return {
        "specversion": "1.0",
        "type": type_of(KIND_OF[type(data)]),
        "source": source,
        **facts.model_dump(mode="json", exclude_none=True),
        "data": data.model_dump(mode="json", by_alias=True, exclude_none=True),
    }


def take_back(kind: str, voided: str, source: str, facts: Facts) -> dict[str, Any]:
    """The CloudEvent that takes back the event with the id `voided`."""
    said = facts.model_dump(mode="json", exclude_none=True)
    return {"specversion": "1.0", "type": type_of(kind), "source": source, **said, "voids": voided}


def check(raw: Mapping[str, Any], source: str, now: datetime) -> None:
    """Nothing for an event that this source may queue. Raises Refused with the code Tapal would give, at once."""
    parse_event(raw, now)
    if raw["source"] != source:
        raise refusal("unknown_source", "source")


def describe(refused: Refused) -> dict[str, str]:
    """A refusal as it is shown: code, field, the reason in both languages."""
    return {
        "code": refused.code,
        "field": refused.field,
        "reason_id": refused.message_id,
        "reason_en": refused.message_en,
    }
