"""The public door of the events: what agencies say, read from bytes or refused with a reason."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError

from contracts import mrz
from contracts.checks import Check, CheckedPerson, DocumentEvent, Group
from contracts.envelope import Envelope, kind_of, type_of
from contracts.movements import Crossing, Lodging, Residence
from contracts.needs import Part
from contracts.notices import Impediment, Indicator, Protection, Related, SourceStatus, Watchlist
from contracts.permits import Permit, Work
from contracts.persons import CITIZEN, Document, Name, Party, Person, certainly_minor, is_citizen
from contracts.refusals import Refused, refusal, refusal_of

MAX_EVENT_BYTES = 64 * 1024
MAX_DEPTH = 32
AHEAD = timedelta(minutes=10)
KINDS: Mapping[str, type[Part]] = {
    "crossing": Crossing,
    "permit": Permit,
    "lodging": Lodging,
    "residence": Residence,
    "work": Work,
    "check": Check,
    "document": DocumentEvent,
    "watchlist": Watchlist,
    "protection": Protection,
    "impediment": Impediment,
    "source.status": SourceStatus,
}
M = TypeVar("M", bound=BaseModel)
P = TypeVar("P", bound=Part)


@dataclass(frozen=True)
class Event:
    """An event that was read and found sound. `data` is None when the event takes another one back."""

    envelope: Envelope
    data: Part | None

    @property
    def kind(self) -> str:
        """The short name of the type, such as `crossing`."""
        return kind_of(self.envelope.type)

    @property
    def action(self) -> str | None:
        return getattr(self.data, "action", None)

    def persons(self) -> list[tuple[str, Person]]:
        """Every person, with the path in `data`: `person`, `persons.0.person`."""
        return list(_parts(self.data, Person))

    def parties(self) -> list[tuple[str, Party]]:
        """Every party, with the path in `data`: `sponsor`, `employer`, `establishment`, `holder`, `persons.0.host`."""
        return list(_parts(self.data, Party))


def parse_event(raw: bytes | str | Mapping[str, Any], now: datetime) -> Event:
    """Read one event. Raises `Refused` with the first fault."""
    body = read_json(raw) if isinstance(raw, bytes | str) else raw
    if not isinstance(body, Mapping):
        raise refusal("unreadable")
    envelope = _validated(Envelope, body, "", None)
    model = KINDS.get(kind_of(envelope.type))
    if model is None:
        raise refusal("unknown_type", "type")
    if envelope.time > now + AHEAD:
        raise refusal("time_in_future", "time")
    data = body.get("data")
    if envelope.voids is None:
        return Event(envelope, _data(model, data, envelope.time))
    if data is not None:
        raise refusal("not_applicable", "data")
    return Event(envelope, None)


def read_json(raw: bytes | str, limit: int = MAX_EVENT_BYTES) -> Any:
    """One JSON value, such as an event or a batch, read strictly.

    UTF-8, no name twice, no NaN, no lone surrogate, nothing nested deeper than whoever reads it can follow.
    """
    octets = raw if isinstance(raw, bytes) else raw.encode(errors="surrogatepass")
    if len(octets) > limit:
        raise refusal("too_large")
    try:
        value = json.loads(octets.decode(), object_pairs_hook=_once_each, parse_constant=_no_constant)
        if b"\\ud" in octets.lower():
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        value = None
    if value is None or _is_deep(value):
        raise refusal("unreadable")
    return value


def blank_optional_data(event: Mapping[str, Any]) -> dict[str, Any]:
    """The event without the optional data of any MRZ, which may hold a personal number. Changes nothing else."""
    return {name: _blanked(value) if name == "data" else value for name, value in event.items()}


def citizen_paths(event: Event) -> list[str]:
    """Paths in `data` of Indonesian citizens, and of a citizen's document that comes without a person."""
    paths = [path for path, person in event.persons() if is_citizen(person)]
    data = event.data
    if isinstance(data, DocumentEvent) and data.person is None and data.document.issuer == CITIZEN:
        paths.append("document")
    return paths


def _data(model: type[Part], data: Any, time: datetime) -> Part:
    if data is None:
        raise refusal("missing_field", "data")
    # Only the check of a document may report digits that are wrong: that is its news.
    checked = model is DocumentEvent and isinstance(data, Mapping) and data.get("action") == "checked"
    return _validated(model, data, "data", {"time": time, "wrong_digits_allowed": checked})


def _validated(model: type[M], body: Any, prefix: str, context: dict[str, Any] | None) -> M:
    try:
        return model.model_validate(body, context=context)
    except ValidationError as error:
        refused = refusal_of(error, prefix)
    # Raised outside of the except block: the validation error holds values, and must not travel along as context.
    raise refused


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError
    return members


def _is_deep(value: Any) -> bool:
    """Level by level: a walk of its own would need the depth it is to refuse."""
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [
            item
            for held in level
            if isinstance(held, dict | list)
            for item in (held.values() if isinstance(held, dict) else held)
        ]
    return bool(level)


def _no_constant(_: str) -> NoReturn:
    raise ValueError


def _parts(value: Any, wanted: type[P], path: str = "") -> Iterator[tuple[str, P]]:
    if isinstance(value, wanted):
        yield path, value
    elif isinstance(value, Part):
        fields = type(value).model_fields
        for name in fields:
            yield from _parts(getattr(value, name), wanted, f"{path}.{name}" if path else name)
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _parts(item, wanted, f"{path}.{index}")


def _blanked(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {
            name: _blanked_zone(item) if name == "mrz" and isinstance(item, str) else _blanked(item)
            for name, item in value.items()
        }
    return [_blanked(item) for item in value] if isinstance(value, list) else value


def _blanked_zone(zone: str) -> str:
    try:
        return mrz.blanked(zone)
    except mrz.MrzError:
        return zone


__all__ = [
    "KINDS",
    "MAX_EVENT_BYTES",
    "Check",
    "CheckedPerson",
    "Crossing",
    "Document",
    "DocumentEvent",
    "Envelope",
    "Event",
    "Group",
    "Impediment",
    "Indicator",
    "Lodging",
    "Name",
    "Party",
    "Permit",
    "Person",
    "Protection",
    "Refused",
    "Related",
    "Residence",
    "SourceStatus",
    "Watchlist",
    "Work",
    "blank_optional_data",
    "certainly_minor",
    "citizen_paths",
    "is_citizen",
    "parse_event",
    "read_json",
    "refusal",
    "type_of",
]
