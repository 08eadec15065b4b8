"""Whether an event would be accepted from an agency. It depends on the event alone, never on what Tapal knows. Pure."""

from datetime import datetime
from typing import Any

from contracts.agencies import Agency, Source
from contracts.events import Event, citizen_paths, parse_event, refusal

__all__ = ["admit"]


def admit(raw: Any, agency: Agency, now: datetime) -> tuple[Event, Source]:
    """The event and its source. Raises Refused with the first fault, as the receipt will say it."""
    event = parse_event(raw, now)
    source = agency.source(event.envelope.source)
    if source is None:
        raise refusal("unknown_source", "source")
    if not agency.allows(event.kind, event.action):
        raise refusal("not_allowed", "type")
    if event.kind == "watchlist" and citizen_paths(event):
        raise refusal("citizen_listed", "data.person")
    return event, source
