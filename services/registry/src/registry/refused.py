"""Refused events: their receipt and their place in quarantine are one document. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.mongo import Document
from chassis.seal import Hasher, canonical
from contracts.events import MAX_EVENT_BYTES, Refused, blank_optional_data, read_json, refusal
from contracts.messages import Receipt
from registry.drafts import Draft, event_key, to_milliseconds

__all__ = ["RefusedEvent", "key_and_content", "of_conflict", "of_message", "receipt_of", "sender_id"]

CITIZEN = "IDN"


@dataclass(frozen=True)
class RefusedEvent:
    """An event that was not accepted, and why. `raw` is absent where it may name a citizen.

    `sender` is the opaque id of the source that it named, `sequence` the number that it carried.
    """

    key: str
    content: str
    agency: str
    uri: str
    event_id: str
    kind: str
    reason: Refused
    at: datetime
    raw: bytes | None
    sender: str
    sequence: int | None = None

    @property
    def id(self) -> str:
        """A refusal binds its content only: other content under the same key is judged afresh."""
        return f"{self.key}.{self.content}"

    def document(self) -> Document:
        """The quarantine record."""
        return {
            "_id": self.id,
            "key": self.key,
            "agency": self.agency,
            "uri": self.uri,
            "event_id": self.event_id,
            "kind": self.kind,
            **self.outcome(),
            "raw": self.raw,
            "sender": self.sender,
            "sequence": self.sequence,
        }

    def outcome(self) -> Document:
        """Why it was refused, and when."""
        reason = {"id": self.reason.message_id, "en": self.reason.message_en}
        return {"code": self.reason.code, "field": self.reason.field, "reason": reason, "at": self.at}


def receipt_of(document: Document, *, repeat: bool) -> Receipt:
    """The receipt that a quarantine record stands for."""
    return Receipt(
        source=document["uri"],
        id=document["event_id"],
        outcome="refused",
        code=document["code"],
        field=document["field"] or None,
        reason=document["reason"],
        at=document["at"],
        repeat=repeat,
    )


def of_message(agency: str, body: bytes, error: Exception, hasher: Hasher, now: datetime) -> RefusedEvent:
    """A message that could not be read or handled. Unreadable bytes are keyed by agency and digest."""
    raw = _readable(body)
    uri, event_id, kind = _named(raw)
    key, content = key_and_content(agency, body, hasher)
    reason = error if isinstance(error, Refused) else refusal("internal")
    return RefusedEvent(
        key=key,
        content=content,
        agency=agency,
        uri=uri,
        event_id=event_id,
        kind=kind,
        reason=reason,
        at=to_milliseconds(now),
        raw=_kept(raw, body),
        sender=sender_id(hasher, agency, uri),
        sequence=_number(raw),
    )


def sender_id(hasher: Hasher, agency: str, uri: str) -> str:
    """The opaque id of a source as events name it."""
    return hasher.of("sender", agency, uri)


def _number(raw: dict[str, Any]) -> int | None:
    value = raw.get("sequence")
    try:
        return int(value) if isinstance(value, int | str) and abs(int(value)) < 2**63 else None
    except ValueError:
        return None


def key_and_content(agency: str, body: bytes, hasher: Hasher) -> tuple[str, str]:
    """Under which a message is known, and the digest of what it says. Unreadable bytes go by agency and digest."""
    raw = _readable(body)
    uri, event_id, _ = _named(raw)
    content = hasher.of_bytes("content", canonical(raw) if raw else body)
    key = event_key(hasher, agency, uri, event_id) if uri and event_id else hasher.of("unreadable", agency, content)
    return key, content


def _named(raw: dict[str, Any]) -> tuple[str, str, str]:
    uri, event_id, kind = (str(raw.get(name, ""))[:200] for name in ("source", "id", "type"))
    return uri, event_id, kind


def of_conflict(draft: Draft, hasher: Hasher, now: datetime) -> RefusedEvent:
    """Other content under the key of an accepted event."""
    return RefusedEvent(
        key=draft.key,
        content=draft.content,
        agency=draft.header.agency,
        uri=draft.uri,
        event_id=draft.event_id,
        kind=draft.header.kind,
        reason=refusal("id_conflict", "id"),
        at=to_milliseconds(now),
        raw=None,
        sender=sender_id(hasher, draft.header.agency, draft.uri),
    )


def _readable(body: bytes) -> dict[str, Any]:
    try:
        raw = read_json(body)
        canonical(raw)
    except (Refused, ValueError):
        return {}
    return raw if isinstance(raw, dict) else {}


def _kept(raw: dict[str, Any], body: bytes) -> bytes | None:
    if _names_citizen(raw) or (not raw and CITIZEN.encode() in body):
        return None
    return canonical(blank_optional_data(raw)) if raw else body[:MAX_EVENT_BYTES]


def _names_citizen(value: Any) -> bool:
    """Whether any person in a refused event may be a citizen: what is doubtful is not kept."""
    if isinstance(value, dict):
        zone = value.get("mrz")
        return (
            CITIZEN in (value.get("citizenship"), value.get("issuer"))
            or (isinstance(zone, str) and CITIZEN in zone)
            or any(map(_names_citizen, value.values()))
        )
    return isinstance(value, list) and any(map(_names_citizen, value))
