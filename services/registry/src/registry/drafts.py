"""A draft: one event as received, read, checked against its agency, and cut into parts. Pure."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chassis.bus import Incoming
from chassis.http import new_trace, trace_of
from chassis.seal import Hasher, canonical
from contracts.agencies import Agency
from contracts.events import (
    Event,
    SourceStatus,
    blank_optional_data,
    citizen_paths,
    parse_event,
    read_json,
    refusal,
    type_of,
)
from registry.identity import document_key, party_key
from registry.lines import Line
from registry.matcher import Matcher
from registry.matching import Profile
from registry.nodes import Node, Verdict

__all__ = ["Draft", "Misrouted", "Reader", "Subject", "event_key"]

ACCEPTED, NOT_STORED = "accepted", "not_stored_citizen"


class Misrouted(Exception):
    """A protection event on the open way: it is passed on to the sealed one and read by nobody here."""


@dataclass(frozen=True)
class Subject:
    """A person an event is about: the node of this claim and what the event says of the person."""

    path: str
    node: Node
    line: Line


@dataclass(frozen=True)
class PartyClaim:
    """A party as one event names it."""

    key: str
    stated: dict[str, Any]


@dataclass(frozen=True)
class Draft:
    """One event, ready to be stored. `header` is a line that says nothing of anybody.

    A human's `verdict` on who is who, or `decision` on an event, is an entry like any other.
    """

    header: Line
    uri: str
    event_id: str
    trace: str
    content: str
    body: bytes
    parts: Mapping[str, bytes]
    stored: str
    subjects: tuple[Subject, ...]
    parties: Mapping[str, PartyClaim]
    outcome: str = ACCEPTED
    status: SourceStatus | None = None
    post: str | None = None
    verdict: Verdict | None = None
    decision: Line | None = None

    @property
    def key(self) -> str:
        """The key of the event: agency, source and id."""
        return self.header.key

    @property
    def refusal_id(self) -> str:
        """Under which it would be refused: other content under the same key is judged afresh."""
        return f"{self.key}.{self.content}"


def event_key(hasher: Hasher, agency: str, uri: str, event_id: str) -> str:
    """The key under which an event is known: keyed hash of agency, source and id."""
    return hasher.of("event", agency, uri, event_id)


class Reader:
    """Reads what comes in for the agencies of this region."""

    def __init__(
        self, agencies: Mapping[str, Agency], hasher: Hasher, matcher: Matcher, now: Callable[[], datetime]
    ) -> None:
        self._agencies = agencies
        self._hasher = hasher
        self._matcher = matcher
        self._now = now

    def read(self, incoming: Incoming) -> Draft:
        """The draft of a message from `intake.<code>`. Raises Refused, or Misrouted for a protection event."""
        agency = self._agencies[incoming.queue.removeprefix("intake.")]
        raw = read_json(incoming.body)
        if is_protection(raw):
            raise Misrouted
        event = parse_event(raw, self._now())
        source = agency.source(event.envelope.source)
        if source is None:
            raise refusal("unknown_source", "source")
        if not agency.allows(event.kind, event.action):
            raise refusal("not_allowed", "type")
        return self._draft(raw, event, f"{agency.code}/{source.code}", incoming.trace)

    def _draft(self, raw: dict[str, Any], event: Event, sender: str, trace: str | None) -> Draft:
        agency, source = sender.split("/")
        citizens = citizen_paths(event)
        if citizens and event.kind == "watchlist":
            raise refusal("citizen_listed", "data.person")
        envelope = event.envelope
        header = self._header(event, agency, source)
        subjects = _subject_paths(event, citizens)
        not_stored = bool(citizens) and not subjects
        body, parts = _cut(raw, [*subjects, *map(_subtree, citizens)], keep=subjects) if not not_stored else (b"", {})
        data = event.data.model_dump(mode="json", by_alias=True, exclude_none=True) if event.data else {}
        parties = {} if not_stored else self._parties(event, citizens)
        guarantor = parties["sponsor"].key if "sponsor" in parties else None
        return Draft(
            header=header,
            uri=envelope.source,
            event_id=envelope.id,
            trace=trace_of(envelope.traceparent) or trace or new_trace(),
            content=self._hasher.of_bytes("content", canonical(raw)),
            body=body,
            parts=parts,
            stored=self._hasher.of_bytes("stored", b"\x00".join([body, *parts.values()])),
            subjects=tuple(self._subject(header, data, path, guarantor) for path in subjects),
            parties=parties,
            outcome=NOT_STORED if not_stored else ACCEPTED,
            status=event.data if isinstance(event.data, SourceStatus) else None,
            post=data.get("post"),
        )

    def _header(self, event: Event, agency: str, source: str) -> Line:
        envelope = event.envelope
        target = envelope.voids or envelope.corrects
        return Line(
            key=event_key(self._hasher, agency, envelope.source, envelope.id),
            agency=agency,
            source=source,
            kind=event.kind,
            action=event.action,
            at=to_milliseconds(envelope.time),
            received_at=to_milliseconds(self._now()),
            target=event_key(self._hasher, agency, envelope.source, target) if target else None,
            voids=envelope.voids is not None,
            sequence=-1 if envelope.sequence is None else envelope.sequence,
            channel=envelope.channel or "system",
            elsewhere=True,
        )

    def _subject(self, header: Line, data: dict[str, Any], path: str, guarantor: str | None) -> Subject:
        said, person = _said_of(data, path)
        keys = [document_key(self._hasher, document) for document in person.get("documents", [])]
        if header.kind == "watchlist":
            keys.append(self._hasher.of("listing", header.agency, data["list"], data["listing_no"]))
        profile = Profile.of(person, guarantor=guarantor, phone=data.get("contact_phone"))
        node = self._matcher.node(tuple(keys), profile, f"{header.key}/{path}")
        line = replace(header, data=said, person=person, elsewhere=False, node=node.id, path=path)
        return Subject(path, node, line)

    def _parties(self, event: Event, citizens: list[str]) -> dict[str, PartyClaim]:
        hidden = tuple(f"{_subtree(path)}." for path in citizens)
        return {
            path: PartyClaim(party_key(self._hasher, stated), stated)
            for path, party in event.parties()
            if not path.startswith(hidden)
            for stated in [party.model_dump(mode="json", exclude_none=True)]
        }


def to_milliseconds(moment: datetime) -> datetime:
    """The moment as the database can hold it."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def is_protection(raw: Any) -> bool:
    """Whether this claims to be a protection event, sound or not."""
    return isinstance(raw, dict) and str(raw.get("type", "")).startswith(type_of("protection").removesuffix("v1"))


def _subtree(path: str) -> str:
    # At a check the whole entry of a person is about that person: what he did, where he stays.
    return path.removesuffix(".person") if path.startswith("persons.") else path


def _subject_paths(event: Event, citizens: list[str]) -> list[str]:
    if event.kind == "source.status":
        return []
    paths = [_subtree(path) for path, _ in event.persons() if path not in citizens]
    if event.kind == "document" and not event.persons() and "document" not in citizens and event.data:
        paths = ["person"]
    if event.kind == "watchlist" and event.data and not paths:
        paths = ["person"]
    return paths


def _said_of(data: dict[str, Any], path: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What an event says beside its persons, and of the person at `path`."""
    said = {name: value for name, value in data.items() if name not in ("person", "persons")}
    if path.startswith("persons."):
        found = dict(data["persons"][int(path.split(".")[1])])
        person = found.pop("person", {})
        said["found"] = found
        return said, dict(person)
    person = dict(data.get("person", {}))
    for name in ("document", "new_document"):
        if name in said:
            person["documents"] = [*person.get("documents", []), said.pop(name)]
    return said, person


def _cut(raw: dict[str, Any], paths: list[str], *, keep: list[str]) -> tuple[bytes, dict[str, bytes]]:
    """The event as received with a hole for each path, and the parts that were there (those in `keep`)."""
    whole = copy.deepcopy(blank_optional_data(raw))
    parts: dict[str, bytes] = {}
    for path in paths:
        *way, last = path.split(".")
        place: Any = whole.get("data") or {}
        for step in way:
            place = place[int(step)] if isinstance(place, list) else place[step]
        index: Any = int(last) if isinstance(place, list) else last
        if isinstance(place, list) or index in place:
            part, place[index] = place[index], None
            if path in keep:
                parts[path] = canonical(part)
    for name in ("document", "new_document"):
        if name in (whole.get("data") or {}):
            parts[name] = canonical(whole["data"][name])
            whole["data"][name] = None
    return canonical(whole), parts
