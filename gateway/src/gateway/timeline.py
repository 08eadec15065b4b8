"""A person's events as a timeline: what was said, by whom, when. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.texts import Texts

__all__ = ["Item", "timeline"]

# What of an event's data is worth a glance, and how it is written.
PLAIN = ("post", "permit_kind", "kind", "permit_no", "application_no", "order_no", "village", "reason")
DAYS = ("valid_until", "effective_on", "planned_out", "until")


@dataclass(frozen=True)
class Item:
    """One event of the timeline."""

    key: str
    kind: str
    at: str
    received_at: str
    title: str
    sender: str
    superseded: bool
    details: tuple[str, ...]


def timeline(
    events: Iterable[Mapping[str, Any]], texts: Texts, source_name: Callable[[str, str], str]
) -> tuple[Item, ...]:
    """The events, newest first; two of one moment by their arrival."""
    newest = sorted(events, key=lambda event: (event["at"], event["received_at"]), reverse=True)
    return tuple(_item(event, texts, source_name) for event in newest)


def _item(event: Mapping[str, Any], texts: Texts, source_name: Callable[[str, str], str]) -> Item:
    kind, action = str(event["kind"]), str(event.get("action") or "")
    data: Mapping[str, Any] = event.get("data") or {}
    return Item(
        key=event["key"],
        kind=kind,
        at=event["at"],
        received_at=event["received_at"],
        title=texts.word(f"title.{kind}.{action}", f"{kind}.{action or data.get('kind', '')}", kind),
        sender=source_name(event["agency"], event["source"]),
        superseded=bool(event.get("superseded")),
        details=tuple(filter(None, _details(kind, data, texts))),
    )


def _details(kind: str, data: Mapping[str, Any], texts: Texts) -> Iterable[str]:
    for name in PLAIN:
        if isinstance(data.get(name), str) and not (name == "kind" and kind not in ("permit", "impediment")):
            yield texts.word(f"value.{data[name]}") if kind == "impediment" else data[name]
    establishment = data.get("establishment")
    if isinstance(establishment, Mapping):
        yield str(establishment.get("name") or establishment.get("id") or "")
    for name in DAYS:
        if isinstance(data.get(name), str):
            yield f"{texts('person.until')} {texts.day(data[name])}"
