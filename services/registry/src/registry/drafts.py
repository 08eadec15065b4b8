"""A draft: one event as received, read, checked against its agency, and cut into parts. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from chassis.bus import Incoming
from chassis.http import new_trace, trace_of
from chassis.seal import Hasher, canonical
from contracts.admission import admit
from contracts.agencies import Agency
from contracts.events import (
    Event,
    Refused,
    SourceStatus,
    citizen_paths,
    parse_event,
    read_json,
    refusal,
)
from registry.cutting import cut, is_protection, names_protection, said_of, subject_paths, subtree
from registry.identity import display_name, document_key, party_key, stay_key
from registry.lines import Line
from registry.matcher import Matcher
from registry.matching import Profile
from registry.nodes import Node, Verdict
from registry.refs import refs_of
from registry.written_days import days_as_written, on_the_day_written

__all__ = ["Draft", "Misrouted", "Reader", "Subject", "event_key"]

# Whatever names a person, a document or a party.
NAMING = {"person", "persons", "document", "new_document", "sponsor", "employer", "establishment", "holder"}
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

    `said` is what the event says of nobody. A human's `verdict` on who is who, or `decision` on an event, is an entry
    like any other.
    """

    header: Line
    uri: str
    event_id: str
    trace: str
    content: str
    body: bytes
    parts: Mapping[str, bytes]
    subjects: tuple[Subject, ...]
    parties: Mapping[str, PartyClaim]
    outcome: str = ACCEPTED
    status: SourceStatus | None = None
    post: str | None = None
    said: Mapping[str, Any] = field(default_factory=dict)
    refs: Mapping[str, str] = field(default_factory=dict)
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
        try:
            raw = read_json(incoming.body)
        except Refused:
            if names_protection(incoming.body):
                raise Misrouted from None
            raise
        if is_protection(raw):
            raise Misrouted
        event, source = admit(raw, agency, self._now())
        return self._draft(raw, event, f"{agency.code}/{source.code}", incoming.trace)

    def restore(self, raw: dict[str, Any], sender: str, at: datetime, without: set[str]) -> Draft:
        """The draft of an event of the log, received at that moment; nothing is read of what is at `without`."""
        event = parse_event(raw, at)
        draft = Reader(self._agencies, self._hasher, self._matcher, lambda: at)._draft(raw, event, sender, None)
        hidden = tuple(f"{path}." for path in without)
        return replace(
            draft,
            subjects=tuple(subject for subject in draft.subjects if subject.path not in without),
            parties={path: claim for path, claim in draft.parties.items() if not path.startswith(hidden)},
        )

    def _draft(self, raw: dict[str, Any], event: Event, sender: str, trace: str | None) -> Draft:
        agency, source = sender.split("/")
        citizens = citizen_paths(event)
        envelope = event.envelope
        content = self._hasher.of_bytes("content", _canonical(raw))
        header = self._header(event, agency, source)
        subjects = subject_paths(event, citizens)
        not_stored = bool(citizens) and not subjects
        body, parts = cut(raw, [*subjects, *map(subtree, citizens)], keep=subjects) if not not_stored else (b"", {})
        data = event.data.model_dump(mode="json", by_alias=True, exclude_none=True) if event.data else {}
        by_day = envelope.timeprecision == "day"
        data = days_as_written(data) if by_day else data
        parties = {} if not_stored else self._parties(event, citizens)
        guarantor = parties["sponsor"].key if "sponsor" in parties else None
        refs = {} if not_stored else refs_of(self._hasher, header, data)
        return Draft(
            header=header,
            uri=envelope.source,
            event_id=envelope.id,
            trace=trace_of(envelope.traceparent) or trace or new_trace(),
            content=content,
            body=body,
            parts=parts,
            subjects=tuple(
                replace(one, line=replace(one.line, by_day=by_day))
                for one in (self._subject(header, data, path, guarantor) for path in subjects)
            ),
            parties=parties,
            outcome=NOT_STORED if not_stored else ACCEPTED,
            status=event.data if isinstance(event.data, SourceStatus) else None,
            post=data.get("post"),
            said={name: value for name, value in data.items() if name not in NAMING},
            refs=refs,
        )

    def _header(self, event: Event, agency: str, source: str) -> Line:
        envelope, by_day = event.envelope, event.envelope.timeprecision == "day"
        target = envelope.voids or envelope.corrects
        return Line(
            key=event_key(self._hasher, agency, envelope.source, envelope.id),
            agency=agency,
            source=source,
            kind=event.kind,
            action=event.action,
            at=to_milliseconds(on_the_day_written(envelope.time) if by_day else envelope.time),
            received_at=to_milliseconds(self._now()),
            target=event_key(self._hasher, agency, envelope.source, target) if target else None,
            voids=envelope.voids is not None,
            sequence=-1 if envelope.sequence is None else envelope.sequence,
            channel=envelope.channel or "system",
            elsewhere=True,
        )

    def _subject(self, header: Line, data: dict[str, Any], path: str, guarantor: str | None) -> Subject:
        said, person = said_of(data, path)
        keys = [document_key(self._hasher, document) for document in person.get("documents", [])]
        if header.kind == "watchlist":
            # Its number makes it a node of its own, which no other claim can share.
            keys.append(self._hasher.of("listing", header.agency, data["list"], data["listing_no"]))
        if header.kind == "lodging" and (name := display_name(person.get("name"))):
            keys.append(stay_key(self._hasher, header, data, name))
        profile = Profile.of(person, guarantor=guarantor, phone=data.get("contact_phone"))
        listing = header.kind == "watchlist"
        node = self._matcher.node(tuple(keys), profile, f"{header.key}/{path}", listing=listing)
        refs = refs_of(self._hasher, header, data)
        line = replace(header, data=said, person=person, refs=refs, elsewhere=False, node=node.id, path=path)
        return Subject(path, node, line)

    def _parties(self, event: Event, citizens: list[str]) -> dict[str, PartyClaim]:
        hidden = tuple(f"{subtree(path)}." for path in citizens)
        return {
            path: PartyClaim(party_key(self._hasher, stated), stated)
            for path, party in event.parties()
            if not path.startswith(hidden)
            for stated in [party.model_dump(mode="json", exclude_none=True)]
        }


def _canonical(raw: dict[str, Any]) -> bytes:
    try:
        return canonical(raw)
    except ValueError:  # a number too large to be exact, in an attribute that nobody reads
        raise refusal("unreadable") from None


def to_milliseconds(moment: datetime) -> datetime:
    """The moment as the database can hold it."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
